package org

import (
	"context"
	"strconv"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
)

const tag = "Organisation"

// Doors declares the endpoints of the organisation. The import has its own in package importer.
func (s *Service) Doors(r *door.Registry) {
	s.departmentDoors(r)
	s.catalogueDoors(r)
	s.personDoors(r)
}

type departmentIn struct {
	ID door.Param[xinshu.DepartmentID] `path:"department" doc:"Id of the department"`
}

type departmentOut struct{ Body Department }

type departmentsIn struct {
	door.Page
	Parent door.Param[xinshu.DepartmentID] `query:"parent" doc:"Id of the department above; the top departments without it"`
}

type departmentPeopleIn struct {
	ID door.Param[xinshu.DepartmentID] `path:"department" doc:"Id of the department"`
	door.Page
	Subtree bool `query:"subtree" doc:"Also the people of the departments below"`
}

type departmentCreateIn struct {
	Body struct {
		ClientID string              `json:"client_id,omitempty" maxLength:"64"`
		Parent   xinshu.DepartmentID `json:"parent,omitempty" doc:"Without it: at the top"`
		Name     string              `json:"name" maxLength:"512"`
		Code     string              `json:"code,omitempty" maxLength:"256"`
		Sort     int64               `json:"sort,omitempty" doc:"Place among its sisters"`
	}
}

type departmentUpdateIn struct {
	ID   door.Param[xinshu.DepartmentID] `path:"department" doc:"Id of the department"`
	Body struct {
		Parent *xinshu.DepartmentID `json:"parent,omitempty" doc:"Moves the department with all below it; 0000000000000 is the top"`
		Name   *string              `json:"name,omitempty" maxLength:"512"`
		Code   *string              `json:"code,omitempty" maxLength:"256"`
		Sort   *int64               `json:"sort,omitempty"`
	}
}

func (s *Service) departmentDoors(r *door.Registry) {
	door.JSON(r, door.Door{Name: "department.list", Method: "GET", Path: "/api/v1/departments", Policy: door.SignedIn, Tag: tag,
		Summary: "List the departments below one, in order, with counts"},
		func(ctx context.Context, a xinshu.Actor, in *departmentsIn) (*door.List[Department], error) {
			items, next, err := s.FindDepartments(ctx, a, in.Parent.Value, Page{in.Limit, in.Cursor})
			return door.NewList(items, next), err
		})
	door.JSON(r, door.Door{Name: "department.get", Method: "GET", Path: "/api/v1/departments/{department}", Policy: door.SignedIn,
		Object: door.Department, Tag: tag, Summary: "Get a department with its path"},
		func(ctx context.Context, a xinshu.Actor, in *departmentIn) (*departmentOut, error) {
			d, err := s.GetDepartment(ctx, a, in.ID.Value)
			return &departmentOut{d}, err
		})
	door.JSON(r, door.Door{Name: "department.people", Method: "GET", Path: "/api/v1/departments/{department}/people", Policy: door.SignedIn,
		Object: door.Department, Tag: tag, Summary: "List the people of a department"},
		func(ctx context.Context, a xinshu.Actor, in *departmentPeopleIn) (*door.List[PersonItem], error) {
			items, next, err := s.DepartmentPeople(ctx, a, in.ID.Value, in.Subtree, Page{in.Limit, in.Cursor})
			return door.NewList(items, next), err
		})
	door.JSON(r, door.Door{Name: "department.create", Method: "POST", Path: "/api/v1/departments", Policy: door.SystemAdmin, Status: 201,
		Tag: tag, Summary: "Create a department"},
		func(ctx context.Context, a xinshu.Actor, in *departmentCreateIn) (*departmentOut, error) {
			d, err := s.CreateDepartment(ctx, a, DepartmentDraft(in.Body))
			return &departmentOut{d}, err
		})
	door.JSON(r, door.Door{Name: "department.update", Method: "PATCH", Path: "/api/v1/departments/{department}", Policy: door.SystemAdmin,
		Object: door.Department, Tag: tag, Summary: "Rename, reorder or move a department"},
		func(ctx context.Context, a xinshu.Actor, in *departmentUpdateIn) (*departmentOut, error) {
			d, err := s.UpdateDepartment(ctx, a, in.ID.Value, DepartmentUpdate(in.Body))
			return &departmentOut{d}, err
		})
	door.JSON(r, door.Door{Name: "department.delete", Method: "DELETE", Path: "/api/v1/departments/{department}", Policy: door.SystemAdmin,
		Object: door.Department, Tag: tag, Summary: "Delete an empty department"},
		func(ctx context.Context, a xinshu.Actor, in *departmentIn) (*struct{}, error) {
			return nil, s.DeleteDepartment(ctx, a, in.ID.Value)
		})
}

type positionCreateIn struct {
	Body struct {
		ClientID string `json:"client_id,omitempty" maxLength:"64"`
		Name     string `json:"name" maxLength:"512"`
		Code     string `json:"code,omitempty" maxLength:"256"`
	}
}

type positionOut struct{ Body Position }

type positionUpdateIn struct {
	ID   door.Param[xinshu.PositionID] `path:"position" doc:"Id of the position"`
	Body struct {
		Name *string `json:"name,omitempty" maxLength:"512"`
		Code *string `json:"code,omitempty" maxLength:"256"`
	}
}

type rankOut struct{ Body Rank }

type rankCreateIn struct {
	Body struct {
		ClientID string `json:"client_id,omitempty" maxLength:"64"`
		Name     string `json:"name" maxLength:"512"`
		Code     string `json:"code,omitempty" maxLength:"256"`
		Level    int64  `json:"level" doc:"A larger level is a higher rank"`
	}
}

type rankUpdateIn struct {
	ID   door.Param[xinshu.RankID] `path:"rank" doc:"Id of the rank"`
	Body struct {
		Name  *string `json:"name,omitempty" maxLength:"512"`
		Code  *string `json:"code,omitempty" maxLength:"256"`
		Level *int64  `json:"level,omitempty"`
	}
}

func (s *Service) catalogueDoors(r *door.Registry) {
	door.JSON(r, door.Door{Name: "position.list", Method: "GET", Path: "/api/v1/positions", Policy: door.SignedIn, Tag: tag,
		Summary: "List all positions by name"},
		func(ctx context.Context, a xinshu.Actor, _ *struct{}) (*door.List[PositionItem], error) {
			items, err := s.FindPositions(ctx, a)
			return door.NewList(items, ""), err
		})
	door.JSON(r, door.Door{Name: "position.create", Method: "POST", Path: "/api/v1/positions", Policy: door.SystemAdmin, Status: 201,
		Tag: tag, Summary: "Create a position"},
		func(ctx context.Context, a xinshu.Actor, in *positionCreateIn) (*positionOut, error) {
			p, err := s.CreatePosition(ctx, a, PositionDraft(in.Body))
			return &positionOut{p}, err
		})
	door.JSON(r, door.Door{Name: "position.update", Method: "PATCH", Path: "/api/v1/positions/{position}", Policy: door.SystemAdmin,
		Tag: tag, Summary: "Rename a position"},
		func(ctx context.Context, a xinshu.Actor, in *positionUpdateIn) (*positionOut, error) {
			p, err := s.UpdatePosition(ctx, a, in.ID.Value, PositionUpdate(in.Body))
			return &positionOut{p}, err
		})
	door.JSON(r, door.Door{Name: "position.delete", Method: "DELETE", Path: "/api/v1/positions/{position}", Policy: door.SystemAdmin,
		Tag: tag, Summary: "Delete a position that nobody has"},
		func(ctx context.Context, a xinshu.Actor, in *positionIn) (*struct{}, error) {
			return nil, s.DeletePosition(ctx, a, in.ID.Value)
		})
	door.JSON(r, door.Door{Name: "rank.list", Method: "GET", Path: "/api/v1/ranks", Policy: door.SignedIn, Tag: tag,
		Summary: "List all ranks, the lowest first"},
		func(ctx context.Context, a xinshu.Actor, _ *struct{}) (*door.List[RankItem], error) {
			items, err := s.FindRanks(ctx, a)
			return door.NewList(items, ""), err
		})
	door.JSON(r, door.Door{Name: "rank.create", Method: "POST", Path: "/api/v1/ranks", Policy: door.SystemAdmin, Status: 201,
		Tag: tag, Summary: "Create a rank"},
		func(ctx context.Context, a xinshu.Actor, in *rankCreateIn) (*rankOut, error) {
			k, err := s.CreateRank(ctx, a, RankDraft(in.Body))
			return &rankOut{k}, err
		})
	door.JSON(r, door.Door{Name: "rank.update", Method: "PATCH", Path: "/api/v1/ranks/{rank}", Policy: door.SystemAdmin,
		Tag: tag, Summary: "Change a rank"},
		func(ctx context.Context, a xinshu.Actor, in *rankUpdateIn) (*rankOut, error) {
			k, err := s.UpdateRank(ctx, a, in.ID.Value, RankUpdate(in.Body))
			return &rankOut{k}, err
		})
	door.JSON(r, door.Door{Name: "rank.delete", Method: "DELETE", Path: "/api/v1/ranks/{rank}", Policy: door.SystemAdmin,
		Tag: tag, Summary: "Delete a rank that nobody has"},
		func(ctx context.Context, a xinshu.Actor, in *rankPath) (*struct{}, error) {
			return nil, s.DeleteRank(ctx, a, in.ID.Value)
		})
}

type positionIn struct {
	ID door.Param[xinshu.PositionID] `path:"position" doc:"Id of the position"`
}

type rankPath struct {
	ID door.Param[xinshu.RankID] `path:"rank" doc:"Id of the rank"`
}

// level reads a rank's level from a query; "" is none.
func level(field, s string) (*int64, error) {
	if s == "" {
		return nil, nil // not asked for
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return nil, invalid(field, "A level is a whole number.")
	}
	return &v, nil
}
