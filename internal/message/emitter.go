package message

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
)

// ReceiptEvent is the event "receipt" to those who watch a conversation: how many have read each of its newest messages that
// somebody has read since the last event.
type ReceiptEvent struct {
	ConversationID xinshu.ConversationID `json:"conversation_id"`
	Receipts       []ReceiptCount        `json:"receipts"`
}

// ReceiptCount counts a message's audience.
type ReceiptCount struct {
	Seq    int64 `json:"seq"`
	Read   int64 `json:"read"`
	Unread int64 `json:"unread"`
}

const (
	receiptPause     = time.Second // between two events of one conversation
	receiptMessages  = 50          // newest messages that an event counts: what a screen shows
	receiptsUnderWay = 10_000      // conversations that wait for their event; beyond that watchers ask themselves
)

// receiptEmitter turns receipts into at most one event per second and conversation. Its goroutine is ended by close.
type receiptEmitter struct {
	s    *Service
	wake chan struct{}
	stop context.CancelFunc
	done chan struct{}

	// mu guards waiting.
	mu      sync.Mutex
	waiting map[xinshu.ConversationID][2]int64 // first and last seq with news
}

func newReceiptEmitter(s *Service) *receiptEmitter {
	ctx, stop := context.WithCancel(context.Background())
	e := &receiptEmitter{s: s, wake: make(chan struct{}, 1), stop: stop, done: make(chan struct{}), waiting: map[xinshu.ConversationID][2]int64{}}
	go e.run(ctx)
	return e
}

// add notes that somebody has read from … to; it never waits.
func (e *receiptEmitter) add(id xinshu.ConversationID, from, to int64) {
	e.mu.Lock()
	span, known := e.waiting[id]
	switch {
	case known:
		e.waiting[id] = [2]int64{min(span[0], from), max(span[1], to)}
	case len(e.waiting) < receiptsUnderWay:
		e.waiting[id] = [2]int64{from, to}
	}
	e.mu.Unlock()
	select {
	case e.wake <- struct{}{}:
	default: // woken already
	}
}

func (e *receiptEmitter) close() {
	e.stop()
	<-e.done
}

func (e *receiptEmitter) run(ctx context.Context) {
	defer close(e.done)
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-e.wake:
		case <-ctx.Done():
			return
		}
		e.mu.Lock()
		round := e.waiting
		e.waiting = map[xinshu.ConversationID][2]int64{}
		e.mu.Unlock()
		for id, span := range round {
			if err := e.emit(ctx, id, span[0], span[1]); err != nil && ctx.Err() == nil {
				e.s.opt.Log.Error("receipt event", "error", err)
			}
		}
		pause.Reset(receiptPause)
		select {
		case <-pause.C:
		case <-ctx.Done():
			return
		}
	}
}

// emit tells of the newest messages from … to; where windows of members begin among them, one event becomes several.
func (e *receiptEmitter) emit(ctx context.Context, id xinshu.ConversationID, from, to int64) error {
	var receipts []ReceiptCount // by seq
	var windows []int64
	event := xinshu.Event{Conversation: id, Kind: xinshu.EventReceipt, Watchers: true, Volatile: true}
	err := e.s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		rows, _, err := backwards(tx, id, from, to+1, receiptMessages)
		if err != nil {
			return fmt.Errorf("receipt event: %w", err)
		}
		senders := make(map[int64]xinshu.PersonID, len(rows))
		for _, r := range rows {
			if r.sender != 0 {
				senders[r.seq] = r.sender
			}
		}
		counts, err := e.s.conv.ReceiptCounts(tx, id, senders)
		if err != nil {
			return err
		}
		a, err := e.s.conv.ForReading(tx, xinshu.SystemActor("receipts"), id)
		event.MemberRev = a.MemberRev
		for _, r := range rows {
			if c := counts[r.seq]; r.sender != 0 {
				receipts = append(receipts, ReceiptCount{r.seq, c[0], c[1]})
			}
		}
		if err != nil || len(receipts) == 0 {
			return err
		}
		windows, err = e.s.conv.WindowsIn(tx, id, receipts[0].Seq, receipts[len(receipts)-1].Seq)
		return err
	})
	if err != nil {
		return err
	}
	for _, part := range byReaders(receipts, windows) {
		event.Oldest = part[0].Seq
		if event.Frame, err = conversation.Frame(xinshu.EventReceipt, ReceiptEvent{id, part}); err != nil {
			return err
		}
		e.s.opt.Bus.Publish(event)
	}
	return nil
}

// byReaders cuts receipts into parts whose messages have the same readers; windows are where they change. All rise.
func byReaders(receipts []ReceiptCount, windows []int64) (parts [][]ReceiptCount) {
	for _, first := range windows {
		if n := slices.IndexFunc(receipts, func(r ReceiptCount) bool { return r.Seq >= first }); n > 0 {
			parts, receipts = append(parts, receipts[:n]), receipts[n:]
		}
	}
	if len(receipts) > 0 {
		parts = append(parts, receipts)
	}
	return parts
}
