package conversation

import (
	"errors"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Access is what a person may read in a conversation, as of one snapshot.
type Access struct {
	ID        xinshu.ConversationID
	Kind      Kind
	Name      string
	Role      Role  // "" for the system
	FirstSeq  int64 // oldest message she may read
	JoinedSeq int64
	LastSeq   int64
	Rev       int64
	MemberRev int64
}

// CanRead says whether the message seq exists and is inside the history window.
func (a *Access) CanRead(seq int64) bool { return seq >= max(1, a.FirstSeq) && seq <= a.LastSeq }

// ForReading returns what actor may read in a conversation. Errors: [xinshu.NotFound] for strangers, for who was removed and for
// ids that do not exist; [xinshu.NotAMember] for channels, which everybody may know. Inside the caller's transaction.
func (s *Service) ForReading(tx *db.Tx, actor xinshu.Actor, id xinshu.ConversationID) (Access, error) {
	var a Access
	var left xinshu.Millis
	err := tx.Row(`SELECT c.id, c.kind, c.name, c.member_rev, h.last_seq, h.rev, m.role, m.left_at, m.first_seq, m.joined_seq
		FROM conversation c JOIN conversation_head h ON h.conversation_id = c.id
		LEFT JOIN member m ON m.conversation_id = c.id AND m.person_id = ?2 WHERE c.id = ?1`, id, actor.Person).
		Scan(&a.ID, (*string)(&a.Kind), &a.Name, &a.MemberRev, &a.LastSeq, &a.Rev, (*string)(&a.Role), &left, &a.FirstSeq, &a.JoinedSeq)
	if errors.Is(err, db.ErrNoRows) {
		return Access{}, errNotFound
	}
	if err != nil {
		return Access{}, fmt.Errorf("access: %w", err)
	}
	if actor.IsSystem() {
		a.FirstSeq = 1
		return a, nil
	}
	if a.Role == "" || left != 0 {
		return Access{}, refusal(a.Kind)
	}
	return a, nil
}

// refusal is what somebody hears who is not a member.
func refusal(k Kind) error {
	if k == Channel {
		return errNotAMember
	}
	return errNotFound
}

// ReadableBy returns every conversation of a person with its history window, by id. Inside the caller's transaction.
func (s *Service) ReadableBy(tx *db.Tx, person xinshu.PersonID) ([]Access, error) {
	return db.All(tx, func(r *db.Rows) (a Access, err error) {
		err = r.Scan(&a.ID, (*string)(&a.Kind), &a.Name, &a.MemberRev, &a.LastSeq, &a.Rev, (*string)(&a.Role), &a.FirstSeq, &a.JoinedSeq)
		return a, err
	}, `SELECT m.conversation_id, c.kind, c.name, c.member_rev, h.last_seq, h.rev, m.role, m.first_seq, m.joined_seq
		FROM member m JOIN conversation c ON c.id = m.conversation_id JOIN conversation_head h ON h.conversation_id = m.conversation_id
		WHERE m.person_id = ?1 AND m.left_at = 0 ORDER BY m.conversation_id`, person)
}

// Membership says by which member_rev a person belongs to a conversation.
type Membership struct {
	Conversation xinshu.ConversationID
	MemberRev    int64
	FirstSeq     int64 // oldest message that the person may read
}

// Memberships is [Service.ReadableBy] for who only asks where a person belongs. Inside the caller's transaction.
func (s *Service) Memberships(tx *db.Tx, person xinshu.PersonID) ([]Membership, error) {
	return db.All(tx, func(r *db.Rows) (m Membership, err error) {
		err = r.Scan(&m.Conversation, &m.MemberRev, &m.FirstSeq)
		return m, err
	}, `SELECT m.conversation_id, c.member_rev, m.first_seq FROM member m JOIN conversation c ON c.id = m.conversation_id
		WHERE m.person_id = ?1 AND m.left_at = 0 ORDER BY m.conversation_id`, person)
}

// Reader is a member and the oldest message that she may read.
type Reader struct {
	Person   xinshu.PersonID
	FirstSeq int64
}

// Readers returns the members, by id, and the member_rev that they belong to; [xinshu.NotFound]. Inside the caller's transaction.
func (s *Service) Readers(tx *db.Tx, id xinshu.ConversationID) (people []Reader, memberRev int64, err error) {
	err = tx.Row(`SELECT member_rev FROM conversation WHERE id = ?1`, id).Scan(&memberRev)
	if errors.Is(err, db.ErrNoRows) {
		return nil, 0, errNotFound
	}
	if err != nil {
		return nil, 0, fmt.Errorf("member_rev: %w", err)
	}
	people, err = db.All(tx, func(r *db.Rows) (p Reader, err error) {
		err = r.Scan(&p.Person, &p.FirstSeq)
		return p, err
	}, `SELECT person_id, first_seq FROM member WHERE conversation_id = ?1 AND left_at = 0 ORDER BY person_id`, id)
	return people, memberRev, err
}

// WindowsIn returns where, behind the message from and up to the message to, windows of members begin, rising: between two of them
// every message has the same readers. Inside the caller's transaction.
func (s *Service) WindowsIn(tx *db.Tx, id xinshu.ConversationID, from, to int64) ([]int64, error) {
	var window int64 // every member may read from here on: usually all of it
	err := tx.Row(`SELECT window_seq FROM conversation WHERE id = ?1`, id).Scan(&window)
	if err != nil || from >= window {
		return nil, err
	}
	return db.Column[int64](tx, `SELECT DISTINCT first_seq FROM member WHERE conversation_id = ?1 AND left_at = 0 AND first_seq > ?2 AND first_seq <= ?3
		ORDER BY first_seq`, id, from, to)
}

// MemberKey names one membership.
type MemberKey struct {
	Conversation xinshu.ConversationID
	Person       xinshu.PersonID
}

// Member is a membership that has not ended.
type Member struct {
	Role      Role
	FirstSeq  int64
	JoinedSeq int64
	ReadSeq   int64
	OwnFrom   int64
}

// Members loads and locks memberships; those that do not exist or have ended are absent. The lock keeps the person's own reading
// ([Service.Read]) from passing her posting. Inside the caller's transaction, under the conversations' locks.
func (s *Service) Members(tx *db.Tx, keys []MemberKey) (map[MemberKey]Member, error) {
	out := make(map[MemberKey]Member, len(keys))
	err := db.EachChunk(keys, nil, func(n int, args []any) error {
		rows := tx.Query(db.Pairs("k(c, p)", 1, n, 2)+` SELECT m.conversation_id, m.person_id, m.role, m.first_seq, m.joined_seq, m.read_seq, m.own_from
			FROM k JOIN member m ON m.conversation_id = k.c AND m.person_id = k.p WHERE m.left_at = 0
			/*ORDER BY m.conversation_id, m.person_id FOR UPDATE*/`, args...)
		for rows.Next() {
			var k MemberKey
			var m Member
			if err := rows.Scan(&k.Conversation, &k.Person, (*string)(&m.Role), &m.FirstSeq, &m.JoinedSeq, &m.ReadSeq, &m.OwnFrom); err != nil {
				return err
			}
			out[k] = m
		}
		return rows.Err()
	}, func(k MemberKey) []any { return []any{int64(k.Conversation), int64(k.Person)} })
	if err != nil {
		return nil, fmt.Errorf("load memberships: %w", err)
	}
	return out, nil
}

// ForPosting locks a conversation and checks that actor may post there. Errors: as [Service.ForReading], and
// [xinshu.Forbidden] when the conversation is archived or only admins may post. Inside the caller's transaction.
func (s *Service) ForPosting(tx *db.Tx, actor xinshu.Actor, id xinshu.ConversationID) (*State, Member, error) {
	st, m, err := s.forActing(tx, actor, id)
	if err != nil {
		return nil, m, err
	}
	return st, m, st.MayPost(m)
}

// ForActing locks a conversation for an act on its messages and loads the actor's membership. Errors: as [Service.ForReading];
// [xinshu.Forbidden] when it is archived. Inside the caller's transaction.
func (s *Service) ForActing(tx *db.Tx, actor xinshu.Actor, id xinshu.ConversationID) (*State, Member, error) {
	st, m, err := s.forActing(tx, actor, id)
	if err == nil && st.ArchivedAt != 0 {
		err = errArchived
	}
	return st, m, err
}

// Manages says whether a member is owner or admin.
func (m Member) Manages() bool { return m.Role.manages() }

// ReadersOf returns who may read the message seq, nil for all members. Inside the caller's transaction.
func (s *Service) ReadersOf(tx *db.Tx, st *State, seq int64) ([]xinshu.PersonID, error) {
	if seq >= st.WindowSeq {
		return nil, nil
	}
	people, err := db.Column[xinshu.PersonID](tx, `SELECT person_id FROM member WHERE conversation_id = ?1 AND left_at = 0 AND first_seq <= ?2
		ORDER BY person_id`, st.ID, seq)
	if err != nil {
		return nil, fmt.Errorf("readers: %w", err)
	}
	return people, nil
}

// forActing locks a conversation and loads the actor's membership; the system acts as an owner.
func (s *Service) forActing(tx *db.Tx, actor xinshu.Actor, id xinshu.ConversationID) (*State, Member, error) {
	st, err := s.lockOne(tx, id)
	if err != nil {
		return nil, Member{}, err
	}
	if actor.IsSystem() {
		return st, Member{Role: RoleOwner, FirstSeq: 1}, nil
	}
	k := MemberKey{id, actor.Person}
	found, err := s.Members(tx, []MemberKey{k})
	if err != nil {
		return nil, Member{}, err
	}
	m, ok := found[k]
	if !ok {
		return nil, Member{}, refusal(st.Kind)
	}
	return st, m, nil
}

// MayPost refuses with [xinshu.Forbidden] when the conversation is archived or only admins may post.
func (st *State) MayPost(m Member) error {
	switch {
	case st.ArchivedAt != 0:
		return errArchived
	case !st.PostRight.allows(m.Role):
		return errAdminsPost
	}
	return nil
}

// Refusal is what somebody hears who is not a member of st.
func (st *State) Refusal() error { return refusal(st.Kind) }

// MayMentionAll says whether a member may mention everybody.
func (st *State) MayMentionAll(m Member) bool { return st.AllRight.allows(m.Role) }

// MarkOwn notes that people posted at seq, so that their unread counts leave it out. Only keys whose mark is behind their
// read position need it. Inside the caller's transaction.
func (s *Service) MarkOwn(tx *db.Tx, own map[MemberKey]int64) error {
	keys := SortedKeys(own)
	return db.EachChunk(keys, nil, func(n int, args []any) error {
		_, err := tx.Exec(db.Pairs("k(c, p, q)", 1, n, 3)+` UPDATE member SET own_from = k.q FROM k
			WHERE member.conversation_id = k.c AND member.person_id = k.p`, args...)
		return err
	}, func(k MemberKey) []any { return []any{k.Conversation, k.Person, own[k]} })
}
