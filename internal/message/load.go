package message

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
)

var errNoConversation = xinshu.Errorf(xinshu.NotFound, "There is no such conversation.")

// loadByKey finds the messages that were posted with the same client_ids; of these only place, rev, time and request are read.
func loadByKey(tx *db.Tx, items []*post) (map[postKey]*row, error) {
	out := map[postKey]*row{}
	keys := make([][]byte, len(items))
	for i, p := range items {
		keys[i] = p.key
	}
	for chunk := range slices.Chunk(keys, 128) {
		rows := tx.Query(`SELECT conversation_id, seq, rev, sender_id, sent_at, client_key, request_hash FROM message WHERE client_key IN `+
			db.List(1, len(chunk)), db.ListArgs(chunk)...)
		for rows.Next() {
			r := &row{}
			if err := rows.Scan(&r.conversation, &r.seq, &r.rev, &r.sender, &r.sent, &r.key, &r.requestHash); err != nil {
				return nil, fmt.Errorf("find earlier posts: %w", err)
			}
			out[postKey{r.conversation, r.sender, [16]byte(r.key)}] = r
		}
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("find earlier posts: %w", err)
		}
	}
	return out, nil
}

// loadPlaces loads messages by their addresses; those that do not exist are absent.
func loadPlaces(tx *db.Tx, places []place) (map[place]*row, error) {
	out := make(map[place]*row, len(places))
	err := db.EachChunk(places, nil, func(n int, args []any) error {
		rows := tx.Query(db.Pairs("k(c, s)", 1, n, 2)+`SELECT `+shownColumns+` FROM k JOIN message m ON m.conversation_id = k.c AND m.seq = k.s`, args...)
		for rows.Next() {
			r, err := scanRow(rows)
			if err != nil {
				return err
			}
			out[place{r.conversation, r.seq}] = r
		}
		return rows.Err()
	}, func(p place) []any { return []any{p.conversation, p.seq} })
	if err != nil {
		return nil, fmt.Errorf("load messages: %w", err)
	}
	return out, nil
}

// messages completes rows for showing, in order: with names and quotes, in two statements per 128 quotes.
func (s *Service) messages(tx *db.Tx, rows []*row) ([]Message, error) {
	var quotes []place
	for _, r := range rows {
		if r.replyTo > 0 && r.recalled == 0 {
			quotes = append(quotes, place{r.conversation, r.replyTo})
		}
	}
	quoted, err := loadPlaces(tx, quotes)
	if err != nil {
		return nil, err
	}
	people := map[xinshu.PersonID]bool{}
	for _, r := range slices.Concat(rows, mapValues(quoted)) {
		if r.sender != 0 {
			people[r.sender] = true
		}
		mentions, _ := parseMentions(r.mentions)
		for _, m := range mentions {
			people[m] = true
		}
	}
	names, err := s.namesOf(tx, people)
	if err != nil {
		return nil, err
	}
	out := make([]Message, len(rows))
	for i, r := range rows {
		out[i] = r.message(names, quoted[place{r.conversation, r.replyTo}])
	}
	return out, nil
}

// message turns a row into what clients see.
func (r *row) message(names map[xinshu.PersonID]string, quoted *row) Message {
	m := Message{ConversationID: r.conversation, Seq: r.seq, Rev: r.lastRev, ClientID: clientID(r.key, r.clientID), SentAt: r.sent,
		EditedAt: r.edited, RecalledAt: r.recalled, Content: json.RawMessage(r.content), Mentions: []Mention{}, Reactions: r.reactionList()}
	if r.sender != 0 {
		m.Sender = &conversation.Sender{ID: r.sender, Kind: "person", Name: names[r.sender]}
	}
	if r.recalled != 0 {
		return m
	}
	people, all := parseMentions(r.mentions)
	if all {
		m.Mentions = append(m.Mentions, Mention{ID: "all"})
	}
	for _, p := range people {
		m.Mentions = append(m.Mentions, Mention{ID: p.String(), Name: names[p]})
	}
	if r.replyTo > 0 {
		m.ReplyTo = &Quote{Seq: r.replyTo}
		if quoted != nil {
			m.ReplyTo.Excerpt = quoted.excerpt(names)
			if quoted.sender != 0 {
				m.ReplyTo.Sender = &conversation.Name{ID: quoted.sender, Name: names[quoted.sender]}
			}
		}
	}
	return m
}

// excerpt is the row in few words.
func (r *row) excerpt(names map[xinshu.PersonID]string) string {
	if r.kind == typeSystem {
		return excerpt(r.fallback(), nil)
	}
	return excerpt(r.text(), names)
}

// namesOf returns the names of people; unknown ids are absent.
func (s *Service) namesOf(tx *db.Tx, people map[xinshu.PersonID]bool) (map[xinshu.PersonID]string, error) {
	names := make(map[xinshu.PersonID]string, len(people))
	if len(people) == 0 {
		return names, nil
	}
	briefs, err := s.opt.Org.Briefs(tx, slices.Collect(maps.Keys(people)))
	if err != nil {
		return nil, fmt.Errorf("names: %w", err)
	}
	for id, b := range briefs {
		names[id] = b.Name
	}
	return names, nil
}

// mapValues returns the rows in the order of their places.
func mapValues(m map[place]*row) []*row {
	return slices.SortedFunc(maps.Values(m), func(a, b *row) int {
		return cmp.Or(cmp.Compare(a.conversation, b.conversation), cmp.Compare(a.seq, b.seq))
	})
}
