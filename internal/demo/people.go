package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// loadPeople reads the cast, draws everybody else, and numbers all by the date of hire.
func (o *organisation) loadPeople(seed uint64, cal calendar) error {
	if err := o.loadCast(cal); err != nil {
		return err
	}
	if err := o.drawOthers(seed); err != nil {
		return err
	}
	people := o.company.People
	slices.SortStableFunc(people, func(a, b Person) int { return a.Hired.Compare(b.Hired) })
	r := stream(seed, "numbers")
	number, mobiles := 0, map[string]int{}
	for i := range people {
		p := &people[i]
		number += between(r, 1, 4) // gaps: people leave
		p.EmployeeNo = fmt.Sprintf("YL%05d", number)
		p.Mobile = mobile(p.Location, mobiles)
		p.Email = p.Login + "@" + o.company.MailDomain
		o.person[p.Code] = p
	}
	return nil
}

// mobile is the next number of the invented range of a location. Germany has reserved 0171 39200 00–99 for films; the others have a
// run of zeros that no operator has given out.
func mobile(location string, used map[string]int) string {
	prefix, width, step := "1990000", 4, 37
	switch location {
	case "慕尼黑":
		prefix, width, step = "+4917139200", 2, 7
	case "新加坡":
		prefix, width, step = "+6580000", 3, 37
	case "香港":
		prefix, width, step = "+85250000", 3, 37
	case "台北":
		prefix, width, step = "+886900000", 3, 37
	}
	used[prefix] += step
	return fmt.Sprintf("%s%0*d", prefix, width, used[prefix])
}

func (o *organisation) loadCast(cal calendar) error {
	cast, err := rows("cast.txt", 10)
	if err != nil {
		return err
	}
	for _, c := range cast {
		p := Person{Code: PersonCode(c[3]), Login: c[3], Name: c[1], EnglishName: c[2], Rank: RankCode(c[6]), Location: c[7]}
		home := DepartmentCode(c[4])
		p.Memberships = []Membership{{Department: home, Position: PositionCode(c[5]), Primary: true}}
		if p.Location == "" {
			p.Location = o.place[home]
		}
		p.Hired = cal.weekStart() // "new": the Monday of this week
		if c[8] != "new" {
			if p.Hired, err = time.Parse(time.DateOnly, c[8]); err != nil {
				return fmt.Errorf("cast %s: %w", c[0], err)
			}
		}
		if c[9] != "" {
			also := strings.Split(c[9], ":")
			if len(also) != 3 {
				return fmt.Errorf("cast %s: second membership %q", c[0], c[9])
			}
			p.Memberships = append(p.Memberships, Membership{Department: DepartmentCode(also[0]), Position: PositionCode(also[1]), Title: also[2]})
		}
		if _, double := o.alias[c[0]]; double {
			return fmt.Errorf("cast: two people are called %q", c[0])
		}
		o.alias[c[0]] = p.Code
		o.company.People = append(o.company.People, p)
	}
	return nil
}

// drawOthers makes the people that departments.txt only counts.
func (o *organisation) drawOthers(seed uint64) error {
	surnames, given, err := nameParts()
	if err != nil {
		return err
	}
	r := stream(seed, "people")
	names, logins := map[string]bool{}, map[string]bool{}
	for i := range o.company.People {
		names[o.company.People[i].Name], logins[o.company.People[i].Login] = true, true
	}
	orders := map[RankCode]int{}
	for _, rank := range o.company.Ranks {
		orders[rank.Code] = rank.Order
	}
	for _, d := range o.company.Departments {
		for _, want := range items(o.fill[d.Code]) {
			position, count, ok := strings.Cut(want, ":")
			n, err := strconv.Atoi(count)
			ranks, known := o.ranksOf[PositionCode(position)]
			if !ok || err != nil || !known {
				return fmt.Errorf("department %s: %q", d.Code, want)
			}
			for range n {
				p := drawPerson(r, surnames, given, names, logins)
				lo, hi := orders[ranks[0]], orders[ranks[1]]
				p.Rank = o.company.Ranks[between(r, lo, hi)-1].Code
				p.Memberships = []Membership{{Department: d.Code, Position: PositionCode(position), Primary: true}}
				p.Location = o.place[d.Code]
				p.Hired = time.Date(between(r, 2011, 2023), time.Month(between(r, 1, 12)), between(r, 1, 28), 0, 0, 0, 0, time.UTC)
				o.company.People = append(o.company.People, p)
			}
		}
	}
	return nil
}

// drawPerson makes a person with a name that nobody has yet, so that every homonym of the example is one of the cast.
func drawPerson(r *rand.Rand, surnames, given [][2]string, names, logins map[string]bool) Person {
	for {
		s, g := surnames[r.IntN(len(surnames))], given[r.IntN(len(given))]
		name, login := s[0]+g[0], s[1]+g[1]
		if names[name] {
			continue
		}
		base := login
		for n := 2; logins[login]; n++ {
			login = base + strconv.Itoa(n)
		}
		names[name], logins[login] = true, true
		return Person{Code: PersonCode(login), Login: login, Name: name}
	}
}

// nameParts reads pairs of Chinese text and reading.
func nameParts() (surnames, given [][2]string, err error) {
	b, err := content.ReadFile("content/org/names.txt")
	if err != nil {
		return nil, nil, err
	}
	into := &surnames
	for _, line := range strings.Split(string(b), "\n") {
		switch {
		case line == "" || line[0] == '#' || line == "[surnames]":
		case line == "[given]":
			into = &given
		default:
			for _, pair := range strings.Split(line, ",") {
				han, reading, ok := strings.Cut(pair, " ")
				if !ok {
					return nil, nil, fmt.Errorf("names.txt: %q", pair)
				}
				*into = append(*into, [2]string{han, reading})
			}
		}
	}
	return surnames, given, nil
}
