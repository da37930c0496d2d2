package conversation

import (
	"context"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

// HandOverDeparted does what [Service.OwnerDeparted] does for every owner who has departed, however that came about. Who lets
// people go hands over in the same transaction; on PostgreSQL a transaction that made one of them owner may still have been
// running. It returns how many people it was about. Repeating it changes nothing.
func (s *Service) HandOverDeparted(ctx context.Context, actor xinshu.Actor) (people int, err error) {
	var gone []xinshu.PersonID
	err = s.opt.DB.Read(ctx, func(tx *db.Tx) error {
		gone = gone[:0]
		owners, err := db.Column[xinshu.PersonID](tx, `SELECT DISTINCT m.person_id FROM member m JOIN conversation c ON c.id = m.conversation_id
			WHERE m.role = 'owner' AND m.left_at = 0 AND c.kind <> 'direct'`)
		if err != nil {
			return fmt.Errorf("owners: %w", err)
		}
		here, err := s.opt.Org.ActiveOf(tx, owners)
		if err != nil {
			return err
		}
		counts := make(map[xinshu.PersonID]bool, len(here))
		for _, p := range here {
			counts[p] = true
		}
		for _, p := range owners {
			if counts[p] {
				continue
			}
			account, err := s.opt.Org.GetAccount(tx, p) // few: owners who are suspended or departed
			if err != nil {
				return err
			}
			if account.Status == org.Departed {
				gone = append(gone, p)
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	if len(gone) == 0 {
		return 0, nil
	}
	return len(gone), s.opt.DB.Write(ctx, func(tx *db.Tx) error { return s.OwnersDeparted(tx, actor, gone) })
}
