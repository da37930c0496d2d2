package conversation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/door"
)

// State is a conversation inside one transaction that holds its lock. Acts change it in memory; [Service.Save] stores it.
type State struct {
	ID          xinshu.ConversationID
	Kind        Kind
	Name        string
	Purpose     string
	Low, High   xinshu.PersonID // the two of a direct conversation
	History     History
	PostRight   Right
	AllRight    Right
	MemberRev   int64
	MemberCount int64
	WindowSeq   int64 // every member may read from here on
	ArchivedAt  xinshu.Millis
	CreatedAt   xinshu.Millis

	LastSeq      int64
	Rev          int64
	Hash         []byte // of the chain at Rev; 32 bytes
	Pos          int64
	UpdatedAt    xinshu.Millis
	UncountedSeq int64
	AllSeq       int64
	Last         Last

	filled   bool
	savedSeq int64 // LastSeq and Rev as stored, to know what this transaction added
	savedRev int64
	settings bool // the row in conversation differs from memory
}

// Last is the newest message, as lists show it.
type Last struct {
	Sender  xinshu.PersonID // 0: the system
	At      xinshu.Millis
	Type    string
	Excerpt string                 // one line
	Said    door.Raw[Announcement] // of a system message
}

// stored is what the column last_excerpt holds: the excerpt, and on a line of its own what the system said.
func (l *Last) stored() string {
	if len(l.Said) == 0 {
		return l.Excerpt
	}
	return l.Excerpt + "\n" + string(l.Said)
}

// split undoes stored, which was read into Excerpt.
func (l *Last) split() {
	if l.Type != "system" {
		return
	}
	if excerpt, said, ok := strings.Cut(l.Excerpt, "\n"); ok {
		l.Excerpt, l.Said = excerpt, door.Raw[Announcement](said)
	}
}

const stateColumns = `c.id, c.kind, c.name, c.purpose, c.low_id, c.high_id, c.history, c.post_right, c.all_right, c.member_rev,
	c.member_count, c.window_seq, c.filled, c.archived_at, c.created_at, h.last_seq, h.rev, h.hash, h.pos, h.updated_at, h.uncounted_seq, h.all_seq,
	h.last_sender, h.last_at, h.last_type, h.last_excerpt`

func (st *State) fields() []any {
	return []any{&st.ID, (*string)(&st.Kind), &st.Name, &st.Purpose, &st.Low, &st.High, (*string)(&st.History),
		(*string)(&st.PostRight), (*string)(&st.AllRight), &st.MemberRev, &st.MemberCount, &st.WindowSeq, &st.filled, &st.ArchivedAt, &st.CreatedAt,
		&st.LastSeq, &st.Rev, &st.Hash, &st.Pos, &st.UpdatedAt, &st.UncountedSeq, &st.AllSeq,
		&st.Last.Sender, &st.Last.At, &st.Last.Type, &st.Last.Excerpt}
}

// postColumns are what a post needs of a conversation, of which every commit of posts reads hundreds.
const postColumns = `c.id, c.kind, c.post_right, c.all_right, c.member_rev, c.archived_at, h.last_seq, h.rev, h.hash, h.pos, h.updated_at,
	h.uncounted_seq, h.all_seq`

func (st *State) postFields() []any {
	return []any{&st.ID, (*string)(&st.Kind), (*string)(&st.PostRight), (*string)(&st.AllRight), &st.MemberRev, &st.ArchivedAt,
		&st.LastSeq, &st.Rev, &st.Hash, &st.Pos, &st.UpdatedAt, &st.UncountedSeq, &st.AllSeq}
}

// Lock loads conversations and locks them until the end of the transaction, in the order of their ids; unknown ids are absent.
// Inside the caller's transaction. What is read about members after Lock is the newest that was committed.
func (s *Service) Lock(tx *db.Tx, ids ...xinshu.ConversationID) (map[xinshu.ConversationID]*State, error) {
	return s.lock(tx, ids, stateColumns, (*State).fields)
}

// LockForPosts is [Service.Lock] for acts that only append messages: the states lack the settings that have nothing to do with the right
// to post, and Last, which the act has to set.
func (s *Service) LockForPosts(tx *db.Tx, ids []xinshu.ConversationID) (map[xinshu.ConversationID]*State, error) {
	return s.lock(tx, ids, postColumns, (*State).postFields)
}

func (s *Service) lock(tx *db.Tx, ids []xinshu.ConversationID, columns string, fields func(*State) []any) (map[xinshu.ConversationID]*State, error) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	out := make(map[xinshu.ConversationID]*State, len(ids))
	for chunk := range slices.Chunk(ids, db.MaxList) { // ascending chunks keep the order of locks
		rows := tx.Query(`SELECT `+columns+` FROM conversation_head h JOIN conversation c ON c.id = h.conversation_id
			WHERE h.conversation_id IN `+db.List(1, len(chunk))+` /*ORDER BY h.conversation_id FOR UPDATE*/`, db.ListArgs(chunk)...)
		for rows.Next() {
			st := &State{}
			if err := rows.Scan(fields(st)...); err != nil {
				return nil, fmt.Errorf("lock conversations: %w", err)
			}
			st.Last.split()
			st.savedSeq, st.savedRev = st.LastSeq, st.Rev
			out[st.ID] = st
		}
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("lock conversations: %w", err)
		}
	}
	return out, nil
}

// lockOne is [Service.Lock] of one conversation; not found if it does not exist.
func (s *Service) lockOne(tx *db.Tx, id xinshu.ConversationID) (*State, error) {
	m, err := s.Lock(tx, id)
	if err != nil {
		return nil, err
	}
	if st := m[id]; st != nil {
		return st, nil
	}
	return nil, errNotFound
}

const headUpsert = ` ON CONFLICT (conversation_id) DO UPDATE SET last_seq = excluded.last_seq, rev = excluded.rev, hash = excluded.hash,
	pos = excluded.pos, updated_at = excluded.updated_at, uncounted_seq = excluded.uncounted_seq, all_seq = excluded.all_seq,
	last_sender = excluded.last_sender, last_at = excluded.last_at, last_type = excluded.last_type, last_excerpt = excluded.last_excerpt`

// Save stores what changed in the states: one statement for all heads, one for the commit-ordered log. Inside the caller's
// transaction; once per transaction and state.
func (s *Service) Save(tx *db.Tx, states ...*State) error {
	pos, err := tx.Position()
	if err != nil {
		return fmt.Errorf("position: %w", err)
	}
	heads := make([][]any, 0, len(states))
	entries := make([][]any, 0, len(states))
	for _, st := range states {
		if st.Rev == st.savedRev {
			continue
		}
		st.Pos = max(st.Pos, pos) // of two transactions the later may have the smaller number on PostgreSQL
		id := any(int64(st.ID))
		heads = append(heads, []any{id, st.LastSeq, st.Rev, st.Hash, st.Pos, int64(st.UpdatedAt), st.UncountedSeq, st.AllSeq,
			int64(st.Last.Sender), int64(st.Last.At), st.Last.Type, st.Last.stored()})
		entries = append(entries, []any{pos, id, st.savedRev + 1, st.Rev, st.savedSeq + 1, st.LastSeq})
		st.savedRev, st.savedSeq = st.Rev, st.LastSeq
	}
	err = db.Insert(tx, `INSERT INTO conversation_head (conversation_id, last_seq, rev, hash, pos, updated_at, uncounted_seq, all_seq,
		last_sender, last_at, last_type, last_excerpt)`, heads, headUpsert)
	if err != nil {
		return fmt.Errorf("save heads: %w", err)
	}
	err = db.Insert(tx, `INSERT INTO log_entry (pos, conversation_id, first_rev, last_rev, first_seq, last_seq)`, entries, "")
	if err != nil {
		return fmt.Errorf("save log entries: %w", err)
	}
	for _, st := range states { // acts that change settings change one conversation, or few
		if !st.settings {
			continue
		}
		_, err := tx.Exec(`UPDATE conversation SET name = ?2, name_key = ?3, purpose = ?4, history = ?5, post_right = ?6, all_right = ?7,
			member_rev = ?8, member_count = ?9, filled = ?10, archived_at = ?11, window_seq = ?12 WHERE id = ?1`,
			st.ID, st.Name, nameKey(st.Name), st.Purpose, string(st.History), string(st.PostRight), string(st.AllRight),
			st.MemberRev, st.MemberCount, st.filled, st.ArchivedAt, st.WindowSeq)
		if err != nil {
			return fmt.Errorf("save conversation: %w", err)
		}
		st.settings = false
	}
	return nil
}
