package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/message"
	"github.com/xinshu-im/xinshu/internal/text"
)

// Filter says what is looked for. At least one of the first five is given.
type Filter struct {
	Text   string                // as [text.Query] reads it
	In     xinshu.ConversationID // only there
	From   xinshu.PersonID       // only hers
	After  xinshu.Millis         // sent at or after
	Before xinshu.Millis         // sent before
	Limit  int                   // 1 to xinshu.MaxPage
	Cursor string                // Next of the page before
}

// Hit is a message that was found.
type Hit struct {
	Message      message.Message `json:"message"`
	Conversation Place           `json:"conversation"`
	Highlights   []text.Range    `json:"highlights" doc:"Where the terms stand in the text, in UTF-16 code units"`
	Before       *message.Quote  `json:"before,omitempty" doc:"The message before it, if the searcher may read it"`
	After        *message.Quote  `json:"after,omitempty" doc:"The message after it"`
}

// Place is the conversation of a hit.
type Place struct {
	ID   xinshu.ConversationID `json:"id"`
	Kind conversation.Kind     `json:"kind"`
	Name string                `json:"name" doc:"Empty for direct conversations"`
}

// Result is a page of hits, newest first.
type Result struct {
	Hits    []Hit
	Next    string // cursor of the next page, "" when there is none
	Partial bool   // the time was over: there may be more hits behind Next, even if there are few here
}

const (
	maxHighlights = 64
	maxProposals  = 1_000 // of one look into the index
)

type accessMap = map[xinshu.ConversationID]conversation.Access

// Find returns the messages that match, among those that the actor may read in the moment of the call. Errors: those of
// [text.Query]; [xinshu.Invalid] without anything to look for, for a wrong page or cursor; as conversation.ForReading for In.
func (s *Service) Find(ctx context.Context, actor xinshu.Actor, f Filter) (out Result, err error) {
	if actor.IsAnonymous() {
		return out, xinshu.Errorf(xinshu.Unauthenticated, "Please sign in.")
	}
	q, parsed, err := s.query(actor, f)
	if err != nil {
		return out, err
	}
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		access, err := s.readable(tx, actor, f.In)
		if err != nil {
			return err
		}
		out = Result{Hits: []Hit{}}
		if len(access) == 0 {
			return nil
		}
		for id := range access {
			q.conversations = append(q.conversations, id)
		}
		slices.Sort(q.conversations)
		l := look{s: s, tx: tx, f: f, q: q, parsed: parsed, access: access}
		found, err := l.collect(ctx, f.Limit+1)
		if err != nil {
			return err
		}
		out.Partial = !l.done && len(found) <= f.Limit
		switch {
		case len(found) > f.Limit:
			found = found[:f.Limit]
			out.Next = s.secret.close(found[f.Limit-1].place, actor.Person)
		case !l.done:
			out.Next = s.secret.close(q.after, actor.Person)
		}
		out.Hits, err = l.hits(found)
		return err
	})
	return out, err
}

// query checks a filter.
func (s *Service) query(actor xinshu.Actor, f Filter) (q *query, parsed text.Parsed, err error) {
	if f.Limit < 1 || f.Limit > xinshu.MaxPage {
		return nil, parsed, xinshu.Errorf(xinshu.Invalid, "A page has 1 to %d hits.", xinshu.MaxPage)
	}
	q = &query{sender: f.From, sentAfter: f.After, sentBefore: f.Before, deadline: time.Now().Add(s.opt.Look)}
	filtered := f.In != 0 || f.From != 0 || f.After != 0 || f.Before != 0
	if f.Text != "" || !filtered {
		if parsed, err = text.Query(f.Text); err != nil {
			return nil, parsed, err
		}
		q.terms = parsed.Terms
	}
	q.after, err = s.secret.open(f.Cursor, actor.Person)
	return q, parsed, err
}

// readable returns what the actor may read: one conversation, or all of hers.
func (s *Service) readable(tx *db.Tx, actor xinshu.Actor, in xinshu.ConversationID) (accessMap, error) {
	if in != 0 {
		a, err := s.opt.Conversations.ForReading(tx, actor, in)
		return accessMap{in: a}, err
	}
	list, err := s.opt.Conversations.ReadableBy(tx, actor.Person)
	if err != nil {
		return nil, fmt.Errorf("readable conversations: %w", err)
	}
	out := make(accessMap, len(list))
	for _, a := range list {
		out[a.ID] = a
	}
	return out, nil
}

// look is one query under way.
type look struct {
	s      *Service
	tx     *db.Tx
	f      Filter
	q      *query
	parsed text.Parsed
	access accessMap
	done   bool // there is nothing behind q.after
}

// hit is a message that was checked.
type hit struct {
	place
	*message.Stored
}

// collect goes through the proposals of the index until want of them are hits, or nothing is left, or the time is over.
func (l *look) collect(ctx context.Context, want int) (found []hit, err error) {
	for size := want; len(found) < want && !l.done; size = min(2*size, maxProposals) {
		p, err := l.s.index.scan(ctx, l.tx, l.q, size)
		if err != nil {
			return nil, fmt.Errorf("look into the index: %w", err)
		}
		l.q.after, l.done = p.next, p.done
		checked, err := l.check(p.proposals)
		if err != nil {
			return nil, err
		}
		found = append(found, checked...)
		if time.Now().After(l.q.deadline) {
			break
		}
	}
	return found, nil
}

// check keeps the proposals that are hits as the store has them now.
func (l *look) check(proposals []proposal) ([]hit, error) {
	at := make([]message.Address, len(proposals))
	for i, p := range proposals {
		at[i] = p.Address
	}
	stored, err := l.s.opt.Messages.StoredAt(l.tx, l.access, at)
	if err != nil {
		return nil, err
	}
	var out []hit
	for _, p := range proposals {
		if m := stored[p.Address]; m != nil && l.matches(m) {
			out = append(out, hit{p.place, m})
		}
	}
	return out, nil
}

func (l *look) matches(m *message.Stored) bool {
	switch {
	case m.RecalledAt != 0, m.Type != "text",
		l.f.From != 0 && m.Sender != l.f.From,
		l.f.After != 0 && m.SentAt < l.f.After,
		l.f.Before != 0 && m.SentAt >= l.f.Before:
		return false
	}
	return len(l.parsed.Terms) == 0 || text.Matches(m.Text, l.parsed)
}

// hits completes what was found for showing, newest first.
func (l *look) hits(found []hit) ([]Hit, error) {
	slices.SortStableFunc(found, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.SentAt, a.SentAt), cmp.Compare(b.Conversation, a.Conversation), cmp.Compare(b.Seq, a.Seq))
	})
	at := make([]message.Address, len(found))
	around := make([]message.Address, 0, 2*len(found))
	for i, h := range found {
		at[i] = message.Address{Conversation: h.Conversation, Seq: h.Seq}
		around = append(around, message.Address{Conversation: h.Conversation, Seq: h.Seq - 1}, message.Address{Conversation: h.Conversation, Seq: h.Seq + 1})
	}
	shown, err := l.s.opt.Messages.MessagesAt(l.tx, l.access, at)
	if err != nil {
		return nil, err
	}
	quotes, err := l.s.opt.Messages.QuotesAt(l.tx, l.access, around)
	if err != nil {
		return nil, err
	}
	out := make([]Hit, 0, len(found))
	for i, h := range found {
		m, ok := shown[at[i]]
		if !ok {
			continue
		}
		a := l.access[h.Conversation]
		out = append(out, Hit{Message: m, Conversation: Place{a.ID, a.Kind, a.Name}, Highlights: l.highlights(h.Text),
			Before: neighbour(quotes, around[2*i]), After: neighbour(quotes, around[2*i+1])})
	}
	return out, nil
}

func (l *look) highlights(s string) []text.Range {
	if len(l.parsed.Terms) > 0 {
		if ranges := text.Highlight(s, l.parsed, maxHighlights); ranges != nil {
			return ranges
		}
	}
	return []text.Range{}
}

// neighbour returns a line of context; recalled messages are none.
func neighbour(quotes map[message.Address]message.Quote, at message.Address) *message.Quote {
	if q, ok := quotes[at]; ok && q.Excerpt != "" {
		return &q
	}
	return nil
}
