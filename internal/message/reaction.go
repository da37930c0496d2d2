package message

import (
	"context"
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

// maxReactors bounds the people whom a reaction names in its message; the rest is asked for.
const maxReactors = 20

// reactionChange is the payload of the change row of a reaction.
type reactionChange struct {
	Emoji string `json:"emoji"`
}

// React puts the actor's emoji on a message that she can read; again is no change. Errors: as conversation.ForReading;
// [xinshu.NotFound]; [xinshu.Forbidden] on recalled messages and in archived conversations; [xinshu.Invalid] for what is not an
// emoji and for more than 50 different ones.
func (s *Service) React(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, seq int64, emoji string) (Message, error) {
	return s.react(ctx, actor, id, seq, emoji, conversation.ChangeReacted)
}

// Unreact takes it away; again is no change. Errors: as [Service.React].
func (s *Service) Unreact(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, seq int64, emoji string) (Message, error) {
	return s.react(ctx, actor, id, seq, emoji, conversation.ChangeUnreacted)
}

func (s *Service) react(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, seq int64, emoji, change string) (Message, error) {
	if actor.Person == 0 {
		return Message{}, errAnonymous
	}
	if !isEmoji(emoji) {
		return Message{}, xinshu.Errorf(xinshu.Invalid, "A reaction is one emoji.")
	}
	var out Message
	err := s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		st, _, r, err := s.target(tx, actor, id, seq)
		if err != nil {
			return err
		}
		if r.kind == typeRecalled {
			return errRecalled
		}
		list := r.reactionList()
		var n int64
		if change == conversation.ChangeReacted {
			if list = addReaction(list, emoji, actor.Person); len(list) > xinshu.MaxReactions {
				return xinshu.Errorf(xinshu.Invalid, "A message has at most %d different reactions.", xinshu.MaxReactions)
			}
			n, err = tx.Exec(`INSERT INTO reaction (conversation_id, seq, emoji, person_id, rev) VALUES (?1,?2,?3,?4,?5)
				ON CONFLICT (conversation_id, seq, emoji, person_id) DO NOTHING`, id, seq, emoji, actor.Person, st.Rev+1)
		} else {
			n, err = tx.Exec(`DELETE FROM reaction WHERE conversation_id = ?1 AND seq = ?2 AND emoji = ?3 AND person_id = ?4`, id, seq, emoji, actor.Person)
			if err == nil && n > 0 {
				list, err = removeReaction(tx, list, id, seq, emoji, actor.Person)
			}
		}
		if err != nil {
			return fmt.Errorf("reaction: %w", err)
		}
		if n == 0 {
			out, err = s.one(tx, place{id, seq})
			return err
		}
		r.reactions = ""
		if len(list) > 0 {
			r.reactions = string(appendReactions(nil, list))
		}
		if r.lastRev, err = s.conv.AppendChange(tx, st, actor, change, seq, reactionChange{emoji}); err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE message SET last_rev = ?3, reactions = ?4 WHERE conversation_id = ?1 AND seq = ?2`, id, seq, r.lastRev, r.reactions)
		if err != nil {
			return fmt.Errorf("reaction: %w", err)
		}
		out, err = s.changed(tx, st, r)
		return err
	})
	return out, err
}

func addReaction(list []Reaction, emoji string, person xinshu.PersonID) []Reaction {
	i := slices.IndexFunc(list, func(r Reaction) bool { return r.Emoji == emoji })
	if i < 0 {
		return append(list, Reaction{Emoji: emoji, Count: 1, People: []xinshu.PersonID{person}})
	}
	list[i].Count++
	if len(list[i].People) < maxReactors {
		list[i].People = append(list[i].People, person)
	}
	return list
}

// removeReaction takes one away; if the person was shown and others are not, they move up.
func removeReaction(tx *db.Tx, list []Reaction, id xinshu.ConversationID, seq int64, emoji string, person xinshu.PersonID) ([]Reaction, error) {
	i := slices.IndexFunc(list, func(r Reaction) bool { return r.Emoji == emoji })
	if i < 0 {
		return list, nil
	}
	r := &list[i]
	if r.Count--; r.Count <= 0 {
		return slices.Delete(list, i, i+1), nil
	}
	shown := len(r.People)
	r.People = slices.DeleteFunc(r.People, func(p xinshu.PersonID) bool { return p == person })
	if len(r.People) == shown || int64(len(r.People)) == r.Count {
		return list, nil
	}
	people, err := db.Column[xinshu.PersonID](tx, `SELECT person_id FROM reaction WHERE conversation_id = ?1 AND seq = ?2 AND emoji = ?3
		ORDER BY rev, person_id LIMIT ?4`, id, seq, emoji, maxReactors)
	r.People = people
	return list, err
}

// isEmoji says whether s is one short sequence of symbols: no letters, no spaces, nothing that could be taken for markup.
func isEmoji(s string) bool {
	if s == "" || len(s) > xinshu.MaxEmoji || !utf8.ValidString(s) {
		return false
	}
	symbols := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.So, unicode.Sk) && r > 0x7F, r == 0x20E3, r == 0x203C, r == 0x2049, r == 0x3030, r == 0x303D:
			symbols++
		case r == 0xFE0F, r == 0x200D, r >= 0xE0020 && r <= 0xE007F: // presentation, joiner, tags of flags
		case r >= '0' && r <= '9', r == '#', r == '*': // keycaps; they count with U+20E3
		case unicode.In(r, unicode.Sm) && r > 0x7F:
			symbols++
		default:
			return false
		}
	}
	return symbols > 0
}

// Reactors lists the people behind one emoji of a message in the order in which they came. Errors: as [Service.Get];
// [xinshu.Invalid] for a foreign cursor.
func (s *Service) Reactors(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, seq int64, emoji string, limit int, cursor string) (people []org.PersonBrief, next string, err error) {
	rev, person, err := parseCursor(cursor)
	if err != nil {
		return nil, "", err
	}
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		people, next = []org.PersonBrief{}, ""
		r, err := s.readable(tx, actor, id, seq)
		if err != nil || r.recalled != 0 {
			return err
		}
		type reactor struct {
			person xinshu.PersonID
			rev    int64
		}
		found, err := db.All(tx, func(r *db.Rows) (x reactor, err error) { err = r.Scan(&x.person, &x.rev); return x, err },
			`SELECT person_id, rev FROM reaction WHERE conversation_id = ?1 AND seq = ?2 AND emoji = ?3 AND (rev > ?4 OR rev = ?4 AND person_id > ?5)
			ORDER BY rev, person_id LIMIT ?6`, id, seq, emoji, rev, person, limit+1)
		if err != nil {
			return fmt.Errorf("reactors: %w", err)
		}
		if len(found) > limit {
			found = found[:limit]
			last := found[limit-1]
			next = formatCursor(last.rev, last.person.Int64())
		}
		ids := make([]xinshu.PersonID, len(found))
		for i, x := range found {
			ids[i] = x.person
		}
		people, err = s.briefs(tx, ids)
		return err
	})
	return people, next, err
}

// briefs returns people as shown, in order.
func (s *Service) briefs(tx *db.Tx, ids []xinshu.PersonID) ([]org.PersonBrief, error) {
	out := make([]org.PersonBrief, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	known, err := s.opt.Org.Briefs(tx, ids)
	if err != nil {
		return nil, fmt.Errorf("names: %w", err)
	}
	for i, id := range ids {
		b, ok := known[id]
		if !ok {
			b = org.PersonBrief{ID: id, Kind: "person"}
		}
		out[i] = b
	}
	return out, nil
}
