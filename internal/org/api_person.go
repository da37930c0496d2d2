package org

import (
	"context"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
)

type peopleIn struct {
	door.Page
	Query      string                         `query:"q" doc:"Name, pinyin, initials, English name, login, employee number, e-mail address, last digits of the mobile number, names of departments, positions, ranks; all words must be found. Of one word exact logins and names come first, and those whom the searcher talks or works with before their namesakes" maxLength:"1024"`
	Department door.Only[xinshu.DepartmentID] `query:"department" doc:"Only people of this department"`
	Subtree    bool                           `query:"subtree" doc:"With department: also those below it"`
	Position   door.Only[xinshu.PositionID]   `query:"position"`
	RankMin    string                         `query:"rank_min" doc:"Lowest level of rank" pattern:"^-?[0-9]{1,18}$"`
	RankMax    string                         `query:"rank_max" doc:"Highest level of rank" pattern:"^-?[0-9]{1,18}$"`
	Status     []string                       `query:"status" doc:"Several separated by commas, for administrators: invited, active, suspended, departed; invited and active without it" maxItems:"4" enum:"invited,active,suspended,departed"`
}

func (in *peopleIn) filter() (PersonFilter, error) {
	f := PersonFilter{Query: in.Query, Department: in.Department.Value, Subtree: in.Subtree, Position: in.Position.Value, Page: Page{in.Limit, in.Cursor}}
	for _, s := range in.Status {
		f.Statuses = append(f.Statuses, Status(s))
	}
	var err error
	if f.RankMin, err = level("query.rank_min", in.RankMin); err != nil {
		return f, err
	}
	f.RankMax, err = level("query.rank_max", in.RankMax)
	return f, err
}

type personIn struct {
	ID door.Param[xinshu.PersonID] `path:"person" doc:"Id of the person"`
}

type personOut struct{ Body Person }

// membershipIn is a membership in requests.
type membershipIn struct {
	Department xinshu.DepartmentID `json:"department"`
	Position   xinshu.PositionID   `json:"position,omitempty"`
	Primary    bool                `json:"primary,omitempty"`
	Title      string              `json:"title,omitempty" maxLength:"512"`
	Sort       int64               `json:"sort,omitempty" doc:"Place among the people of the department"`
}

func drafts(in []membershipIn) []MembershipDraft {
	out := make([]MembershipDraft, len(in))
	for i, m := range in {
		out[i] = MembershipDraft(m)
	}
	return out
}

type personCreateIn struct {
	Body struct {
		ClientID    string          `json:"client_id,omitempty" maxLength:"64"`
		Name        string          `json:"name" maxLength:"512"`
		NameEn      string          `json:"name_en,omitempty" maxLength:"512"`
		Login       string          `json:"login,omitempty" maxLength:"256"`
		EmployeeNo  string          `json:"employee_no,omitempty" maxLength:"256"`
		Email       string          `json:"email,omitempty" maxLength:"512"`
		Mobile      string          `json:"mobile,omitempty" maxLength:"64"`
		Rank        xinshu.RankID   `json:"rank,omitempty"`
		Manager     xinshu.PersonID `json:"manager,omitempty"`
		Location    string          `json:"location,omitempty" maxLength:"512"`
		HiredOn     string          `json:"hired_on,omitempty" maxLength:"10"`
		Locale      string          `json:"locale,omitempty" maxLength:"35"`
		Memberships []membershipIn  `json:"memberships,omitempty" maxItems:"20"`
	}
}

type personUpdateIn struct {
	ID   door.Param[xinshu.PersonID] `path:"person" doc:"Id of the person"`
	Body struct {
		Name        *string          `json:"name,omitempty" maxLength:"512"`
		NameEn      *string          `json:"name_en,omitempty" maxLength:"512"`
		Login       *string          `json:"login,omitempty" maxLength:"256"`
		EmployeeNo  *string          `json:"employee_no,omitempty" maxLength:"256"`
		Email       *string          `json:"email,omitempty" maxLength:"512"`
		Mobile      *string          `json:"mobile,omitempty" maxLength:"64"`
		Rank        *xinshu.RankID   `json:"rank,omitempty" doc:"0000000000000 is none"`
		Manager     *xinshu.PersonID `json:"manager,omitempty" doc:"0000000000000 is none"`
		Location    *string          `json:"location,omitempty" maxLength:"512"`
		HiredOn     *string          `json:"hired_on,omitempty" maxLength:"10"`
		Locale      *string          `json:"locale,omitempty" maxLength:"35"`
		Memberships *[]membershipIn  `json:"memberships,omitempty" maxItems:"20"`
		Rev         int64            `json:"rev,omitempty" minimum:"1" doc:"The revision that the change was made from; 409 conflict with the field rev if the person has another one"`
	}
}

type audienceIn struct {
	Body struct {
		Audience Audience `json:"audience"`
	}
}

type audienceOut struct {
	Body struct {
		Count  int           `json:"count"`
		Sample []PersonBrief `json:"sample" doc:"The first of them, at most 20"`
	}
}

func (s *Service) personDoors(r *door.Registry) {
	door.JSON(r, door.Door{Name: "person.list", Method: "GET", Path: "/api/v1/people", Policy: door.SignedIn, Tag: tag,
		Summary: "Find people"},
		func(ctx context.Context, a xinshu.Actor, in *peopleIn) (*door.List[PersonItem], error) {
			f, err := in.filter()
			if err != nil {
				return nil, err
			}
			items, next, err := s.FindPeople(ctx, a, f)
			return door.NewList(items, next), err
		})
	door.JSON(r, door.Door{Name: "person.get", Method: "GET", Path: "/api/v1/people/{person}", Policy: door.SignedIn, Object: door.Person,
		Tag: tag, Summary: "Get a person with memberships and reporting line"},
		func(ctx context.Context, a xinshu.Actor, in *personIn) (*personOut, error) {
			p, err := s.GetPerson(ctx, a, in.ID.Value)
			return &personOut{p}, err
		})
	door.JSON(r, door.Door{Name: "person.create", Method: "POST", Path: "/api/v1/people", Policy: door.SystemAdmin, Status: 201, Tag: tag,
		Summary: "Create a person, invited"},
		func(ctx context.Context, a xinshu.Actor, in *personCreateIn) (*personOut, error) {
			b := in.Body
			p, err := s.CreatePerson(ctx, a, PersonDraft{ClientID: b.ClientID, Name: b.Name, NameEn: b.NameEn, Login: b.Login,
				EmployeeNo: b.EmployeeNo, Email: b.Email, Mobile: b.Mobile, Rank: b.Rank, Manager: b.Manager, Location: b.Location,
				HiredOn: b.HiredOn, Locale: b.Locale, Memberships: drafts(b.Memberships)})
			return &personOut{p}, err
		})
	door.JSON(r, door.Door{Name: "person.update", Method: "PATCH", Path: "/api/v1/people/{person}", Policy: door.SystemAdmin,
		Object: door.Person, Tag: tag, Summary: "Change a person"},
		func(ctx context.Context, a xinshu.Actor, in *personUpdateIn) (*personOut, error) {
			b := in.Body
			up := PersonUpdate{Rev: b.Rev, Name: b.Name, NameEn: b.NameEn, Login: b.Login, EmployeeNo: b.EmployeeNo, Email: b.Email, Mobile: b.Mobile,
				Rank: b.Rank, Manager: b.Manager, Location: b.Location, HiredOn: b.HiredOn, Locale: b.Locale}
			if b.Memberships != nil {
				m := drafts(*b.Memberships)
				up.Memberships = &m
			}
			p, err := s.UpdatePerson(ctx, a, in.ID.Value, up)
			return &personOut{p}, err
		})
	door.JSON(r, door.Door{Name: "audience.preview", Method: "POST", Path: "/api/v1/audience/preview", Policy: door.SignedIn, Tag: tag,
		Summary: "Count an audience before using it"},
		func(ctx context.Context, a xinshu.Actor, in *audienceIn) (*audienceOut, error) {
			out := &audienceOut{}
			var err error
			out.Body.Count, out.Body.Sample, err = s.PreviewAudience(ctx, a, in.Body.Audience, 20)
			return out, err
		})
}
