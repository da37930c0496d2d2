package search

import (
	"context"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/message"
	"github.com/xinshu-im/xinshu/internal/text"
)

// format is the version of what the index holds: tables, tokens, tags. Another one in the index makes it anew.
const format = 1

// index is where the tokens of messages are: FTS5 or tsvector. Both promise the same; one suite of tests holds them to it.
type index interface {
	state(ctx context.Context) (state, error)
	// apply stores documents and moves the cursor, in one transaction; false and nothing done if the cursor is not at from.
	apply(ctx context.Context, from, to message.TailCursor, docs []document) (bool, error)
	// scan proposes messages newest first: all that match the query and lie behind q.after, perhaps some that do not match.
	// truth is the caller's snapshot of the store.
	scan(ctx context.Context, truth *db.Tx, q *query, want int) (page, error)
	// reset empties the index, with a new secret and the cursor at the beginning.
	reset(ctx context.Context) error
	close() error
}

// state is what the index knows of itself.
type state struct {
	format int64
	cursor message.TailCursor
	secret []byte // 32 bytes, seals cursors
}

// document is a message on its way into the index; one without a text is taken out.
type document struct {
	message.Address
	sender xinshu.PersonID
	sentAt xinshu.Millis
	text   string
}

// query is what an index is asked.
type query struct {
	terms         []text.Term // none: by filters only
	sender        xinshu.PersonID
	conversations []xinshu.ConversationID // at least one: those that the searcher may read
	sentAfter     xinshu.Millis           // at or after; 0: no bound
	sentBefore    xinshu.Millis           // before; 0: no bound
	after         place                   // where the page before ended; zero: at the newest
	deadline      time.Time               // when to stop with what was found
}

// place is where in the results something stands; its numbers are the index's own.
type place [3]int64

// page is what a scan proposes.
type page struct {
	proposals []proposal
	next      place // where the scan stopped
	done      bool  // there is nothing behind next
}

// proposal is a message that may match.
type proposal struct {
	message.Address
	place place
}

// fewConversations is up to how many conversations are looked up as tags inside the index, so that a word that is common elsewhere costs
// little; with more of them it is cheaper to go through the word's messages and leave out what is not theirs (docs/design/0004).
const fewConversations = 16

func stateFields(st *state) []any {
	return []any{&st.format, &st.cursor.Pos, &st.cursor.Conversation, &st.cursor.Rev, &st.secret}
}

const stateSelect = `SELECT format, cursor_pos, cursor_conversation, cursor_rev, secret FROM search_state WHERE id = 1`

// moveCursor moves the stored cursor; false if it is not at from. Inside the caller's transaction.
func moveCursor(tx *db.Tx, from, to message.TailCursor) (bool, error) {
	n, err := tx.Exec(`UPDATE search_state SET cursor_pos = ?1, cursor_conversation = ?2, cursor_rev = ?3
		WHERE id = 1 AND cursor_pos = ?4 AND cursor_conversation = ?5 AND cursor_rev = ?6`,
		to.Pos, to.Conversation, to.Rev, from.Pos, from.Conversation, from.Rev)
	return n == 1, err
}

// initState writes the state of an empty index. Inside the caller's transaction.
func initState(tx *db.Tx) error {
	_, err := tx.Exec(`INSERT INTO search_state (id, format, cursor_pos, cursor_conversation, cursor_rev, secret) VALUES (1, ?1, 0, 0, 0, ?2)
		ON CONFLICT (id) DO UPDATE SET format = excluded.format, cursor_pos = 0, cursor_conversation = 0, cursor_rev = 0, secret = excluded.secret`,
		format, newSecret())
	return err
}
