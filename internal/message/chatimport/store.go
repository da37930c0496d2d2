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
		it.replyTo = r.messageID(l.Conversation, l.ReplyTo)
	}
	t.pending = append(t.pending, it)
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

// place returns the seq of a message that is stored, 0 if there is none.
func (r *run) place(ctx context.Context, t *target, clientID string) (seq int64, err error) {
	if seq = r.placed(clientID); seq != 0 {
		return seq, nil
	}
	err = r.s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		seq, err = r.s.opt.Messages.SeqOf(tx, t.id, clientID)
		return err
	})
	if xinshu.CodeOf(err) == xinshu.NotFound {
		return 0, nil
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
	left, err := r.put(ctx, batch)
	if err == nil {
		return
	}
	if len(left) == 1 || passing(xinshu.CodeOf(err)) || ctx.Err() != nil {
		if err := r.judge(left[0].line, err); err != nil {
			r.fail(fmt.Errorf("line %d: %w", left[0].line, err))
		}
		return
	}
	for i := range left {
		_, err := r.put(ctx, left[i:i+1])
		if err := r.judge(left[i].line, err); err != nil {
			r.fail(fmt.Errorf("line %d: %w", left[i].line, err))
			return
		}
	}
}

var errNoReply = &fault{"reply_to", "No line above has a message of this id in this conversation."}

// imported turns a batch into what the log takes, without the lines that reply to nothing, which are noted.
func (r *run) imported(ctx context.Context, batch []item) (good []item, items []message.Imported, err error) {
	numbers := make(map[string]int, len(batch)) // of the items, from 1, by client_id
	for _, it := range batch {
		m := message.Imported{Conversation: it.target.id, ClientID: it.clientID, Author: it.author.id, SentAt: it.sentAt, Text: it.text}
		if it.replyTo != "" {
			if m.ReplyToItem = numbers[it.replyTo]; m.ReplyToItem == 0 {
				if m.ReplyTo, err = r.place(ctx, it.target, it.replyTo); err != nil {
					return nil, nil, err
				}
				if m.ReplyTo == 0 {
					r.bad(it.line, errNoReply)
					continue
				}
			}
		}
		good, items = append(good, it), append(items, m)
		if numbers[it.clientID] == 0 {
			numbers[it.clientID] = len(items)
		}
	}
	return good, items, nil
}

// put brings a batch into the log, all or nothing; an error comes with what of the batch is left when bad lines were noted.
func (r *run) put(ctx context.Context, batch []item) (left []item, err error) {
	good, items, err := r.imported(ctx, batch)
	if err != nil || len(items) == 0 {
		return batch, err
	}
	posted, err := r.s.opt.Messages.ImportBatch(ctx, xinshu.SystemActor("import"), items)
	if err != nil {
		return good, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.places) > maxPlaces {
		clear(r.places)
	}
	for i, p := range posted {
		r.places[good[i].clientID] = p.Seq
		if p.Duplicate {
			r.report.Repeated++
		} else {
			r.report.Messages++
		}
	}
	return nil, nil
}
