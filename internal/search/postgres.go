package search

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/message"
)

// vectors is the index in a table beside the messages.
type vectors struct {
	db *db.DB
	// indexers holds the workspaces of apply.
	indexers chan *indexer
}

func openPostgres(ctx context.Context, d *db.DB) (*vectors, error) {
	v := &vectors{db: d, indexers: make(chan *indexer, 1)}
	v.indexers <- newIndexer()
	return v, d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO search_state (id, format, cursor_pos, cursor_conversation, cursor_rev, secret)
			VALUES (1, ?1, 0, 0, 0, ?2) ON CONFLICT (id) DO NOTHING`, format, newSecret())
		return err
	})
}

func (v *vectors) close() error { return nil }

func (v *vectors) state(ctx context.Context) (st state, err error) {
	err = v.db.Read(ctx, func(tx *db.Tx) error { return tx.Row(stateSelect).Scan(stateFields(&st)...) })
	return st, err
}

func (v *vectors) reset(ctx context.Context) error {
	return v.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`TRUNCATE search_message`); err != nil {
			return err
		}
		return initState(tx)
	})
}

func (v *vectors) apply(ctx context.Context, from, to message.TailCursor, docs []document) (moved bool, err error) {
	x := <-v.indexers
	defer func() { v.indexers <- x }()
	rows := make([][]any, 0, len(docs))
	var gone []document
	for i := range docs {
		d := &docs[i]
		if d.text == "" {
			gone = append(gone, *d)
			continue
		}
		stream, tags := x.index(d)
		rows = append(rows, []any{d.Conversation, d.Seq, d.sentAt, vector(stream, true), vector(tags, false)})
	}
	err = v.db.Write(ctx, func(tx *db.Tx) error {
		if moved, err = moveCursor(tx, from, to); err != nil || !moved {
			return err
		}
		err := db.EachChunk(gone, nil, func(n int, args []any) error {
			_, err := tx.Exec(db.Pairs("k(c, s)", 1, n, 2)+`DELETE FROM search_message d USING k WHERE d.conversation_id = k.c AND d.seq = k.s`, args...)
			return err
		}, func(d document) []any { return []any{d.Conversation, d.Seq} })
		if err != nil {
			return err
		}
		for part := range slicesOf(rows) {
			if err := insertVectors(tx, part); err != nil {
				return err
			}
		}
		return nil
	})
	return moved, err
}

// insertVectors adds or replaces rows. Bare texts do not become vectors by themselves, so db.Insert does not fit.
func insertVectors(tx *db.Tx, rows [][]any) error {
	var b strings.Builder
	b.WriteString(`INSERT INTO search_message (conversation_id, seq, sent_at, stream, tags) VALUES `)
	args := make([]any, 0, 5*len(rows))
	for i, r := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		n := 5 * i
		fmt.Fprintf(&b, "(?%d,?%d,?%d,?%d::text::tsvector,?%d::text::tsvector)", n+1, n+2, n+3, n+4, n+5)
		args = append(args, r...)
	}
	b.WriteString(` ON CONFLICT (conversation_id, seq) DO UPDATE SET stream = excluded.stream, tags = excluded.tags`)
	_, err := tx.Exec(b.String(), args...)
	return err
}

// slicesOf cuts rows into pieces of few lengths, so that few statements are prepared.
func slicesOf(rows [][]any) func(yield func([][]any) bool) {
	return func(yield func([][]any) bool) {
		for size := 64; len(rows) > 0; {
			for size > len(rows) {
				size /= 2
			}
			if !yield(rows[:size]) {
				return
			}
			rows = rows[size:]
		}
	}
}

// vector writes tokens as a tsvector. Tokens have neither quotes nor backslashes, so quoting is all the escaping there is.
func vector(tokens []byte, places bool) string {
	b := make([]byte, 0, 2*len(tokens)+16)
	for n, rest := 1, string(tokens); rest != ""; n++ {
		var token string
		token, rest, _ = strings.Cut(rest, " ")
		b = append(b, '\'')
		b = append(b, token...)
		b = append(b, '\'')
		if places {
			b = append(b, ':')
			b = strconv.AppendInt(b, int64(n), 10)
		}
		b = append(b, ' ')
	}
	return string(b)
}

// tsquery writes a way; column is what it is looked up in.
func tsquery(w way) string {
	s := "'" + strings.Join(w.atoms, "' <-> '") + "'"
	if w.prefix {
		s += ":*"
	}
	return s
}

// condition writes a clause as SQL; literals go to args.
func condition(c clause, args *[]any) string {
	ways := make([]string, len(c.ways))
	for i, w := range c.ways {
		column := "stream"
		if w.tag {
			column = "tags"
		}
		*args = append(*args, tsquery(w))
		ways[i] = fmt.Sprintf("d.%s @@ ?%d::text::tsquery", column, len(*args))
	}
	s := "(" + strings.Join(ways, " OR ") + ")"
	if c.not {
		return "NOT " + s
	}
	return s
}

func (v *vectors) scan(ctx context.Context, truth *db.Tx, q *query, want int) (page, error) {
	// GIN finds all words with a beginning by itself: no dictionary.
	all, err := clauses(q.terms, func(string, int) ([]string, error) { return make([]string, maxWords+1), nil })
	if err != nil {
		return page{}, err
	}
	var list strings.Builder
	for i, c := range q.conversations {
		if i > 0 {
			list.WriteByte(',')
		}
		list.WriteString(strconv.FormatInt(c.Int64(), 10))
	}
	args := []any{"{" + list.String() + "}"}
	where := []string{"d.conversation_id = ANY (?1::text::bigint[])"}
	for _, c := range all {
		where = append(where, condition(c, &args))
	}
	if q.sender != 0 {
		where = append(where, condition(clause{ways: []way{tag(senderTag(q.sender))}}, &args))
	}
	if len(q.conversations) <= fewConversations {
		ways := make([]string, len(q.conversations))
		for i, c := range q.conversations {
			ways[i] = "'" + conversationTag(c) + "'"
		}
		args = append(args, strings.Join(ways, " | "))
		where = append(where, fmt.Sprintf("d.tags @@ ?%d::text::tsquery", len(args)))
	}
	bound := func(condition string, values ...xinshu.Millis) {
		for _, at := range values {
			if at > 0 {
				args = append(args, at)
				where = append(where, fmt.Sprintf(condition, len(args)))
			}
		}
	}
	bound("d.sent_at >= ?%d", q.sentAfter)
	bound("d.sent_at < ?%d", q.sentBefore)
	if q.after != (place{}) {
		args = append(args, q.after[0], q.after[1], q.after[2])
		n := len(args)
		where = append(where, fmt.Sprintf("(d.sent_at, d.conversation_id, d.seq) < (?%d, ?%d, ?%d)", n-2, n-1, n))
	}
	args = append(args, want)
	return v.run(ctx, truth, q, want, `SELECT d.sent_at, d.conversation_id, d.seq FROM search_message d WHERE `+strings.Join(where, " AND ")+
		fmt.Sprintf(` ORDER BY d.sent_at DESC, d.conversation_id DESC, d.seq DESC LIMIT ?%d`, len(args)), args)
}

func (v *vectors) run(ctx context.Context, truth *db.Tx, q *query, want int, statement string, args []any) (page, error) {
	if err := ctx.Err(); err != nil {
		return page{}, err
	}
	// The plan depends on how common the words are, so it is made for these; and the server itself ends what takes too long.
	for _, set := range []string{`SET LOCAL plan_cache_mode = force_custom_plan`, `SET LOCAL statement_timeout = ` + strconv.FormatInt(maxLook.Milliseconds(), 10)} {
		if _, err := truth.Exec(set); err != nil {
			return page{}, err
		}
	}
	found, err := db.All(truth, func(r *db.Rows) (p proposal, err error) {
		err = r.Scan(&p.place[0], &p.place[1], &p.place[2])
		p.Conversation.SetInt64(p.place[1])
		p.Seq = p.place[2]
		return p, err
	}, statement, args...)
	if isTimeout(err) {
		return page{}, errTooLong.Because(err)
	}
	if err != nil {
		return page{}, err
	}
	out := page{proposals: found, next: q.after, done: len(found) < want}
	if len(found) > 0 {
		out.next = found[len(found)-1].place
	}
	return out, nil
}

// isTimeout says whether the server ended a statement; the driver is db's, so its error is known by what it offers.
func isTimeout(err error) bool {
	var e interface{ SQLState() string }
	return errors.As(err, &e) && e.SQLState() == "57014"
}

var errTooLong = xinshu.Errorf(xinshu.Unavailable, "The search took too long. Please make it narrower.")
