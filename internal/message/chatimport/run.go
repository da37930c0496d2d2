package chatimport

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/xinshu-im/xinshu"
)

const (
	batchMessages = 250 // of one transaction: about 6 ms of SQLite's writer
	workers       = 2   // transactions under way: one is made while another is forced to disk; more of them make those who post wait longer
	maxPlaces     = 200_000
)

// run is one import under way. Its methods belong to the goroutine that reads the lines, except where mu is named.
type run struct {
	s        *Service
	actor    xinshu.Actor
	req      Request
	progress *meter
	people   map[string]*author // by key, login, employee number or e-mail; nil: nobody
	outside  map[string]*author // those from outside by key
	targets  map[string]*target // conversations by key
	queues   [workers]chan []item
	under    sync.WaitGroup // batches under way

	newAuthors []*author       // wait for their piece
	newTargets []*target       // likewise
	newMembers int             // of newTargets
	batches    [workers][]item // not full yet; a conversation has one worker, which keeps the order of its messages

	// mu guards the fields below.
	mu     sync.Mutex
	report Report
	places map[string]int64 // seq by client_id, of the newest 200,000
	err    error            // what cuts the import short
}

// item is a message on its way.
type item struct {
	line     int64
	target   *target
	clientID string
	author   *author
	sentAt   xinshu.Millis
	text     string
	replyTo  string // client_id of an earlier message of the target; "": none
}

func newRun(s *Service, actor xinshu.Actor, req Request, progress io.Writer) *run {
	return &run{s: s, actor: actor, req: req, progress: newMeter(progress, req.Size), people: map[string]*author{},
		outside: map[string]*author{}, targets: map[string]*target{}, places: map[string]int64{}}
}

// all reads every line and waits for the workers.
func (r *run) all(ctx context.Context, in io.Reader) error {
	saved, err := r.loadCheckpoint(ctx)
	if err != nil {
		return fmt.Errorf("load progress: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var done sync.WaitGroup
	for i := range r.queues {
		r.queues[i] = make(chan []item, 1)
		done.Go(func() {
			for batch := range r.queues[i] {
				r.store(ctx, batch)
				r.under.Done()
			}
		})
	}
	err = r.read(ctx, &lines{r: bufio.NewReaderSize(in, 256<<10), hash: sha256.New()}, saved)
	for _, q := range r.queues {
		close(q)
	}
	done.Wait()
	if err == nil {
		err = r.failure()
	}
	if err != nil {
		return err
	}
	if r.report.Lines == 0 || r.report.BadLines == r.report.Lines {
		return xinshu.Errorf(xinshu.Invalid, "The file has no line that can be imported.")
	}
	if err := r.finish(ctx); err != nil {
		return fmt.Errorf("finish: %w", err)
	}
	r.progress.end(&r.report)
	return nil
}

// read goes through the lines. Up to a checkpoint of the same file messages are passed over.
func (r *run) read(ctx context.Context, in *lines, saved checkpoint) error {
	var first []byte
	stored := saved.line // lines up to here need no message
	last := int64(0)     // line of the newest checkpoint
	for {
		raw, long, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read the file: %w", err)
		}
		if in.n == 1 {
			sum := in.hash.Sum(nil)
			if first = sum; r.req.Restart || !bytes.Equal(first, saved.first) {
				stored = 0
			}
		}
		if err := r.line(ctx, in.n, raw, long, in.n <= stored); err != nil {
			return err
		}
		if in.n == stored {
			if !bytes.Equal(in.hash.Sum(nil), saved.hash) {
				return errOtherFile
			}
			r.report.Resumed, last = stored, stored
		}
		if in.n > stored && in.n-last >= r.s.opt.CheckEvery {
			if err := r.flush(ctx); err != nil {
				return err
			}
			if err := r.storeCheckpoint(ctx, checkpoint{first, in.n, in.hash.Sum(nil)}); err != nil {
				return fmt.Errorf("store progress: %w", err)
			}
			last = in.n
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.tell(in); err != nil {
			return err
		}
	}
	if in.n < stored {
		return errOtherFile
	}
	r.report.Lines = in.n
	return r.flush(ctx)
}

func (r *run) tell(in *lines) error {
	if in.n%256 != 0 || !r.progress.due() {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.progress.tell(in.n, in.size, r.report.Messages+r.report.Repeated)
}

// line handles one line; passed says that its message is stored. An error ends the import; what is wrong with the line does not.
func (r *run) line(ctx context.Context, n int64, raw []byte, long, passed bool) error {
	if len(raw) == 0 {
		return nil
	}
	if long {
		r.bad(n, &fault{"", "The line is longer than 1 MiB."})
		return nil
	}
	l, err := parseLine(raw)
	if err == nil {
		switch l.Type {
		case typePerson:
			err = r.person(ctx, &l)
		case typeConversation:
			err = r.conversation(ctx, n, &l)
		case typeMessage:
			if !passed {
				err = r.message(ctx, n, &l)
			}
		}
	}
	return r.judge(n, err)
}

// judge notes what is wrong with a line and passes on what is wrong with more than it.
func (r *run) judge(n int64, err error) error {
	var f *fault
	var known *xinshu.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		r.bad(n, f)
		return nil
	case errors.As(err, &known) && !passing(known.Code):
		r.bad(n, &fault{"", known.Message})
		return nil
	}
	return err
}

// passing says that a failure is not the line's: the store is busy, full or gone.
func passing(c xinshu.Code) bool {
	return c == xinshu.Internal || c == xinshu.Unavailable || c == xinshu.DiskFull
}

func (r *run) bad(n int64, f *fault) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.BadLines++
	if len(r.report.Bad) < maxBad {
		r.report.Bad = append(r.report.Bad, BadLine{n, f.field, f.reason})
	}
}

func (r *run) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = err
	}
}

func (r *run) failure() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// flush stores everything that waits.
func (r *run) flush(ctx context.Context) error {
	if err := r.storeTargets(ctx); err != nil {
		return err
	}
	for _, t := range r.targets {
		if err := r.hand(ctx, t); err != nil {
			return err
		}
	}
	for w := range r.batches {
		r.push(w)
	}
	r.under.Wait()
	return r.failure()
}

// hand gives the messages of a conversation to its worker, once it and their authors have ids.
func (r *run) hand(ctx context.Context, t *target) error {
	if len(t.pending) == 0 {
		return nil
	}
	if err := r.storeTargets(ctx); err != nil {
		return err
	}
	for _, it := range t.pending {
		if t.refused {
			r.bad(it.line, errRefused)
			continue
		}
		w := int(uint64(t.id) % workers)
		r.batches[w] = append(r.batches[w], it)
		if len(r.batches[w]) == batchMessages {
			r.push(w)
		}
	}
	t.pending = nil
	return nil
}

// push gives a worker its batch.
func (r *run) push(w int) {
	if len(r.batches[w]) == 0 {
		return
	}
	r.under.Add(1)
	r.queues[w] <- r.batches[w]
	r.batches[w] = nil
}

// sort puts the bad lines, which workers add too, into the order of the file.
func (r *Report) sort() {
	slices.SortStableFunc(r.Bad, func(a, b BadLine) int { return cmp.Compare(a.Line, b.Line) })
}

// meter writes how an import goes on.
type meter struct {
	out   io.Writer
	size  int64
	began time.Time
	next  time.Time
}

const meterEvery = 2 * time.Second

func newMeter(out io.Writer, size int64) *meter {
	now := time.Now()
	return &meter{out, size, now, now.Add(meterEvery)}
}

func (m *meter) due() bool { return time.Now().After(m.next) }

func (m *meter) tell(lines, bytes, messages int64) error {
	now := time.Now()
	m.next = now.Add(meterEvery)
	took := now.Sub(m.began)
	text := fmt.Sprintf("%d lines, %d messages, %.0f per second", lines, messages, float64(messages)/took.Seconds())
	if m.size > 0 && bytes > 0 {
		rest := time.Duration(float64(took) * float64(max(0, m.size-bytes)) / float64(bytes))
		text += fmt.Sprintf(", %d %%, about %s left", min(100, 100*bytes/m.size), rest.Round(time.Second))
	}
	_, err := fmt.Fprintln(m.out, text)
	return err
}

// end sums up. The report says the same, so a terminal that is gone does no harm.
func (m *meter) end(rep *Report) {
	_, _ = fmt.Fprintf(m.out, "%d lines: %d messages added, %d were there, %d conversations and %d people added, %d bad lines, %s\n", rep.Lines,
		rep.Messages, rep.Repeated, rep.Conversations, rep.People, rep.BadLines, time.Since(m.began).Round(time.Millisecond))
}
