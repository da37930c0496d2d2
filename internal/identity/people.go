package identity

import (
	"context"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

// AdminPerson is a person as administrators of accounts see her.
type AdminPerson struct {
	org.PersonItem
	HasPassword bool          `json:"has_password"`
	Roles       []string      `json:"roles"`
	Sessions    int           `json:"sessions" doc:"Live sessions"`
	SeenAt      xinshu.Millis `json:"seen_at,omitempty" doc:"Last use of any session, noted at most every 5 minutes"`
	LinkUntil   xinshu.Millis `json:"link_until,omitempty" doc:"End of the one-time link that waits to be used"`
}

// FindPeople lists people with the state of their accounts. For system administrators. Errors as org.FindPeople.
func (s *Service) FindPeople(ctx context.Context, actor xinshu.Actor, f org.PersonFilter) (out []AdminPerson, next string, err error) {
	if err := mayAdminister(actor); err != nil {
		return nil, "", err
	}
	items, next, err := s.opt.Org.FindPeople(ctx, actor, f)
	if err != nil || len(items) == 0 {
		return []AdminPerson{}, next, err
	}
	ids := make([]xinshu.PersonID, len(items))
	at := make(map[xinshu.PersonID]*AdminPerson, len(items))
	out = make([]AdminPerson, len(items))
	for i, p := range items {
		ids[i], out[i] = p.ID, AdminPerson{PersonItem: p, Roles: []string{}}
		at[p.ID] = &out[i]
	}
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error { return s.accountStates(tx, ids, at) })
	if err != nil {
		return nil, "", fmt.Errorf("states of accounts: %w", err)
	}
	if own := at[actor.Person]; own != nil { // who looks is here now, which the table learns later
		own.SeenAt = max(own.SeenAt, s.lastUse(actor.Session))
	}
	return out, next, nil
}

// accountStates fills in the states of a page of people, with one statement for each kind of fact.
func (s *Service) accountStates(tx *db.Tx, ids []xinshu.PersonID, at map[xinshu.PersonID]*AdminPerson) error {
	in := db.In(1, len(ids))
	args := db.Args(ids)
	rows := tx.Query(`SELECT person_id, CASE WHEN password = '' THEN 0 ELSE 1 END FROM account WHERE person_id IN `+in, args...)
	for rows.Next() {
		var id xinshu.PersonID
		var has bool
		if err := rows.Scan(&id, &has); err != nil {
			return err
		}
		at[id].HasPassword = has
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows = tx.Query(`SELECT person_id, CAST(sum(role) AS BIGINT) FROM role_grant WHERE person_id IN `+in+` GROUP BY person_id`, args...)
	for rows.Next() {
		var id xinshu.PersonID
		var roles int64
		if err := rows.Scan(&id, &roles); err != nil {
			return err
		}
		at[id].Roles = xinshu.Role(roles).Names()
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows = tx.Query(`SELECT person_id, CAST(sum(CASE WHEN ended_at = 0 THEN 1 ELSE 0 END) AS BIGINT), max(seen_at) FROM session
		WHERE person_id IN `+in+` GROUP BY person_id`, args...)
	for rows.Next() {
		var id xinshu.PersonID
		var live int
		var seen xinshu.Millis
		if err := rows.Scan(&id, &live, &seen); err != nil {
			return err
		}
		at[id].Sessions, at[id].SeenAt = live, seen
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows = tx.Query(`SELECT person_id, max(expires_at) FROM link WHERE used_at = 0 AND person_id IN `+in+` GROUP BY person_id`, args...)
	for rows.Next() {
		var id xinshu.PersonID
		var until xinshu.Millis
		if err := rows.Scan(&id, &until); err != nil {
			return err
		}
		if until > s.now() {
			at[id].LinkUntil = until
		}
	}
	return rows.Err()
}
