package message

import (
	"context"
	"fmt"
	"strconv"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Change is one rev of a conversation.
type Change struct {
	Rev          int64                      `json:"rev"`
	Kind         string                     `json:"kind" enum:"message,edited,recalled,reacted,unreacted,pinned,unpinned,member,conversation,created,hidden" doc:"hidden: about something from before the reader's history window"`
	At           xinshu.Millis              `json:"at,omitempty"`
	Seq          int64                      `json:"seq,omitempty" doc:"The message it is about"`
	Message      *Message                   `json:"message,omitempty" doc:"The message as it is now; with the newest of several changes only"`
	Member       *conversation.MemberView   `json:"member,omitempty"`
	Conversation *conversation.SettingsView `json:"conversation,omitempty"`
}

// Changes returns every rev after one that the client knows, in order and without holes, and the rev from which to go on ("" at
// the end). Messages are given as they are now. Errors: as conversation.ForReading; [xinshu.Invalid] for a rev out of range.
func (s *Service) Changes(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, afterRev int64, limit int) (items []Change, next string, err error) {
	if limit < 1 || limit > xinshu.MaxPage || afterRev < 0 {
		return nil, "", xinshu.Errorf(xinshu.Invalid, "A page has 1 to %d changes after a rev that is not negative.", xinshu.MaxPage)
	}
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		items, next = []Change{}, ""
		a, err := s.conv.ForReading(tx, actor, id)
		if err != nil {
			return err
		}
		if afterRev > a.Rev {
			return xinshu.Errorf(xinshu.Invalid, "There is no such rev yet.")
		}
		rows, err := s.conv.ChangesAfter(tx, id, afterRev, limit)
		if err != nil {
			return err
		}
		seq, err := s.conv.SeqAt(tx, id, afterRev)
		if err != nil {
			return err
		}
		posted, _, err := after(tx, id, seq, limit)
		if err != nil {
			return fmt.Errorf("changes: %w", err)
		}
		f := &feed{s: s, tx: tx, id: id, first: max(1, a.FirstSeq)}
		if items, err = f.merge(rows, posted, limit); err != nil {
			return err
		}
		if n := len(items); n > 0 && items[n-1].Rev < a.Rev {
			next = strconv.FormatInt(items[n-1].Rev, 10)
		}
		return nil
	})
	return items, next, err
}

// feed merges messages and change rows into changes.
type feed struct {
	s     *Service
	tx    *db.Tx
	id    xinshu.ConversationID
	first int64 // of the reader's history window
}

func (f *feed) merge(rows []conversation.ChangeRow, posted []*row, limit int) ([]Change, error) {
	out := make([]Change, 0, min(limit, len(rows)+len(posted)))
	newest := map[int64]int{} // seq → place in out of its newest change
	var members []conversation.ChangeRow
	var memberAt []int
	for len(out) < limit && len(rows)+len(posted) > 0 {
		if len(rows) == 0 || len(posted) > 0 && posted[0].rev < rows[0].Rev {
			r := posted[0]
			posted = posted[1:]
			if r.seq >= f.first {
				newest[r.seq] = len(out)
				out = append(out, Change{Rev: r.rev, Kind: "message", At: r.sent, Seq: r.seq})
			} else {
				out = append(out, Change{Rev: r.rev, Kind: "hidden"})
			}
			continue
		}
		c := rows[0]
		rows = rows[1:]
		switch {
		case c.SeqAt+1 < f.first, c.Seq != 0 && c.Seq < f.first:
			out = append(out, Change{Rev: c.Rev, Kind: "hidden"})
			continue
		case c.Kind == conversation.ChangeMember:
			members, memberAt = append(members, c), append(memberAt, len(out))
		case c.Kind == conversation.ChangeSettings || c.Kind == conversation.ChangeCreated:
			v, err := conversation.SettingsViewOf(c)
			if err != nil {
				return nil, err
			}
			out = append(out, Change{Rev: c.Rev, Kind: c.Kind, At: c.At, Conversation: &v})
			continue
		case c.Kind != conversation.ChangePinned && c.Kind != conversation.ChangeUnpinned:
			newest[c.Seq] = len(out)
		}
		out = append(out, Change{Rev: c.Rev, Kind: c.Kind, At: c.At, Seq: c.Seq})
	}
	return out, f.complete(out, newest, members, memberAt)
}

// complete adds messages and views of members.
func (f *feed) complete(out []Change, newest map[int64]int, members []conversation.ChangeRow, memberAt []int) error {
	views, err := f.s.conv.MemberViews(f.tx, f.id, members)
	if err != nil {
		return err
	}
	for i := range views {
		out[memberAt[i]].Member = &views[i]
	}
	places := make([]place, 0, len(newest))
	for seq := range newest {
		places = append(places, place{f.id, seq})
	}
	found, err := loadPlaces(f.tx, places)
	if err != nil {
		return err
	}
	messages, err := f.s.messages(f.tx, mapValues(found))
	if err != nil {
		return err
	}
	for i := range messages {
		out[newest[messages[i].Seq]].Message = &messages[i]
	}
	return nil
}
