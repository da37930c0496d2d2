package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xinshu-im/xinshu"
)

type jsonDepartment struct {
	Path       *string `json:"path"`
	Name       *string `json:"name"`
	Code       *string `json:"code"`
	ParentCode *string `json:"parent_code"`
	Sort       *int64  `json:"sort"`
}

type jsonPosition struct {
	Name string  `json:"name"`
	Code *string `json:"code"`
}

type jsonRank struct {
	Name  string  `json:"name"`
	Code  *string `json:"code"`
	Level int64   `json:"level"`
}

type jsonPerson struct {
	Name        *string           `json:"name"`
	NameEn      *string           `json:"name_en"`
	Login       *string           `json:"login"`
	EmployeeNo  *string           `json:"employee_no"`
	Email       *string           `json:"email"`
	Mobile      *string           `json:"mobile"`
	Status      *string           `json:"status"`
	Rank        *string           `json:"rank"`
	Manager     *string           `json:"manager"`
	Location    *string           `json:"location"`
	HiredOn     *string           `json:"hired_on"`
	Locale      *string           `json:"locale"`
	Memberships *[]jsonMembership `json:"memberships"`
}

type jsonMembership struct {
	Department string `json:"department"`
	Position   string `json:"position"`
	Title      string `json:"title"`
	Primary    bool   `json:"primary"`
	Sort       int64  `json:"sort"`
}

// document is a JSON file on its way into a source.
type document struct {
	*Source
	data []byte
	dec  *json.Decoder
	rows int
	// Lines are counted once through the file: at and line are how far.
	at, line int
}

func readJSON(raw []byte) (*Source, error) {
	data, err := decode(raw, func([]byte) bool { return false })
	if err != nil {
		return nil, err
	}
	d := &document{Source: &Source{}, data: data, dec: json.NewDecoder(bytes.NewReader(data)), line: 1}
	if err := d.object(); err != nil {
		var known *xinshu.Error
		if errors.As(err, &known) {
			return nil, err
		}
		return nil, xinshu.Errorf(xinshu.Invalid, "The file is not valid JSON near line %d.", d.lineOf(int(d.dec.InputOffset())))
	}
	return d.Source, nil
}

// lineOf returns the line of an offset; offsets rise.
func (d *document) lineOf(offset int) int {
	offset = min(offset, len(d.data))
	for d.at < offset {
		if d.data[d.at] == '\n' {
			d.line++
		}
		d.at++
	}
	return d.line
}

var errShape = xinshu.Errorf(xinshu.Invalid, `The file holds one object with the lists "departments", "positions", "ranks" and "people", each at most once.`)

func (d *document) object() error {
	if err := d.expect('{'); err != nil {
		return err
	}
	seen := map[string]bool{}
	for d.dec.More() {
		token, err := d.dec.Token()
		if err != nil {
			return err
		}
		key, ok := token.(string)
		if !ok || seen[key] {
			return errShape
		}
		seen[key] = true
		var element func(raw []byte, line int)
		switch key {
		case "departments":
			element = d.department
		case "positions":
			element = d.position
		case "ranks":
			element = d.rank
		case "people":
			element = d.person
		default:
			return errShape
		}
		if err := d.array(element); err != nil {
			return err
		}
	}
	if _, err := d.dec.Token(); err != nil {
		return err
	}
	if _, err := d.dec.Token(); !errors.Is(err, io.EOF) {
		return errShape
	}
	return nil
}

func (d *document) expect(delim json.Delim) error {
	token, err := d.dec.Token()
	if err != nil {
		return err
	}
	if token != delim {
		return errShape
	}
	return nil
}

func (d *document) array(element func(raw []byte, line int)) error {
	if err := d.expect('['); err != nil {
		return err
	}
	for d.dec.More() {
		if d.rows++; d.rows > maxRows {
			return xinshu.Errorf(xinshu.TooLarge, "A file has at most %d entries.", maxRows)
		}
		var raw json.RawMessage
		if err := d.dec.Decode(&raw); err != nil {
			return err
		}
		element(raw, d.lineOf(int(d.dec.InputOffset())-len(raw)))
	}
	_, err := d.dec.Token()
	return err
}

// into decodes one entry strictly; false if it is reported as bad.
func (d *document) into(raw []byte, line int, v any) bool {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	err := dec.Decode(v)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return true
	case errors.As(err, &wrong):
		d.fail(line, wrong.Field, "", fmt.Sprintf("A %s cannot stand here.", wrong.Value))
	case strings.Contains(err.Error(), "unknown field"):
		_, field, _ := strings.Cut(err.Error(), "unknown field ")
		d.fail(line, strings.Trim(field, `"`), "", "There is no such field.")
	default:
		d.fail(line, "", "", "The entry cannot be read.")
	}
	return false
}

func (d *document) department(raw []byte, line int) {
	var v jsonDepartment
	if d.into(raw, line, &v) {
		d.Departments = append(d.Departments, DepartmentLine{line, v.Path, v.Name, v.Code, v.ParentCode, v.Sort})
	}
}

func (d *document) position(raw []byte, line int) {
	var v jsonPosition
	if d.into(raw, line, &v) {
		d.Positions = append(d.Positions, PositionLine{line, v.Name, v.Code})
	}
}

func (d *document) rank(raw []byte, line int) {
	var v jsonRank
	if d.into(raw, line, &v) {
		d.Ranks = append(d.Ranks, RankLine{line, v.Name, v.Code, v.Level})
	}
}

func (d *document) person(raw []byte, line int) {
	var v jsonPerson
	if !d.into(raw, line, &v) {
		return
	}
	p := PersonLine{Line: line, Name: v.Name, NameEn: v.NameEn, Login: v.Login, EmployeeNo: v.EmployeeNo, Email: v.Email, Mobile: v.Mobile,
		Status: v.Status, Rank: v.Rank, Manager: v.Manager, Location: v.Location, HiredOn: v.HiredOn, Locale: v.Locale}
	if v.Memberships != nil {
		list := make([]MembershipLine, len(*v.Memberships))
		for i, m := range *v.Memberships {
			list[i] = MembershipLine(m)
		}
		p.Memberships = &list
	}
	d.People = append(d.People, p)
}
