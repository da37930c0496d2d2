package org

import "github.com/xinshu-im/xinshu"

// Status says whether a person takes part.
type Status string

// The statuses. Invited people have not signed in yet; they are addressed like active ones.
const (
	Invited   Status = "invited"
	Active    Status = "active"
	Suspended Status = "suspended" // for a while: cannot sign in, is not found
	Departed  Status = "departed"  // has left the company
)

// Counts says whether people of this status are found, counted and part of audiences.
func (s Status) Counts() bool { return s == Invited || s == Active }

func (s Status) valid() bool {
	return s == Invited || s == Active || s == Suspended || s == Departed
}

// PersonBrief is the JSON of a person wherever one appears. Department and Position are names of the primary membership, "" if
// there is none.
type PersonBrief struct {
	ID         xinshu.PersonID `json:"id"`
	Kind       string          `json:"kind" doc:"Always person"`
	Name       string          `json:"name"`
	Department string          `json:"department"`
	Position   string          `json:"position"`
}

// PersonItem is a person in a list: a brief and what a list shows.
type PersonItem struct {
	PersonBrief
	NameEn     string `json:"name_en,omitempty"`
	EmployeeNo string `json:"employee_no,omitempty"`
	Login      string `json:"login,omitempty" doc:"For administrators"`
	Email      string `json:"email,omitempty"`
	Mobile     string `json:"mobile,omitempty"`
	Title      string `json:"title,omitempty"`
	Rank       string `json:"rank,omitempty"`
	Status     Status `json:"status"`
}

// Person is everything about a person that the actor may know.
type Person struct {
	ID          xinshu.PersonID `json:"id"`
	Kind        string          `json:"kind" doc:"Always person"`
	Name        string          `json:"name"`
	NameEn      string          `json:"name_en,omitempty"`
	Login       string          `json:"login,omitempty" doc:"For administrators and the person herself"`
	EmployeeNo  string          `json:"employee_no,omitempty"`
	Email       string          `json:"email,omitempty"`
	Mobile      string          `json:"mobile,omitempty"`
	Status      Status          `json:"status"`
	Rank        *Rank           `json:"rank"`
	Manager     *PersonBrief    `json:"manager"`
	Memberships []Membership    `json:"memberships"`
	Location    string          `json:"location,omitempty"`
	HiredOn     string          `json:"hired_on,omitempty" doc:"A date such as 2026-03-01"`
	Locale      string          `json:"locale,omitempty"`
	Line        ReportingLine   `json:"line"`
	Rev         int64           `json:"rev" doc:"Rises with every change; an update may name the one it was made from"`
	CreatedAt   xinshu.Millis   `json:"created_at"`
	UpdatedAt   xinshu.Millis   `json:"updated_at"`
}

// Brief returns p as it appears elsewhere.
func (p *Person) Brief() PersonBrief {
	b := PersonBrief{ID: p.ID, Kind: "person", Name: p.Name}
	for _, m := range p.Memberships {
		if m.Primary {
			b.Department = m.Department.Name
			if m.Position != nil {
				b.Position = m.Position.Name
			}
		}
	}
	return b
}

// ReportingLine is who stands above a person, nearest first, and who reports to her directly (at most 200).
type ReportingLine struct {
	Up   []PersonBrief `json:"up"`
	Down []PersonBrief `json:"down"`
}

// Membership (任职) is a person's place in a department.
type Membership struct {
	Department DepartmentRef `json:"department"`
	Position   *Position     `json:"position"`
	Primary    bool          `json:"primary"`
	Title      string        `json:"title,omitempty"`
	Sort       int64         `json:"sort"`
}

// DepartmentRef names a department and, where asked for, the departments above it from the top.
type DepartmentRef struct {
	ID   xinshu.DepartmentID `json:"id"`
	Name string              `json:"name"`
	Path []DepartmentName    `json:"path,omitempty" doc:"From the top to the department itself"`
}

// DepartmentName is one step of a path.
type DepartmentName struct {
	ID   xinshu.DepartmentID `json:"id"`
	Name string              `json:"name"`
}

// Department is a node of the organisation's tree. People are counted who are invited or active; whoever has several
// memberships below a department counts once there.
type Department struct {
	ID        xinshu.DepartmentID  `json:"id"`
	Parent    *xinshu.DepartmentID `json:"parent" doc:"null at the top"`
	Name      string               `json:"name"`
	Code      string               `json:"code,omitempty"`
	Sort      int64                `json:"sort"`
	Children  int                  `json:"children" doc:"Departments directly below"`
	People    int                  `json:"people" doc:"People directly in it"`
	PeopleAll int                  `json:"people_all" doc:"People in it and below, each once"`
	Path      []DepartmentName     `json:"path,omitempty" doc:"From the top to the department itself"`
}

// Position (岗位) is an entry of the catalogue of positions.
type Position struct {
	ID   xinshu.PositionID `json:"id"`
	Name string            `json:"name"`
	Code string            `json:"code,omitempty"`
}

// CatalogueUse says how many people have an entry of a catalogue; only an entry that nobody has can be deleted.
type CatalogueUse struct {
	People int `json:"people" doc:"People who have it and are invited or active"`
	Former int `json:"former" doc:"People who have it and are suspended or have left"`
}

// PositionItem is a position in its list.
type PositionItem struct {
	Position
	CatalogueUse
}

// RankItem is a rank in its list.
type RankItem struct {
	Rank
	CatalogueUse
}

// Rank (职级) is an entry of the catalogue of ranks; a larger level is higher.
type Rank struct {
	ID    xinshu.RankID `json:"id"`
	Name  string        `json:"name"`
	Code  string        `json:"code,omitempty"`
	Level int64         `json:"level"`
}

// Account is what signing in needs to know of a person.
type Account struct {
	ID     xinshu.PersonID
	Name   string
	Login  string
	Email  string
	Status Status
	Locale string
}
