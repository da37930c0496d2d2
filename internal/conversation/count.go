package conversation

import (
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// counted is one membership whose unread messages are counted. Nothing is stored per message and member: unread is the number of
// seqs after base, less the few that do not count, and marks say where there are none of those at all.
type counted struct {
	id           xinshu.ConversationID
	base         int64 // the later of read_seq and joined_seq: what comes after is unread
	last         int64
	ownFrom      int64
	mentionSeq   int64
	uncountedSeq int64
	allSeq       int64

	unread   int64
	mentions int64
}

// count fills in the numbers of one person, with at most three statements per 128 memberships.
func (s *Service) count(tx *db.Tx, person xinshu.PersonID, all []*counted) error {
	byID := make(map[xinshu.ConversationID]*counted, len(all))
	own := map[xinshu.ConversationID]int64{}
	var uncounted, mentioned []*counted
	for _, c := range all {
		c.unread = c.last - c.base
		if c.unread <= 0 {
			c.unread = 0
			continue
		}
		byID[c.id] = c
		if c.uncountedSeq > c.base {
			uncounted = append(uncounted, c)
		}
		if c.mentionSeq > c.base || c.allSeq > c.base {
			mentioned = append(mentioned, c)
		}
		if c.ownFrom != 0 {
			own[c.id] = max(c.ownFrom, c.base+1)
		}
	}
	argsOf := func(c *counted) []any {
		if c == nil {
			return []any{0, 0}
		}
		return []any{c.id, c.base}
	}
	each := func(fixed []any, text func(n int) string, add func(c *counted, n int64)) func(list []*counted) error {
		return func(list []*counted) error {
			return db.EachChunk(list, fixed, func(n int, args []any) error {
				rows := tx.Query(text(n), args...)
				for rows.Next() {
					var id xinshu.ConversationID
					var n int64
					if err := rows.Scan(&id, &n); err != nil {
						return err
					}
					add(byID[id], n)
				}
				return rows.Err()
			}, argsOf)
		}
	}
	err := each(nil, func(n int) string {
		return db.Pairs("k(c, b)", 1, n, 2) + ` SELECT k.c, count(*) FROM k JOIN uncounted u ON u.conversation_id = k.c AND u.seq > k.b GROUP BY k.c`
	}, func(c *counted, n int64) { c.unread -= n })(uncounted)
	if err != nil {
		return fmt.Errorf("count what does not count: %w", err)
	}
	err = each([]any{person}, func(n int) string {
		return db.Pairs("k(c, b)", 2, n, 2) + ` SELECT k.c, count(*) FROM k JOIN mention x ON x.person_id = ?1 AND x.conversation_id = k.c AND x.seq > k.b GROUP BY k.c
			UNION ALL SELECT k.c, count(*) FROM k JOIN mention x ON x.person_id = 0 AND x.conversation_id = k.c AND x.seq > k.b WHERE x.sender_id <> ?1 GROUP BY k.c`
	}, func(c *counted, n int64) { c.mentions += n })(mentioned)
	if err != nil {
		return fmt.Errorf("count mentions: %w", err)
	}
	if len(own) == 0 {
		return nil
	}
	counts, err := s.log.OwnSince(tx, person, own)
	if err != nil {
		return err
	}
	for id, n := range counts {
		byID[id].unread -= n
	}
	return nil
}

// Uncount takes a message out of everybody's unread count: a system message, or one that was recalled. Inside the caller's
// transaction, under the conversation's lock; [Service.Save] must follow.
func (s *Service) Uncount(tx *db.Tx, st *State, seq int64) error {
	_, err := tx.Exec(`INSERT INTO uncounted (conversation_id, seq) VALUES (?1, ?2) ON CONFLICT (conversation_id, seq) DO NOTHING`, st.ID, seq)
	if err != nil {
		return fmt.Errorf("uncount: %w", err)
	}
	st.UncountedSeq = max(st.UncountedSeq, seq)
	return nil
}
