package identity

import (
	"context"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/org"
)

type newPersonIn struct {
	Body struct {
		ClientID    string          `json:"client_id,omitempty" maxLength:"64"`
		Name        string          `json:"name" maxLength:"128"`
		Login       string          `json:"login,omitempty" maxLength:"64"`
		EmployeeNo  string          `json:"employee_no,omitempty" maxLength:"64"`
		Email       string          `json:"email,omitempty" maxLength:"254"`
		Mobile      string          `json:"mobile,omitempty" maxLength:"32"`
		NameEn      string          `json:"name_en,omitempty" maxLength:"128"`
		Rank        xinshu.RankID   `json:"rank,omitempty"`
		Manager     xinshu.PersonID `json:"manager,omitempty"`
		Location    string          `json:"location,omitempty" maxLength:"128"`
		HiredOn     string          `json:"hired_on,omitempty" maxLength:"10" doc:"A date such as 2026-03-01"`
		Memberships []newMembership `json:"memberships,omitempty" maxItems:"20"`
		Roles       []string        `json:"roles,omitempty" maxItems:"3" enum:"system_admin,security_admin,audit_admin"`
	}
}

type newMembership struct {
	Department xinshu.DepartmentID `json:"department"`
	Position   xinshu.PositionID   `json:"position,omitempty"`
	Primary    bool                `json:"primary,omitempty"`
	Title      string              `json:"title,omitempty" maxLength:"128"`
}

type newPersonOut struct {
	Body struct {
		Person xinshu.PersonID `json:"person"`
		Link   *Link           `json:"link,omitempty" doc:"Absent from the answer to a repeated request when she has used hers, has left or may not be given one"`
	}
}

type makeLinkIn struct {
	Person door.Param[xinshu.PersonID] `path:"person" doc:"Id of the person"`
	Body   struct {
		Kind LinkKind `json:"kind" enum:"activation,reset"`
	}
}

type makeLinkOut struct{ Body Link }

type departIn struct {
	Person door.Param[xinshu.PersonID] `path:"person" doc:"Id of the person"`
	Heir   door.Only[xinshu.PersonID]  `query:"heir" doc:"Who becomes owner of her conversations, where that person is a member; elsewhere the oldest administrator or member does"`
}

type rolesIn struct {
	Person door.Param[xinshu.PersonID] `path:"person" doc:"Id of the person"`
	Body   struct {
		Roles []string `json:"roles" maxItems:"3" enum:"system_admin,security_admin,audit_admin"`
	}
}

func (s *Service) adminDoors(r *door.Registry) {
	door.JSON(r, door.Door{Name: "account.create", Method: "POST", Path: "/api/v1/admin/people", Policy: door.SystemAdmin, Fresh: true,
		Summary: "Create a person and her activation link", Tag: tagAdmin},
		func(ctx context.Context, a xinshu.Actor, in *newPersonIn) (*newPersonOut, error) {
			b := &in.Body
			d := org.PersonDraft{ClientID: b.ClientID, Name: b.Name, Login: b.Login, EmployeeNo: b.EmployeeNo, Email: b.Email, Mobile: b.Mobile,
				NameEn: b.NameEn, Rank: b.Rank, Manager: b.Manager, Location: b.Location, HiredOn: b.HiredOn}
			for _, m := range b.Memberships {
				d.Memberships = append(d.Memberships, org.MembershipDraft{Department: m.Department, Position: m.Position, Primary: m.Primary, Title: m.Title})
			}
			id, link, err := s.CreatePerson(ctx, a, NewPerson{d, b.Roles})
			if err != nil {
				return nil, err
			}
			out := &newPersonOut{}
			out.Body.Person, out.Body.Link = id, link
			return out, nil
		})
	door.JSON(r, door.Door{Name: "account.link", Method: "POST", Path: "/api/v1/admin/people/{person}/link", Policy: door.SystemAdmin,
		Object: door.Person, Fresh: true, Summary: "Make a one-time link to hand over", Tag: tagAdmin},
		func(ctx context.Context, a xinshu.Actor, in *makeLinkIn) (*makeLinkOut, error) {
			link, err := s.MakeLink(ctx, a, in.Person.Value, in.Body.Kind)
			if err != nil {
				return nil, err
			}
			return &makeLinkOut{link}, nil
		})
	for _, act := range []struct {
		name, path, summary string
		fresh               bool
		do                  func(context.Context, xinshu.Actor, xinshu.PersonID) error
	}{
		{"account.suspend", "suspend", "Keep a person out for a while; all sessions end", false, s.Suspend},
		{"account.restore", "restore", "Let a suspended person in again", true, s.Restore},
	} {
		door.JSON(r, door.Door{Name: act.name, Method: "POST", Path: "/api/v1/admin/people/{person}/" + act.path, Policy: door.SystemAdmin,
			Object: door.Person, Fresh: act.fresh, Summary: act.summary, Tag: tagAdmin},
			func(ctx context.Context, a xinshu.Actor, in *personPath) (*struct{}, error) {
				return nil, act.do(ctx, a, in.Person.Value)
			})
	}
	door.JSON(r, door.Door{Name: "account.depart", Method: "POST", Path: "/api/v1/admin/people/{person}/depart", Policy: door.SystemAdmin,
		Object: door.Person, Fresh: true, Summary: "Say that a person has left the company", Tag: tagAdmin},
		func(ctx context.Context, a xinshu.Actor, in *departIn) (*struct{}, error) {
			return nil, s.Depart(ctx, a, in.Person.Value, in.Heir.Value)
		})
	door.JSON(r, door.Door{Name: "account.roles", Method: "PUT", Path: "/api/v1/admin/people/{person}/roles", Policy: door.SystemAdmin,
		Object: door.Person, Fresh: true, Summary: "Set a person's administrators' roles", Tag: tagAdmin},
		func(ctx context.Context, a xinshu.Actor, in *rolesIn) (*struct{}, error) {
			return nil, s.SetRoles(ctx, a, in.Person.Value, in.Body.Roles)
		})
	door.JSON(r, door.Door{Name: "account.end_sessions", Method: "DELETE", Path: "/api/v1/admin/people/{person}/sessions", Policy: door.SystemAdmin,
		Object: door.Person, Summary: "End all sessions of a person", Tag: tagAdmin},
		func(ctx context.Context, a xinshu.Actor, in *personPath) (*struct{}, error) {
			return nil, s.EndPersonSessions(ctx, a, in.Person.Value)
		})
}
