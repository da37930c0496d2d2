package message

import (
	"crypto/rand"
	"fmt"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
)

// batch is a group of posts inside one transaction.
type batch struct {
	s       *Service
	tx      *db.Tx
	now     xinshu.Millis
	states  map[xinshu.ConversationID]*conversation.State
	members map[conversation.MemberKey]conversation.Member
	earlier map[postKey]*row // messages with the same client_id
	quoted  map[place]*row
	names   map[xinshu.PersonID]string

	rows      []*row
	shown     []*post // beside rows
	duplicate []*post // answered with a stored message
	mentioned []conversation.Mentioned
	own       map[conversation.MemberKey]int64
	salts     []byte
}

// postKey is what makes a post unique for ever.
type postKey struct {
	conversation xinshu.ConversationID
	sender       xinshu.PersonID
	key          [16]byte
}

func (p *post) unique() postKey { return postKey{p.conversation, p.sender, [16]byte(p.key)} }

// place addresses a message.
type place struct {
	conversation xinshu.ConversationID
	seq          int64
}

// apply stores posts together. The number of statements depends on the number of conversations and posts only by the size of
// the lists: locks, memberships, client_ids, quotes if any, names, rows, mentions if any, heads.
func (s *Service) apply(tx *db.Tx, items []*post) ([]error, error) {
	b := &batch{s: s, tx: tx, now: s.now(), own: map[conversation.MemberKey]int64{}}
	if err := b.load(items); err != nil {
		return nil, err
	}
	errs := make([]error, len(items))
	b.salts = make([]byte, conversation.SaltSize*len(items))
	if _, err := rand.Read(b.salts); err != nil {
		return nil, fmt.Errorf("randomness: %w", err)
	}
	for i, p := range items {
		p.out = Posted{}
		errs[i] = b.add(p)
	}
	if err := b.store(); err != nil {
		return nil, err
	}
	if err := b.answerDuplicates(); err != nil {
		return nil, err
	}
	return errs, b.publish()
}

// load reads everything that the posts need, after taking the locks.
func (b *batch) load(items []*post) (err error) {
	ids := make([]xinshu.ConversationID, len(items))
	keys := map[conversation.MemberKey]bool{}
	people := map[xinshu.PersonID]bool{}
	for i, p := range items {
		ids[i] = p.conversation
		keys[p.memberKey()] = true
		people[p.sender] = true
		for _, m := range p.content.mentions {
			keys[conversation.MemberKey{Conversation: p.conversation, Person: m}] = true
			people[m] = true
		}
	}
	if b.states, err = b.s.conv.LockForPosts(b.tx, ids); err != nil {
		return err
	}
	if b.members, err = b.s.conv.Members(b.tx, conversation.SortedKeys(keys)); err != nil {
		return err
	}
	if b.earlier, err = loadByKey(b.tx, items); err != nil {
		return err
	}
	if b.quoted, err = loadPlaces(b.tx, b.quotes(items)); err != nil {
		return err
	}
	for _, q := range b.quoted {
		people[q.sender] = true
		mentions, _ := parseMentions(q.mentions)
		for _, m := range mentions {
			people[m] = true
		}
	}
	b.names, err = b.s.namesOf(b.tx, people)
	return err
}

// quotes returns where the stored messages are that posts quote.
func (b *batch) quotes(items []*post) (out []place) {
	for _, p := range items {
		if p.replyTo > 0 {
			out = append(out, place{p.conversation, p.replyTo})
		}
		if p.quotes != nil {
			if old := b.earlier[p.quotes.unique()]; old != nil {
				out = append(out, place{p.conversation, old.seq})
			}
		}
	}
	return out
}

// add checks one post and gives it its place.
func (b *batch) add(p *post) error {
	if p.quotes != nil {
		p.replyTo = p.quotes.out.Seq
		p.hash = requestHash(typeText, p.content.json, p.replyTo)
	}
	st := b.states[p.conversation]
	if st == nil {
		return errNoConversation
	}
	m, isMember := b.members[p.memberKey()]
	if !isMember && !p.imported {
		return st.Refusal()
	}
	k := p.unique()
	if old := b.earlier[k]; old != nil { // before the rights: who could post then gets the same answer now
		if !slices.Equal(old.requestHash, p.hash) {
			return errReplay
		}
		p.out = Posted{Seq: old.seq, Rev: old.rev, SentAt: old.sent, Duplicate: true}
		b.duplicate = append(b.duplicate, p)
		return nil
	}
	if !p.imported {
		if err := st.MayPost(m); err != nil {
			return err
		}
		if p.content.all && !st.MayMentionAll(m) {
			return errAll
		}
	}
	if p.replyTo > 0 && (p.replyTo < m.FirstSeq || b.quoted[place{p.conversation, p.replyTo}] == nil) {
		return errNoMessage
	}
	r := &row{sender: p.sender, sent: p.sent, replyTo: p.replyTo, key: p.key, clientID: p.clientID, requestHash: p.hash,
		kind: typeText, content: p.content.json}
	if r.sent == 0 {
		r.sent = b.now
	}
	known := slices.DeleteFunc(slices.Clone(p.content.mentions), func(id xinshu.PersonID) bool { _, ok := b.names[id]; return !ok })
	r.mentions = formatMentions(known, p.content.all)
	n := conversation.SaltSize * len(b.rows)
	r.chain(st, b.salts[n:n+conversation.SaltSize:n+conversation.SaltSize])
	st.UpdatedAt = max(st.UpdatedAt, r.sent)
	st.Last = conversation.Last{Sender: r.sender, At: r.sent, Type: r.kind, Excerpt: p.excerpt}
	if len(p.content.mentions) > 0 {
		st.Last.Excerpt = excerpt(p.content.text, b.names)
	}
	b.mention(st, r, p.content.all, known)
	if isMember && m.OwnFrom <= m.ReadSeq {
		m.OwnFrom = r.seq
		b.members[p.memberKey()] = m
		b.own[p.memberKey()] = r.seq
	}
	p.out = Posted{Seq: r.seq, Rev: r.rev, SentAt: r.sent}
	b.rows, b.shown = append(b.rows, r), append(b.shown, p)
	b.earlier[k] = r
	if p.imported { // an item behind may quote it
		b.quoted[place{r.conversation, r.seq}] = r
	}
	return nil
}

// mention notes whom a new message mentions: everybody, or those of people who are members and not the sender.
func (b *batch) mention(st *conversation.State, r *row, all bool, people []xinshu.PersonID) {
	if all {
		st.AllSeq = r.seq
		b.mentioned = append(b.mentioned, conversation.Mentioned{Conversation: st.ID, Seq: r.seq, Sender: r.sender})
		return
	}
	for _, id := range people {
		if _, ok := b.members[conversation.MemberKey{Conversation: st.ID, Person: id}]; ok && id != r.sender {
			b.mentioned = append(b.mentioned, conversation.Mentioned{Conversation: st.ID, Person: id, Seq: r.seq, Sender: r.sender})
		}
	}
}

func (b *batch) store() error {
	if len(b.rows) == 0 {
		return nil
	}
	if err := insertRows(b.tx, b.rows); err != nil {
		return err
	}
	if len(b.mentioned) > 0 {
		if err := b.s.conv.Mention(b.tx, b.mentioned); err != nil {
			return err
		}
	}
	if len(b.own) > 0 {
		if err := b.s.conv.MarkOwn(b.tx, b.own); err != nil {
			return err
		}
	}
	states := make([]*conversation.State, 0, len(b.states))
	for _, st := range b.states {
		states = append(states, st)
	}
	return b.s.conv.Save(b.tx, states...)
}

// publish encodes every new message once and sends it after the commit; of those that were imported it tells once per conversation.
func (b *batch) publish() error {
	events := make([]xinshu.Event, 0, len(b.rows))
	more := map[xinshu.ConversationID]*imported{}
	for i, r := range b.rows {
		p := b.shown[i]
		p.out.Message = r.message(b.names, b.quoted[place{r.conversation, r.replyTo}])
		if p.imported {
			m := more[r.conversation]
			if m == nil {
				m = &imported{}
				more[r.conversation] = m
			}
			m.count, m.last = m.count+1, p
			continue
		}
		events = append(events, xinshu.Event{Conversation: r.conversation, MemberRev: b.states[r.conversation].MemberRev,
			Kind: xinshu.EventMessage, Frame: p.out.Message.appendFrame(make([]byte, 0, 384+len(r.content)), xinshu.EventMessage)})
	}
	for id, m := range more {
		e, err := m.event(b.states[id].MemberRev)
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	if len(events) == 0 {
		return nil
	}
	b.tx.AfterCommit(func() {
		for _, e := range events {
			b.s.opt.Bus.Publish(e)
		}
	})
	return nil
}

// answerDuplicates loads what replayed posts had stored, as it is now.
func (b *batch) answerDuplicates() error {
	if len(b.duplicate) == 0 {
		return nil
	}
	places := make([]place, len(b.duplicate))
	for i, p := range b.duplicate {
		places[i] = place{p.conversation, p.out.Seq}
	}
	found, err := loadPlaces(b.tx, places)
	if err != nil {
		return err
	}
	messages, err := b.s.messages(b.tx, mapValues(found))
	if err != nil {
		return err
	}
	for _, m := range messages {
		for _, p := range b.duplicate {
			if p.conversation == m.ConversationID && p.out.Seq == m.Seq {
				p.out.Message = m
			}
		}
	}
	return nil
}
