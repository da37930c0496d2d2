package identity

import (
	"context"
	"fmt"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/org"
)

// allRoles are the roles one by one.
var allRoles = []xinshu.Role{xinshu.SystemAdmin, xinshu.SecurityAdmin, xinshu.AuditAdmin}

// SetRoles makes a person's administrators' roles exactly those named. For system administrators. While the roles are kept apart
// (settings.Values.SeparateAdminRoles) nobody gives himself a role, and unused links of whoever gets one that the actor lacks stop working. Errors: [xinshu.Invalid] for an unknown name,
// [xinshu.NotFound], [xinshu.Forbidden], [xinshu.LastAdmin], [xinshu.Conflict] for people who are suspended or left.
func (s *Service) SetRoles(ctx context.Context, actor xinshu.Actor, person xinshu.PersonID, names []string) error {
	if err := mayAdminister(actor); err != nil {
		return err
	}
	want, err := rolesByName(names)
	if err != nil {
		return err
	}
	return s.opt.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.opt.Org.GetAccount(tx, person)
		if err != nil {
			return err
		}
		if _, err := lockAccount(tx, person); err != nil {
			return err
		}
		if p.Status == org.Suspended || p.Status == org.Departed {
			return xinshu.Errorf(xinshu.Conflict, "The person is suspended or has left.")
		}
		return s.setRoles(tx, actor, person, want)
	})
}

func (s *Service) setRoles(tx *db.Tx, actor xinshu.Actor, person xinshu.PersonID, want xinshu.Role) error {
	have, err := rolesOf(tx, person)
	if err != nil {
		return err
	}
	added, removed := want&^have, have&^want
	if added != 0 && actor.Person == person && !actor.IsSystem() && s.opt.Settings.Get().SeparateAdminRoles {
		return xinshu.Errorf(xinshu.Forbidden, "Another administrator must give you this role.")
	}
	if removed.Has(xinshu.SystemAdmin) {
		if err := s.keepAdmin(tx, person); err != nil {
			return err
		}
	}
	if added&^actor.Roles != 0 && !actor.IsSystem() && s.opt.Settings.Get().SeparateAdminRoles {
		if err := dropLinks(tx, person); err != nil { // whoever made one before the appointment could be that administrator; see mayLink
			return err
		}
	}
	for _, r := range allRoles {
		switch {
		case added.Has(r):
			err = s.grant(tx, actor, person, r)
		case removed.Has(r):
			err = s.revoke(tx, actor, person, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) grant(tx *db.Tx, actor xinshu.Actor, person xinshu.PersonID, role xinshu.Role) error {
	_, err := tx.Exec(`INSERT INTO role_grant (person_id, role, granted_by, granted_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (person_id, role) DO NOTHING`,
		person, int64(role), actor.Person, s.now())
	if err != nil {
		return fmt.Errorf("grant role: %w", err)
	}
	return s.opt.Audit.Write(tx, actor, "role.grant", object(person), map[string]string{"role": role.Names()[0]})
}

func (s *Service) revoke(tx *db.Tx, actor xinshu.Actor, person xinshu.PersonID, role xinshu.Role) error {
	if _, err := tx.Exec(`DELETE FROM role_grant WHERE person_id = ?1 AND role = ?2`, person, int64(role)); err != nil {
		return fmt.Errorf("revoke role: %w", err)
	}
	return s.opt.Audit.Write(tx, actor, "role.revoke", object(person), map[string]string{"role": role.Names()[0]})
}

// rolesOf returns the roles of a person.
func rolesOf(tx *db.Tx, person xinshu.PersonID) (xinshu.Role, error) {
	var roles int64
	err := tx.Row(`SELECT CAST(coalesce(sum(role), 0) AS BIGINT) FROM role_grant WHERE person_id = ?1`, person).Scan(&roles)
	if err != nil {
		return 0, fmt.Errorf("roles: %w", err)
	}
	return xinshu.Role(roles), nil
}

func rolesByName(names []string) (roles xinshu.Role, err error) {
	for _, n := range names {
		r, ok := xinshu.RoleByName(n)
		if !ok {
			e := xinshu.Errorf(xinshu.Invalid, "There is no such role.")
			e.Fields = []xinshu.FieldError{{Field: "body.roles", Message: e.Message}}
			return 0, e
		}
		roles |= r
	}
	return roles, nil
}
