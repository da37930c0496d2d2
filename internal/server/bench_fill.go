package server

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/bench"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/message"
)

type benchFillIn struct {
	Body struct {
		Messages      int `json:"messages" minimum:"1000" maximum:"20000000"`
		Conversations int `json:"conversations,omitempty" minimum:"100" maximum:"200000" default:"1000"`
		Members       int `json:"members,omitempty" minimum:"10" maximum:"50000" default:"10" doc:"Of each of the hundred busy conversations; the others have ten"`
	}
}

type benchFillOut struct {
	Body bench.Store
}

// fillDoor stores a history for load tests: texts in two languages whose words are as unevenly frequent as in speech, a tenth of them
// in the first conversation. Each conversation is a stretch of time of its own and those of the person who searches are the oldest: the
// worst order for a search that begins with the newest.
func (a *App) fillDoor(r *door.Registry) {
	door.JSON(r, door.Door{Name: "bench.fill", Method: "POST", Path: "/api/v1/bench/fill", Policy: door.Anonymous, Hidden: true,
		Summary: "Store a history for a load test"},
		func(ctx context.Context, _ xinshu.Actor, in *benchFillIn) (*benchFillOut, error) {
			f := &benchFill{App: a, messages: in.Body.Messages, conversations: in.Body.Conversations, members: in.Body.Members}
			out := &benchFillOut{}
			var err error
			if out.Body, err = f.run(context.WithoutCancel(ctx)); err != nil {
				return nil, fmt.Errorf("fill: %w", err)
			}
			return out, nil
		})
}

const (
	fillMine   = 200 // conversations of the person who searches, at most
	fillAhead  = 100 // conversations made in one transaction
	fillPeople = 2 + bench.BusyPeople
)

// benchFill is a history on its way into the store.
type benchFill struct {
	*App
	messages, conversations, members int

	people  []benchPerson // the one who searches, one of one conversation, then authors
	authors []benchPerson
	rng     *rand.Rand
	words   *bench.Vocabulary
	stored  int
	batch   []message.Imported
	written chan error // of the batch before: one is written while the next is made up
	out     bench.Store
}

func (f *benchFill) run(ctx context.Context) (bench.Store, error) {
	// Nobody is in more than two hundred of the small conversations.
	var err error
	if f.people, err = f.benchPeople(ctx, 0, max(fillPeople, f.conversations/20, f.members+bench.BusyPeople)); err != nil {
		return f.out, err
	}
	f.authors = f.people[2:]
	f.rng, f.words = rand.New(rand.NewPCG(1, uint64(f.messages))), bench.NewVocabulary(uint64(f.messages))
	f.written = make(chan error, 1)
	f.written <- nil
	f.out = bench.Store{Messages: int64(f.messages), Conversations: f.conversations, Members: f.members, Token: f.people[0].Token, OneToken: f.people[1].Token}
	for from := 0; from < f.conversations; from += fillAhead {
		if err := f.stretch(ctx, from, min(from+fillAhead, f.conversations)); err != nil {
			return f.out, err
		}
	}
	if err := f.flush(ctx); err != nil {
		return f.out, err
	}
	if err := <-f.written; err != nil {
		return f.out, err
	}
	if _, err := f.search.CatchUp(ctx); err != nil {
		return f.out, fmt.Errorf("index: %w", err)
	}
	f.out.Probes = f.words.Probes()
	return f.out, nil
}

// stretch makes the conversations from…to-1 and their messages.
func (f *benchFill) stretch(ctx context.Context, from, to int) error {
	drafts := make([]conversation.Draft, 0, to-from)
	for c := from; c < to; c++ {
		name := fmt.Sprintf("fill-%d-%d-%d-%d", f.messages, f.conversations, f.members, c)
		members := f.membersOf(c)
		drafts = append(drafts, conversation.Draft{ClientID: name, Kind: conversation.Group, Name: name, Owner: members[0], Members: members[1:]})
	}
	ids, err := f.conversation.CreateBatch(ctx, xinshu.SystemActor("bench"), drafts)
	if err != nil {
		return err
	}
	for i, id := range ids {
		c := from + i
		if n, ok := f.busy(c); ok {
			f.out.Busy = append(f.out.Busy, bench.BusyConversation{ID: id.String(), First: 2 + bench.BusyFirst(n)})
		}
		if c < fillMine {
			f.out.Mine = append(f.out.Mine, id.String())
		}
		size := (f.messages - f.messages/10) / (f.conversations - 1)
		if c == 0 {
			size = f.messages / 10
			f.out.LongestID, f.out.Longest = id.String(), int64(size)
		}
		authors := append([]xinshu.PersonID{drafts[i].Owner}, drafts[i].Members[:9]...)
		for range size {
			if err := f.add(ctx, id, authors[f.rng.IntN(10)], f.words.Text(c != f.conversations-1)); err != nil {
				return err
			}
		}
	}
	return nil
}

// busy says whether a conversation is one of those that are posted into, which are spread over the house, and which one.
func (f *benchFill) busy(c int) (n int, ok bool) {
	n = c * bench.BusyConversations / f.conversations
	return n, n*f.conversations/bench.BusyConversations == c
}

// membersOf returns who is in conversation c; the first ten write.
func (f *benchFill) membersOf(c int) []xinshu.PersonID {
	var out []xinshu.PersonID
	n, busy := f.busy(c)
	for i := range 10 {
		at := (c*7 + i*13) % len(f.authors)
		if busy {
			at = (bench.BusyFirst(n) + i) % bench.BusyPeople
		}
		out = append(out, f.authors[at].ID)
	}
	if busy { // who is not connected when it is measured
		for i := range f.members - 10 {
			out = append(out, f.authors[bench.BusyPeople+i].ID)
		}
	}
	if c < fillMine {
		out = append(out, f.people[0].ID)
	}
	if c == f.conversations-1 {
		out = append(out, f.people[1].ID)
	}
	return out
}

// add stores a message with others of its time.
func (f *benchFill) add(ctx context.Context, id xinshu.ConversationID, author xinshu.PersonID, text string) error {
	at := xinshu.MillisOf(f.opt.Clock.Now()) - xinshu.Millis((f.messages-f.stored)*100)
	f.batch = append(f.batch, message.Imported{Conversation: id, ClientID: bench.ClientID(int64(at), uint64(f.stored)), Author: author, SentAt: at, Text: text})
	f.stored++
	if len(f.batch) < message.MaxImported {
		return nil
	}
	return f.flush(ctx)
}

// flush begins to write the batch when the one before is written.
func (f *benchFill) flush(ctx context.Context) error {
	if err := <-f.written; err != nil {
		return err
	}
	batch := f.batch
	f.batch = make([]message.Imported, 0, message.MaxImported)
	go func() {
		_, err := f.message.ImportBatch(ctx, xinshu.SystemActor("bench"), batch)
		f.written <- err
	}()
	return nil
}

var (
	benchSurnames = strings.Fields("王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 邓 韩 冯 曹 单 仇 曾 欧阳 司马")
	benchGiven    = strings.Fields("伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀英 霞 平 刚 桂英 建国 志强 晓明 雨欣 子涵 浩然 思远 佳怡 文博 嘉琪 天宇 梦瑶 国庆 海燕 立新 春梅 永红 少华")
)

// benchName names the n-th person of a load test: names repeat as in a large company.
func benchName(n int) string {
	return benchSurnames[(n*7+2)%len(benchSurnames)] + benchGiven[(n/3)%len(benchGiven)]
}
