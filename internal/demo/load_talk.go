package demo

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/bus"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/message"
)

// storyClock is the clock of the services that replay a conversation: it says when in the story something happens.
type storyClock struct{ millis atomic.Int64 }

// Now returns the moment of the story.
func (c *storyClock) Now() time.Time { return time.UnixMilli(c.millis.Load()).UTC() }

func (c *storyClock) set(t time.Time) { c.millis.Store(t.UnixMilli()) }

// fillConversations replays all conversations, the long ones first.
func (l *loader) fillConversations(ctx context.Context) error {
	messages := map[ConversationKey][]Message{}
	for _, m := range l.company.Messages {
		messages[m.Conversation] = append(messages[m.Conversation], m)
	}
	order := slices.Clone(l.company.Conversations)
	slices.SortStableFunc(order, func(a, b Conversation) int { return len(messages[b.Key]) - len(messages[a.Key]) })
	var reads []reading
	var mu sync.Mutex // guards reads
	err := parallel(ctx, order, func(ctx context.Context, v Conversation) error {
		r := l.newReplay()
		defer r.messages.Close()
		found, err := r.run(ctx, v, messages[v.Key])
		if err != nil {
			return fmt.Errorf("conversation %s: %w", v.Key, err)
		}
		mu.Lock()
		defer mu.Unlock()
		reads = append(reads, found...)
		return nil
	})
	if err != nil {
		return err
	}
	return parallel(ctx, reads, l.read)
}

// replay fills one conversation after the other.
type replay struct {
	*loader
	clock         *storyClock
	conversations *conversation.Service
	messages      *message.Service

	v    Conversation
	id   xinshu.ConversationID
	log  []Message
	seqs []int64 // by position; announcements of the product take seqs too
}

// newReplay makes services that write to the same database under the clock of the story. Their bus has no subscribers: nobody
// is connected yet.
func (l *loader) newReplay() *replay {
	r := &replay{loader: l, clock: &storyClock{}}
	quiet := bus.NewLocal()
	r.conversations = conversation.New(conversation.Options{DB: l.opt.DB, Clock: r.clock, IDs: l.opt.IDs, Log: l.opt.Log, Bus: quiet,
		Org: l.opt.Org, Audit: l.opt.Audit.Write})
	r.messages = message.New(message.Options{DB: l.opt.DB, Clock: r.clock, Log: l.opt.Log, Bus: quiet, Org: l.opt.Org,
		Settings: l.opt.Settings, Conversations: r.conversations})
	return r
}

func (r *replay) as(p PersonCode) xinshu.Actor { return xinshu.Actor{Person: r.people[p]} }

// at sets the clock, never behind the end of the story.
func (r *replay) at(t time.Time) {
	if t.After(r.now) {
		t = r.now
	}
	r.clock.set(t)
}

func (r *replay) run(ctx context.Context, v Conversation, log []Message) ([]reading, error) {
	if v.Kind == Direct && len(log) == 0 {
		return nil, nil // two people who have not talked yet
	}
	r.v, r.log, r.seqs = v, log, make([]int64, len(log)+1)
	late, err := r.create(ctx)
	if err != nil {
		return nil, fmt.Errorf("create: %w", err)
	}
	if err := r.post(ctx, late); err != nil {
		return nil, err
	}
	for i := range log {
		if err := r.change(ctx, &log[i]); err != nil {
			return nil, fmt.Errorf("message %d: %w", log[i].Position, err)
		}
	}
	return r.readings(ctx)
}

// create makes the conversation with those who were in the company then; it returns those who came later, by date.
func (r *replay) create(ctx context.Context) (late []Person, err error) {
	r.at(r.v.Created)
	d := conversation.Draft{ClientID: "demo-" + string(r.v.Key), Kind: conversation.Kind(r.v.Kind), Name: r.v.Name, Purpose: r.v.Purpose,
		Owner: r.people[r.v.Owner]}
	if r.v.Kind == Direct {
		d.Owner, d.Members = r.people[r.v.Members[0]], []xinshu.PersonID{r.people[r.v.Members[1]]}
		r.id, err = r.conversations.Create(ctx, r.actor, d)
		return nil, err
	}
	members := map[PersonCode]bool{}
	for _, p := range r.v.Members {
		members[p] = true
	}
	for _, p := range r.company.People { // by date of hire
		switch {
		case !members[p.Code] || p.Code == r.v.Owner:
		case p.Hired.After(r.v.Created):
			late = append(late, p)
		default:
			d.Members = append(d.Members, r.people[p.Code])
		}
	}
	if r.id, err = r.conversations.Create(ctx, r.actor, d); err != nil {
		return nil, err
	}
	for _, p := range r.v.Admins {
		if p == r.v.Owner {
			continue
		}
		if err := r.conversations.SetRole(ctx, r.as(r.v.Owner), r.id, r.people[p], conversation.RoleAdmin); err != nil {
			return nil, fmt.Errorf("admin %s: %w", p, err)
		}
	}
	return late, nil
}

// post imports the messages in batches. What announces itself in the log comes in between: pins and late members. A quote waits
// until the seq of what it quotes is known.
func (r *replay) post(ctx context.Context, late []Person) error {
	var batch []message.Imported
	first := 1 // position of the first message of the batch
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		r.at(batch[len(batch)-1].SentAt.Time())
		posted, err := r.messages.ImportBatch(ctx, r.actor, batch)
		if err != nil {
			return fmt.Errorf("import from %d: %w", first, err)
		}
		for i, p := range posted {
			r.seqs[first+i] = p.Seq
		}
		batch, first = batch[:0], first+len(posted)
		return nil
	}
	for i := range r.log {
		m := &r.log[i]
		for len(late) > 0 && !late[0].Hired.After(m.At) {
			if err := flush(); err != nil {
				return err
			}
			if err := r.join(ctx, late[0]); err != nil {
				return err
			}
			late = late[1:]
		}
		if m.ReplyTo >= first || len(batch) == message.MaxImported {
			if err := flush(); err != nil {
				return err
			}
		}
		text := m.Text
		if m.Edited != nil {
			text = m.Edited.Before
		}
		batch = append(batch, message.Imported{Conversation: r.id, ClientID: clientID(m), Author: r.people[m.Author], SentAt: xinshu.MillisOf(m.At),
			Text: r.syntax(text), ReplyTo: r.seqs[m.ReplyTo]})
		if m.Pinned {
			if err := flush(); err != nil {
				return err
			}
			if err := r.pin(ctx, i); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	for _, p := range late {
		if err := r.join(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// join adds somebody who was hired after the conversation began, on the morning of her first day.
func (r *replay) join(ctx context.Context, p Person) error {
	r.at(p.Hired)
	if err := r.conversations.AddMembers(ctx, r.as(r.v.Owner), r.id, []xinshu.PersonID{r.people[p.Code]}); err != nil {
		return fmt.Errorf("add %s: %w", p.Code, err)
	}
	return nil
}

// pin lets the author pin a message before the next one comes.
func (r *replay) pin(ctx context.Context, i int) error {
	at := r.log[i].At.Add(time.Minute)
	if i+1 < len(r.log) && !at.Before(r.log[i+1].At) {
		at = r.log[i].At.Add(r.log[i+1].At.Sub(r.log[i].At) / 2)
	}
	r.at(at)
	return r.messages.Pin(ctx, r.as(r.log[i].Author), r.id, r.seqs[i+1])
}

// change does what happened to a message after it was sent.
func (r *replay) change(ctx context.Context, m *Message) error {
	seq := r.seqs[m.Position]
	if m.Edited != nil {
		r.at(m.Edited.At)
		if _, err := r.messages.Edit(ctx, r.as(m.Author), r.id, seq, r.syntax(m.Text)); err != nil {
			return fmt.Errorf("edit: %w", err)
		}
	}
	r.at(m.At.Add(90 * time.Second))
	for _, x := range m.Reactions {
		if _, err := r.messages.React(ctx, r.as(x.Person), r.id, seq, x.Emoji); err != nil {
			return fmt.Errorf("reaction %s: %w", x.Emoji, err)
		}
	}
	if m.Recalled {
		if err := r.messages.Recall(ctx, r.as(m.Author), r.id, seq); err != nil {
			return fmt.Errorf("recall: %w", err)
		}
	}
	return nil
}

// reading is how far somebody has read a conversation, and when she did.
type reading struct {
	conversation xinshu.ConversationID
	person       xinshu.PersonID
	seq          int64
	at           time.Time
}

// readings lists how far everybody has read; who has read all has read the announcements too.
func (r *replay) readings(ctx context.Context) ([]reading, error) {
	if len(r.log) == 0 {
		return nil, nil
	}
	head, err := r.conversations.Get(ctx, r.as(r.v.Members[0]), r.id)
	if err != nil {
		return nil, fmt.Errorf("head: %w", err)
	}
	var out []reading
	for _, p := range r.v.Members {
		n := r.v.Read[p]
		if n == 0 {
			continue
		}
		x := reading{r.id, r.people[p], r.seqs[n], r.log[n-1].At.Add(4 * time.Minute)}
		if n == len(r.log) {
			x.seq = head.LastSeq
		}
		out = append(out, x)
	}
	return out, nil
}

// read moves a read position, at the time of the story.
func (l *loader) read(ctx context.Context, x reading) error {
	r := l.newReplay()
	defer r.messages.Close()
	r.at(x.at)
	if _, err := r.conversations.Read(ctx, xinshu.Actor{Person: x.person}, x.conversation, x.seq); err != nil {
		return fmt.Errorf("read position: %w", err)
	}
	return nil
}

// syntax turns "@{code}" into the mention of the protocol.
func (r *replay) syntax(text string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "@{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		code, after, closed := strings.Cut(rest, "}")
		id, known := r.people[PersonCode(code)]
		switch {
		case closed && PersonCode(code) == Everyone:
			out.WriteString("<@all>")
		case closed && known:
			out.WriteString("<@" + id.String() + ">")
		default:
			out.WriteString("@{")
			after = rest
		}
		text = after
	}
}

// clientID is a UUID that begins with the time (RFC 9562 §5.7), so that the index of messages stays sequential, and is the same
// whenever the same company is built.
func clientID(m *Message) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(m.Conversation)) // never fails
	ms := m.At.UnixMilli()
	return fmt.Sprintf("%08x-%04x-7%03x-8%03x-%012x", uint32(ms>>16), uint16(ms), m.Position>>12&0xfff, m.Position&0xfff, h.Sum64()&0xffffffffffff)
}
