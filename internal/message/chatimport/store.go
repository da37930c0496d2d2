package chatimport

import (
	"context"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/message"
)

// message puts a message into the queue of its conversation.
func (r *run) message(ctx context.Context, n int64, l *line) error {
	t := r.targets[l.Conversation]
	switch {
	case t == nil:
		return &fault{"conversation", "No line above describes this conversation."}
	case t.refused:
		return errRefused
	}
	author, err := r.author(ctx, l.Sender)
	if err != nil {
		return err
	}
	if author == nil {
		return &fault{"sender", "Nobody has this key, login, employee number or e-mail address."}
	}
	it := item{line: n, target: t, clientID: r.messageID(l.Conversation, l.ID), author: author, sentAt: l.SentAt, text: l.Text}
	if l.ReplyTo != "" {
		if it.replyTo, err = r.place(ctx, t, r.messageID(l.Conversation, l.ReplyTo)); err != nil {
			return err
		}
	}
	if t.ids == nil {
		t.ids = map[string]bool{}
	}
	t.pending, t.ids[it.clientID] = append(t.pending, it), true
	if len(t.pending) >= batchMessages {
		if err := r.hand(ctx, t); err != nil {
			return err
		}
	}
	return r.failure()
}

var errRefused = &fault{"conversation", "The conversation was refused."}

func (r *run) messageID(conversation, id string) string {
	return clientID(r.req.Source, typeMessage, conversation, id)
}

// place returns the seq of an earlier message of the conversation.
func (r *run) place(ctx context.Context, t *target, clientID string) (seq int64, err error) {
	if seq = r.placed(clientID); seq != 0 {
		return seq, nil
	}
	if err := r.storeTargets(ctx); err != nil {
		return 0, err
	}
	if t.refused {
		return 0, errRefused
	}
	if err := r.hand(ctx, t); err != nil {
		return 0, err
	}
	r.push(t.worker())
	r.under.Wait() // it may be on its way
	if seq = r.placed(clientID); seq != 0 {
		return seq, nil
	}
	err = r.s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		seq, err = r.s.opt.Messages.SeqOf(tx, t.id, clientID)
		return err
	})
	if xinshu.CodeOf(err) == xinshu.NotFound {
		return 0, &fault{"reply_to", "No line above has a message of this id in this conversation."}
	}
	return seq, err
}

func (r *run) placed(clientID string) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.places[clientID]
}

// store brings a batch into the log; if it is refused, one by one, to find the bad lines. It is the workers'.
func (r *run) store(ctx context.Context, batch []item) {
	if r.failure() != nil {
		return // cut short: the next import finds what is missing
	}
	err := r.put(ctx, batch)
	if err == nil {
		return
	}
	if len(batch) == 1 || passing(xinshu.CodeOf(err)) || ctx.Err() != nil {
		if err := r.judge(batch[0].line, err); err != nil {
			r.fail(fmt.Errorf("line %d: %w", batch[0].line, err))
		}
		return
	}
	for i := range batch {
		if err := r.judge(batch[i].line, r.put(ctx, batch[i:i+1])); err != nil {
			r.fail(fmt.Errorf("line %d: %w", batch[i].line, err))
			return
		}
	}
}

func (r *run) put(ctx context.Context, batch []item) error {
	items := make([]message.Imported, len(batch))
	for i, it := range batch {
		items[i] = message.Imported{Conversation: it.target.id, ClientID: it.clientID, Author: it.author.id, SentAt: it.sentAt, Text: it.text, ReplyTo: it.replyTo}
	}
	posted, err := r.s.opt.Messages.ImportBatch(ctx, xinshu.SystemActor("import"), items)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.places) > maxPlaces {
		clear(r.places)
	}
	for i, p := range posted {
		r.places[batch[i].clientID] = p.Seq
		if p.Duplicate {
			r.report.Repeated++
		} else {
			r.report.Messages++
		}
	}
	return nil
}
