package conversation

import (
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Mentioned is one person, or everybody (Person 0), whom a message mentions.
type Mentioned struct {
	Conversation xinshu.ConversationID
	Person       xinshu.PersonID
	Seq          int64
	Sender       xinshu.PersonID
}

// Mention counts mentions of members; the caller has checked that they are. For everybody it also sets State.AllSeq. Inside the
// caller's transaction, under the conversations' locks.
func (s *Service) Mention(tx *db.Tx, rows []Mentioned) error {
	values := make([][]any, len(rows))
	newest := map[MemberKey]int64{}
	for i, r := range rows {
		values[i] = []any{r.Person, r.Conversation, r.Seq, r.Sender}
		if r.Person != 0 {
			k := MemberKey{r.Conversation, r.Person}
			newest[k] = max(newest[k], r.Seq)
		}
	}
	err := db.Insert(tx, `INSERT INTO mention (person_id, conversation_id, seq, sender_id)`, values, ` ON CONFLICT (person_id, conversation_id, seq) DO NOTHING`)
	if err != nil {
		return fmt.Errorf("insert mentions: %w", err)
	}
	err = db.EachChunk(SortedKeys(newest), nil, func(n int, args []any) error {
		_, err := tx.Exec(db.Pairs("k(c, p, q)", 1, n, 3)+` UPDATE member SET mention_seq = k.q FROM k
			WHERE member.conversation_id = k.c AND member.person_id = k.p AND member.mention_seq < k.q`, args...)
		return err
	}, func(k MemberKey) []any { return []any{k.Conversation, k.Person, newest[k]} })
	if err != nil {
		return fmt.Errorf("mark mentions: %w", err)
	}
	return nil
}

// Unmention takes back the mentions of one message; person 0 is everybody. Inside the caller's transaction.
func (s *Service) Unmention(tx *db.Tx, id xinshu.ConversationID, seq int64, people []xinshu.PersonID) error {
	if len(people) == 0 {
		return nil
	}
	_, err := tx.Exec(`DELETE FROM mention WHERE conversation_id = ?1 AND seq = ?2 AND person_id IN `+db.List(3, len(people)),
		append([]any{id, seq}, db.ListArgs(people)...)...)
	if err != nil {
		return fmt.Errorf("take back mentions: %w", err)
	}
	return nil
}
