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
		Messages int `json:"messages" minimum:"1000" maximum:"20000000"`
	}
}

type benchFillOut struct {
	Body benchStore
}

// benchStore tells load clients what was stored and what to ask for; see internal/bench.Store.
type benchStore struct {
	Messages      int                   `json:"messages"`
	Conversations int                   `json:"conversations"`
	Longest       int64                 `json:"longest"`
	LongestID     xinshu.ConversationID `json:"longest_id"`
	Token         string                `json:"token"`
	OneToken      string                `json:"one_token"`
	Probes        []bench.Probe         `json:"probes"`
}

// fillDoor stores a history for load tests: a thousand conversations, one of them with a tenth of all messages, texts in two
// languages whose words are as unevenly frequent as in speech. Each conversation is a stretch of time of its own and those of the person
// who searches are the oldest: the worst order for a search that begins with the newest.
func (a *App) fillDoor(r *door.Registry) {
	door.JSON(r, door.Door{Name: "bench.fill", Method: "POST", Path: "/api/v1/bench/fill", Policy: door.Anonymous, Hidden: true,
		Summary: "Store a history for a load test"},
		func(ctx context.Context, _ xinshu.Actor, in *benchFillIn) (*benchFillOut, error) {
			out := &benchFillOut{}
			var err error
			out.Body, err = a.benchFill(context.WithoutCancel(ctx), in.Body.Messages)
			return out, err
		})
}

const (
	fillPeople        = 200
	fillConversations = 1000
	fillMine          = 200 // conversations of the person who searches
)

func (a *App) benchFill(ctx context.Context, messages int) (out benchStore, err error) {
	actor := xinshu.SystemActor("bench")
	people, err := a.benchPeople(ctx, 0, fillPeople)
	if err != nil {
		return out, err
	}
	me, one, authors := people[0], people[1], people[2:]
	rng := rand.New(rand.NewPCG(1, uint64(messages)))
	words := bench.NewVocabulary(uint64(messages))
	out = benchStore{Messages: messages, Conversations: fillConversations, Token: me.Token, OneToken: one.Token}
	stored := 0
	for c := range fillConversations {
		size := (messages - messages/10) / (fillConversations - 1)
		if c == 0 {
			size = messages / 10
		}
		members := []xinshu.PersonID{}
		for i := range 10 {
			members = append(members, authors[(c*7+i*13)%len(authors)].ID)
		}
		owner := members[0]
		if c < fillMine {
			members = append(members, me.ID)
		}
		if c == fillConversations-1 {
			members = append(members, one.ID)
		}
		name := fmt.Sprintf("fill-%d-%d", messages, c)
		id, err := a.conversation.Create(ctx, actor, conversation.Draft{ClientID: name, Kind: conversation.Group, Name: name, Owner: owner, Members: members[1:]})
		if err != nil {
			return out, fmt.Errorf("fill: %w", err)
		}
		if c == 0 {
			out.LongestID, out.Longest = id, int64(size)
		}
		for from := 0; from < size; from += message.MaxImported {
			batch := make([]message.Imported, min(message.MaxImported, size-from))
			for i := range batch {
				batch[i] = message.Imported{Conversation: id, ClientID: fmt.Sprintf("%s-%d", name, from+i), Author: members[rng.IntN(10)],
					SentAt: xinshu.MillisOf(a.opt.Clock.Now()) - xinshu.Millis((messages-stored)*100), Text: words.Text(c != fillConversations-1)}
				stored++
			}
			if _, err := a.message.ImportBatch(ctx, actor, batch); err != nil {
				return out, fmt.Errorf("fill: %w", err)
			}
		}
	}
	if _, err := a.search.CatchUp(ctx); err != nil {
		return out, fmt.Errorf("fill: index: %w", err)
	}
	out.Probes = words.Probes()
	return out, nil
}

var (
	benchSurnames = strings.Fields("王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 邓 韩 冯 曹 单 仇 曾 欧阳 司马")
	benchGiven    = strings.Fields("伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀英 霞 平 刚 桂英 建国 志强 晓明 雨欣 子涵 浩然 思远 佳怡 文博 嘉琪 天宇 梦瑶 国庆 海燕 立新 春梅 永红 少华")
)

// benchName names the n-th person of a load test: names repeat as in a large company.
func benchName(n int) string {
	return benchSurnames[(n*7+2)%len(benchSurnames)] + benchGiven[(n/3)%len(benchGiven)]
}
