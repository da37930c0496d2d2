package message_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/message"
)

func unmarshal(text []byte, v any) error { return json.Unmarshal(text, v) }

// client keeps one conversation as a client does: a snapshot, then events; it asks for changes when it sees a rev jump.
type client struct {
	b        *bundle
	actor    xinshu.Actor
	id       xinshu.ConversationID
	in       bool
	rev      int64
	first    int64 // of the history window; when it moves, the person was away in between
	messages map[int64]message.Message
	asked    int // how often it asked for changes
}

// snapshot begins anew.
func (c *client) snapshot() error {
	h, err := c.b.conv.Get(c.b.ctx, c.actor, c.id)
	if err != nil {
		return err
	}
	c.rev, c.first, c.in, c.messages = h.Rev, h.FirstSeq, true, map[int64]message.Message{}
	items, err := c.whole()
	if err != nil {
		return err
	}
	for _, m := range items {
		c.messages[m.Seq] = m
	}
	return nil
}

// whole reads all pages of the history, backwards.
func (c *client) whole() ([]message.Message, error) {
	var all []message.Message
	for before := int64(0); ; {
		items, next, err := c.b.log.History(c.b.ctx, c.actor, c.id, message.Page{Before: before, Limit: 7})
		if err != nil {
			return nil, err
		}
		all = append(slices.Clone(items), all...)
		if next == "" {
			return all, nil
		}
		if before, err = strconv.ParseInt(next, 10, 64); err != nil {
			return nil, err
		}
	}
}

// hear takes an event that the hub has decided to deliver.
func (c *client) hear(e xinshu.Event) error {
	var frame struct {
		Event string
		Data  json.RawMessage
	}
	if err := json.Unmarshal(e.Frame, &frame); err != nil || frame.Event != e.Kind {
		return fmt.Errorf("frame %s: %w", e.Frame, err)
	}
	var data struct {
		Rev    int64
		Change string
	}
	if err := json.Unmarshal(frame.Data, &data); err != nil {
		return err
	}
	switch {
	case e.Kind == xinshu.EventConversation && data.Change == "left":
		c.in, c.messages = false, nil
		return nil
	case e.Kind == xinshu.EventConversation && data.Change == "joined":
		return c.snapshot()
	case !c.in || data.Rev <= c.rev:
		return nil // not ours any more, or known
	case data.Rev > c.rev+1:
		return c.catchUp()
	}
	c.rev = data.Rev
	if e.Kind == xinshu.EventMessage || e.Kind == xinshu.EventMessageChanged {
		var m message.Message
		if err := json.Unmarshal(frame.Data, &m); err != nil {
			return err
		}
		c.messages[m.Seq] = m
	}
	return nil
}

// catchUp asks for what was missed.
func (c *client) catchUp() error {
	c.asked++
	for {
		items, next, err := c.b.log.Changes(c.b.ctx, c.actor, c.id, c.rev, 5)
		if err != nil {
			return err
		}
		for _, ch := range items {
			if ch.Rev != c.rev+1 {
				return fmt.Errorf("changes jump from rev %d to %d", c.rev, ch.Rev)
			}
			c.rev = ch.Rev
			if ch.Message != nil {
				c.messages[ch.Message.Seq] = *ch.Message
			}
		}
		if next == "" {
			return nil
		}
	}
}

// state is everything the client knows, in order; quotes show the quoted message as it is now, which clients read there.
func (c *client) state() []string {
	var out []string
	for _, seq := range slices.Sorted(maps.Keys(c.messages)) {
		m := c.messages[seq]
		if m.ReplyTo != nil {
			q := *m.ReplyTo
			q.Excerpt = ""
			m.ReplyTo = &q
		}
		text, err := json.Marshal(m)
		if err != nil {
			return []string{err.Error()}
		}
		out = append(out, string(text))
	}
	return out
}
