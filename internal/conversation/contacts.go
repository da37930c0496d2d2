package conversation

import (
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

const (
	maxContacts = 50  // whom a person talks with lately
	contactScan = 500 // her newest conversations among which these are looked for
)

// Contacts returns with whom a person has talked in direct conversations, the latest first, at most 50. Inside the caller's transaction.
func (s *Service) Contacts(tx *db.Tx, person xinshu.PersonID) ([]xinshu.PersonID, error) {
	out, err := db.Column[xinshu.PersonID](tx, `SELECT CASE WHEN c.low_id = ?1 THEN c.high_id ELSE c.low_id END
		FROM (SELECT conversation_id FROM member WHERE person_id = ?1 AND left_at = 0 ORDER BY conversation_id DESC LIMIT ?2) m
		JOIN conversation c ON c.id = m.conversation_id JOIN conversation_head h ON h.conversation_id = c.id
		WHERE c.kind = 'direct' AND h.last_seq > 0 ORDER BY h.updated_at DESC, c.id DESC LIMIT ?3`, person, contactScan, maxContacts)
	if err != nil {
		return nil, fmt.Errorf("contacts: %w", err)
	}
	return out, nil
}
