package search

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/text"
)

// markEvery: one in so many messages is given back even if it is not the searcher's, to see how far the scan is and to be able to end
// it. It is dropped at once.
const markEvery = 1 << 10

// The condition on the conversation stands behind OR and the order of the join is forced: the rowids of FTS5 drive, newest first,
// and the first few hits end it.
const (
	scanMatches = `SELECT search_text.rowid, d.conversation_id, d.seq FROM search_text CROSS JOIN search_message d ON d.id = search_text.rowid
		WHERE search_text MATCH ?4 AND search_text.rowid < ?1 AND search_text.rowid >= ?2
		AND (d.conversation_id IN (SELECT value FROM json_each(?3)) OR search_text.rowid & 1023 = 0) ORDER BY search_text.rowid DESC`
	scanAll = `SELECT d.id, d.conversation_id, d.seq FROM search_message d NOT INDEXED WHERE d.id < ?1 AND d.id >= ?2
		AND (d.conversation_id IN (SELECT value FROM json_each(?3)) OR d.id & 1023 = 0) ORDER BY d.id DESC`
)

func (f *fts) scan(ctx context.Context, _ *db.Tx, q *query, want int) (out page, err error) {
	upper, lower := int64(math.MaxInt64), int64(0)
	if q.sentAfter > 0 {
		lower = dayOf(q.sentAfter)
	}
	if q.sentBefore > 0 {
		upper = dayOf(q.sentBefore-1) + 1<<dayBits
	}
	if q.after[0] > 0 {
		upper = min(upper, q.after[0])
	}
	mine := make(map[xinshu.ConversationID]bool, len(q.conversations))
	ids := make([]int64, len(q.conversations))
	for i, c := range q.conversations {
		mine[c], ids[i] = true, c.Int64()
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return out, err
	}
	err = f.db.Read(ctx, func(tx *db.Tx) error {
		out = page{next: q.after}
		all, err := clauses(q.terms, complete(tx))
		if err != nil {
			return fmt.Errorf("complete words: %w", err)
		}
		statement, args := scanAll, []any{upper, lower, string(list)}
		if match := matchOf(q, all); match != "" {
			statement, args = scanMatches, append(args, match)
		}
		rows := tx.Query(statement, args...)
		for rows.Next() {
			var p proposal
			if err := rows.Scan(&p.place[0], &p.Conversation, &p.Seq); err != nil {
				return err
			}
			out.next = p.place
			if mine[p.Conversation] {
				out.proposals = append(out.proposals, p)
			}
			if len(out.proposals) == want || p.place[0]%markEvery == 0 && time.Now().After(q.deadline) {
				return rows.Close()
			}
		}
		out.done = true
		return rows.Err()
	})
	return out, err
}

// complete finds words in the dictionary.
func complete(tx *db.Tx) func(prefix string, limit int) ([]string, error) {
	return func(prefix string, limit int) ([]string, error) {
		return db.Column[string](tx, `SELECT word FROM search_word WHERE word >= ?1 AND word < ?2 ORDER BY word LIMIT ?3`,
			prefix, text.PrefixEnd(prefix), limit)
	}
}

// matchOf writes a query for FTS5; "" when it has no condition that the index knows.
func matchOf(q *query, all []clause) string {
	var yes, no []string
	for _, c := range all {
		s := either(c.ways)
		if c.not {
			no = append(no, s)
		} else {
			yes = append(yes, s)
		}
	}
	if q.sender != 0 {
		yes = append(yes, ftsWay(tag(senderTag(q.sender))))
	}
	if len(q.conversations) <= fewConversations {
		ways := make([]way, len(q.conversations))
		for i, c := range q.conversations {
			ways[i] = tag(conversationTag(c))
		}
		yes = append(yes, either(ways))
	}
	match := strings.Join(yes, " AND ")
	if len(yes) > 0 && len(no) > 0 {
		match = "(" + match + ") NOT " + "(" + strings.Join(no, " OR ") + ")"
	}
	return match
}

func either(ways []way) string {
	s := make([]string, len(ways))
	for i, w := range ways {
		s[i] = ftsWay(w)
	}
	return "(" + strings.Join(s, " OR ") + ")"
}

// ftsWay needs no escaping: tokens have neither quotes nor NUL.
func ftsWay(w way) string {
	column, star := "stream", ""
	if w.tag {
		column = "tags"
	}
	if w.prefix {
		star = " *"
	}
	return column + ` : "` + strings.Join(w.atoms, " ") + `"` + star
}
