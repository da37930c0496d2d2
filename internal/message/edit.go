package message

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
)

// contentChange is the payload of the change row of an edit or a recall. The digest chains the new content.
type contentChange struct {
	Digest string `json:"digest"`
}

// Edit replaces the text of one's own message inside the edit window; the original is kept. The same text again is no change.
// Errors: as [Service.Post] without conflict; [xinshu.Forbidden] for messages of others and recalled ones; [xinshu.WindowClosed].
func (s *Service) Edit(ctx context.Context, actor xinshu.Actor, id xinshu.ConversationID, seq int64, text string) (Message, error) {
	content, err := newText(text)
	if err != nil {
		return Message{}, err
	}
	var out Message
	err = s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		st, m, r, err := s.target(tx, actor, id, seq)
		if err != nil {
			return err
		}
		switch {
		case r.kind == typeRecalled:
			return errRecalled
		case r.sender != actor.Person || r.kind != typeText:
			return xinshu.Errorf(xinshu.Forbidden, "Only the sender may edit a message.")
		case r.content == content.json:
			out, err = s.one(tx, place{id, seq})
			return err
		case !withinWindow(s.now(), r.sent, s.opt.Settings.Get().EditWindowMS):
			return xinshu.Errorf(xinshu.WindowClosed, "It is too late to edit this message.")
		}
		if err := st.MayPost(m); err != nil {
			return err
		}
		mentions, err := s.changeMentions(tx, st, m, r, content)
		if err != nil {
			return err
		}
		r.edited = s.now()
		if err := s.replace(tx, st, actor, r, conversation.ChangeEdited, version{typeText, content.json, mentions}); err != nil {
			return err
		}
		out, err = s.changed(tx, st, r)
		return err
	})
	return out, err
}

// withinWindow says whether an act is not too late; a window of 0 ms is closed from the start.
func withinWindow(now, sent xinshu.Millis, window int64) bool {
	return window > 0 && now.Int64()-sent.Int64() <= window
}

// target locks the conversation and loads the message of an act on it.
func (s *Service) target(tx *db.Tx, actor xinshu.Actor, id xinshu.ConversationID, seq int64) (*conversation.State, conversation.Member, *row, error) {
	st, m, err := s.conv.ForActing(tx, actor, id)
	if err != nil {
		return nil, m, nil, err
	}
	if seq < m.FirstSeq {
		return nil, m, nil, errNoMessage
	}
	r := &row{}
	err = tx.Row(`SELECT `+shownColumns+`, m.salt FROM message m WHERE m.conversation_id = ?1 AND m.seq = ?2`, id, seq).
		Scan(append(r.shownFields(), &r.salt)...)
	if errors.Is(err, db.ErrNoRows) {
		return nil, m, nil, errNoMessage
	}
	if err != nil {
		return nil, m, nil, fmt.Errorf("load message: %w", err)
	}
	return st, m, r, nil
}

// changeMentions moves the mentions of r from its old text to the new one and returns them as stored.
func (s *Service) changeMentions(tx *db.Tx, st *conversation.State, m conversation.Member, r *row, content textContent) (string, error) {
	oldPeople, oldAll := parseMentions(r.mentions)
	if content.all && !oldAll && !st.MayMentionAll(m) {
		return "", errAll
	}
	asked := map[xinshu.PersonID]bool{r.sender: true}
	keys := make([]conversation.MemberKey, len(content.mentions))
	for i, p := range content.mentions {
		asked[p] = true
		keys[i] = conversation.MemberKey{Conversation: st.ID, Person: p}
	}
	names, err := s.namesOf(tx, asked)
	if err != nil {
		return "", err
	}
	members, err := s.conv.Members(tx, keys)
	if err != nil {
		return "", err
	}
	if err := s.conv.Unmention(tx, st.ID, r.seq, append(oldPeople, 0)); err != nil {
		return "", err
	}
	known := slices.DeleteFunc(slices.Clone(content.mentions), func(p xinshu.PersonID) bool { _, ok := names[p]; return !ok })
	b := &batch{members: members}
	all := st.AllSeq
	b.mention(st, r, content.all, known)
	st.AllSeq = max(all, st.AllSeq)
	if r.seq == st.LastSeq {
		st.Last.Excerpt = excerpt(content.text, names)
	}
	if len(b.mentioned) > 0 {
		if err := s.conv.Mention(tx, b.mentioned); err != nil {
			return "", err
		}
	}
	return formatMentions(known, content.all), nil
}

// version is one content of a message.
type version struct{ kind, content, mentions string }

// replace keeps the content of r as a version and puts the next one in its place, under the next rev.
func (s *Service) replace(tx *db.Tx, st *conversation.State, actor xinshu.Actor, r *row, change string, next version) error {
	salt := conversation.NewSalt()
	digest := r.digest(salt, next.kind, next.content)
	rev, err := s.conv.AppendChange(tx, st, actor, change, r.seq, contentChange{hex.EncodeToString(digest[:])})
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO message_version (conversation_id, seq, rev, replaced_rev, content_type, content, mentions, salt)
		VALUES (?1,?2,?3,?4,?5,?6,?7,?8)`, r.conversation, r.seq, r.contentRev, rev, r.kind, r.content, r.mentions, r.salt)
	if err != nil {
		return fmt.Errorf("keep the original: %w", err)
	}
	r.lastRev, r.contentRev, r.salt = rev, rev, salt
	r.kind, r.content, r.mentions = next.kind, next.content, next.mentions
	_, err = tx.Exec(`UPDATE message SET last_rev = ?3, content_rev = ?3, content_type = ?4, content = ?5, mentions = ?6, reactions = ?7,
		edited_at = ?8, recalled_at = ?9, salt = ?10 WHERE conversation_id = ?1 AND seq = ?2`,
		r.conversation, r.seq, rev, r.kind, r.content, r.mentions, r.reactions, r.edited, r.recalled, salt)
	if err != nil {
		return fmt.Errorf("replace content: %w", err)
	}
	return nil
}

// changed saves the conversation and tells who may read the message what has become of it.
func (s *Service) changed(tx *db.Tx, st *conversation.State, r *row) (Message, error) {
	if err := s.conv.Save(tx, st); err != nil {
		return Message{}, err
	}
	readers, err := s.conv.ReadersOf(tx, st, r.seq)
	if err != nil {
		return Message{}, err
	}
	messages, err := s.messages(tx, []*row{r})
	if err != nil {
		return Message{}, err
	}
	e := xinshu.Event{Conversation: st.ID, MemberRev: st.MemberRev, People: readers, Kind: xinshu.EventMessageChanged,
		Frame: messages[0].appendFrame(nil, xinshu.EventMessageChanged)}
	tx.AfterCommit(func() { s.opt.Bus.Publish(e) })
	return messages[0], nil
}
