package demo

import (
	"context"
	"encoding/base32"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/org"
)

// fillOrganisation makes departments from the top, the catalogues, and people behind their managers.
func (l *loader) fillOrganisation(ctx context.Context) error {
	departments := map[DepartmentCode]xinshu.DepartmentID{}
	for _, d := range l.company.Departments {
		made, err := l.opt.Org.CreateDepartment(ctx, l.actor, org.DepartmentDraft{ClientID: "demo-department-" + string(d.Code),
			Parent: departments[d.Parent], Name: d.Name, Code: "YL-" + string(d.Code), Sort: int64(d.Sort)})
		if err != nil {
			return fmt.Errorf("department %s: %w", d.Code, err)
		}
		departments[d.Code] = made.ID
	}
	positions, err := l.fillPositions(ctx)
	if err != nil {
		return err
	}
	ranks, err := l.fillRanks(ctx)
	if err != nil {
		return err
	}
	var mu sync.Mutex // guards l.people
	for _, level := range levels(l.company.People) {
		err := parallel(ctx, level, func(ctx context.Context, p Person) error {
			mu.Lock()
			manager := l.people[p.Manager]
			mu.Unlock()
			draft := org.PersonDraft{ClientID: "demo-person-" + string(p.Code), Name: p.Name, NameEn: p.EnglishName, Login: p.Login,
				EmployeeNo: p.EmployeeNo, Email: p.Email, Mobile: p.Mobile, Rank: ranks[p.Rank], Manager: manager,
				Location: p.Location, HiredOn: p.Hired.Format(time.DateOnly), Locale: localeOf(p.Location)}
			for i, m := range p.Memberships {
				draft.Memberships = append(draft.Memberships, org.MembershipDraft{Department: departments[m.Department],
					Position: positions[m.Position], Primary: m.Primary, Title: m.Title, Sort: int64(i)})
			}
			made, err := l.opt.Org.CreatePerson(ctx, l.actor, draft)
			if err != nil {
				return fmt.Errorf("person %s: %w", p.Code, err)
			}
			mu.Lock()
			defer mu.Unlock()
			l.people[p.Code] = made.ID
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// fillPositions makes the positions that are not there yet.
func (l *loader) fillPositions(ctx context.Context) (map[PositionCode]xinshu.PositionID, error) {
	out := map[PositionCode]xinshu.PositionID{}
	known, err := l.opt.Org.FindPositions(ctx, l.actor)
	if err != nil {
		return nil, fmt.Errorf("positions: %w", err)
	}
	for _, p := range known {
		out[PositionCode(p.Name)] = p.ID
	}
	for _, p := range l.company.Positions {
		if out[p.Code] != 0 {
			continue
		}
		made, err := l.opt.Org.CreatePosition(ctx, l.actor, org.PositionDraft{Name: p.Name})
		if err != nil {
			return nil, fmt.Errorf("position %s: %w", p.Code, err)
		}
		out[p.Code] = made.ID
	}
	return out, nil
}

// fillRanks makes the ranks that are not there yet.
func (l *loader) fillRanks(ctx context.Context) (map[RankCode]xinshu.RankID, error) {
	out := map[RankCode]xinshu.RankID{}
	known, err := l.opt.Org.FindRanks(ctx, l.actor)
	if err != nil {
		return nil, fmt.Errorf("ranks: %w", err)
	}
	for _, r := range known {
		out[RankCode(r.Code)] = r.ID
	}
	for _, r := range l.company.Ranks {
		if out[r.Code] != 0 {
			continue
		}
		made, err := l.opt.Org.CreateRank(ctx, l.actor, org.RankDraft{Name: r.Name, Code: string(r.Code), Level: int64(r.Order)})
		if err != nil {
			return nil, fmt.Errorf("rank %s: %w", r.Code, err)
		}
		out[r.Code] = made.ID
	}
	return out, nil
}

// levels divides people by how far they are from the chief, so that managers come before those who report to them.
func levels(people []Person) (out [][]Person) {
	reports := map[PersonCode][]Person{}
	for _, p := range people {
		reports[p.Manager] = append(reports[p.Manager], p)
	}
	for level := reports[""]; len(level) > 0; {
		out = append(out, level)
		var next []Person
		for _, p := range level {
			next = append(next, reports[p.Code]...)
		}
		level = next
	}
	return out
}

// localeOf is the language in which people of an office see the product first.
func localeOf(location string) string {
	if location == "慕尼黑" || location == "新加坡" {
		return "en"
	}
	return "zh-CN"
}

// Credentials are one line of the logins file.
type Credentials struct {
	Login      string `json:"login"`
	Password   string `json:"password"`
	Name       string `json:"name"`
	Department string `json:"department"`
	Role       string `json:"role"` // employee, system_admin, security_admin or audit_admin
}

// fillLogins draws passwords, sets them, grants the administrators' roles, and writes the file.
func (l *loader) fillLogins(ctx context.Context) error {
	people, departments := map[PersonCode]Person{}, map[DepartmentCode]string{}
	for _, p := range l.company.People {
		people[p.Code] = p
	}
	for _, d := range l.company.Departments {
		departments[d.Code] = d.Name
	}
	var list []Credentials
	for _, login := range l.company.Logins {
		p := people[login.Person]
		password, err := drawPassword(l.opt.Random)
		if err != nil {
			return err
		}
		if err := l.opt.Identity.SetPassword(ctx, l.actor, l.people[p.Code], password); err != nil {
			return fmt.Errorf("password of %s: %w", p.Code, err)
		}
		if login.Role != "employee" {
			if err := l.opt.Identity.SetRoles(ctx, l.actor, l.people[p.Code], []string{login.Role}); err != nil {
				return fmt.Errorf("role of %s: %w", p.Code, err)
			}
		}
		list = append(list, Credentials{Login: p.Login, Password: password, Name: p.Name, Department: departments[p.primary().Department], Role: login.Role})
	}
	return writeJSON(filepath.Join(l.opt.Data, LoginsFile), list)
}

// passwordBytes gives 80 bits: 16 letters and digits.
const passwordBytes = 10

var readable = base32.NewEncoding("abcdefghjkmnpqrstuvwxyz023456789").WithPadding(base32.NoPadding)

// drawPassword makes a password such as "k7fm-2q9x-hs4t-w3bn".
func drawPassword(random io.Reader) (string, error) {
	var b [passwordBytes]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("random password: %w", err)
	}
	s := readable.EncodeToString(b[:])
	return strings.Join([]string{s[:4], s[4:8], s[8:12], s[12:]}, "-"), nil
}
