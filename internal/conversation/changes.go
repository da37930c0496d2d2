package conversation

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// ChangesAfter returns the change rows with rev > after in rev order, at most limit. Inside the caller's transaction; the caller
// has checked access.
func (s *Service) ChangesAfter(tx *db.Tx, id xinshu.ConversationID, after int64, limit int) ([]ChangeRow, error) {
	rows, err := db.All(tx, func(r *db.Rows) (c ChangeRow, err error) {
		err = r.Scan(&c.Rev, &c.Kind, &c.Seq, &c.SeqAt, &c.Payload, &c.Actor, &c.At, &c.Salt, &c.Hash)
		return c, err
	}, `SELECT rev, kind, seq, seq_at, payload, actor_id, at, salt, hash FROM change WHERE conversation_id = ?1 AND rev > ?2 ORDER BY rev LIMIT ?3`,
		id, after, limit)
	if err != nil {
		return nil, fmt.Errorf("changes: %w", err)
	}
	return rows, nil
}

// SeqAt returns the seq of the newest message whose rev is ≤ rev, 0 if there is none. Inside the caller's transaction.
func (s *Service) SeqAt(tx *db.Tx, id xinshu.ConversationID, rev int64) (int64, error) {
	var base, seq int64
	err := tx.Row(`SELECT rev, seq_at FROM change WHERE conversation_id = ?1 AND rev <= ?2 ORDER BY rev DESC LIMIT 1`, id, rev).Scan(&base, &seq)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil // every conversation begins with a change
	}
	if err != nil {
		return 0, fmt.Errorf("seq at rev: %w", err)
	}
	return seq + rev - base, nil
}

// MemberViews shows change rows of kind [ChangeMember], with names as of now. Inside the caller's transaction.
func (s *Service) MemberViews(tx *db.Tx, id xinshu.ConversationID, rows []ChangeRow) ([]MemberView, error) {
	changes := make([]MemberChange, len(rows))
	var people []xinshu.PersonID
	for i, r := range rows {
		if err := json.Unmarshal([]byte(r.Payload), &changes[i]); err != nil {
			return nil, fmt.Errorf("payload of a member change: %w", err)
		}
		people = append(append(people, changes[i].shown()...), r.Actor)
	}
	known, err := s.names(tx, xinshu.Actor{}, people)
	if err != nil {
		return nil, err
	}
	out := make([]MemberView, len(rows))
	for i, r := range rows {
		c := changes[i]
		out[i] = MemberView{ConversationID: id, Rev: r.Rev, At: r.At, Kind: c.Kind, Role: c.Role, Actor: known.actor(xinshu.Actor{Person: r.Actor}),
			People: known.briefs(c.shown()), Count: len(c.People)}
	}
	return out, nil
}

func (c *MemberChange) shown() []xinshu.PersonID { return c.People[:min(maxShown, len(c.People))] }

// SettingsViewOf shows a change row of kind [ChangeSettings] or [ChangeCreated].
func SettingsViewOf(r ChangeRow) (v SettingsView, err error) {
	if err := json.Unmarshal([]byte(r.Payload), &v); err != nil {
		return v, fmt.Errorf("payload of a change of settings: %w", err)
	}
	return v, nil
}
