package importer

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/xinshu-im/xinshu"
)

// Formats of sources.
const (
	CSV  = "csv"
	JSON = "json"
)

const (
	maxRows   = 500_000 // departments and people of one file
	maxErrors = 1_000   // bad lines that are reported
)

// Source is a file that was read: its rows, and the lines that could not be.
type Source struct {
	Departments []DepartmentLine
	Positions   []PositionLine
	Ranks       []RankLine
	People      []PersonLine
	Errors      []LineError
}

// Values of lines: nil leaves what is stored as it is, "" clears it.
type (
	// DepartmentLine is a department: by Path, or by Code with Name and ParentCode.
	DepartmentLine struct {
		Line                         int
		Path, Name, Code, ParentCode *string
		Sort                         *int64
	}
	// PositionLine is an entry of the catalogue of positions.
	PositionLine struct {
		Line int
		Name string
		Code *string
	}
	// RankLine is an entry of the catalogue of ranks.
	RankLine struct {
		Line  int
		Name  string
		Code  *string
		Level int64
	}
	// PersonLine is a person, known by employee number, login or e-mail address, in this order.
	PersonLine struct {
		Line                                             int
		Name, NameEn, Login, EmployeeNo, Email, Mobile   *string
		Status, Rank, Manager, Location, HiredOn, Locale *string
		RankLevel                                        *int64
		Memberships                                      *[]MembershipLine
	}
	// MembershipLine is one membership: Department is a path or a code.
	MembershipLine struct {
		Department, Position, Title string
		Primary                     bool
		Sort                        int64
	}
)

// LineError says what is wrong where.
type LineError struct {
	Line   int    `json:"line" doc:"Line of the file, counted from 1; 0: the file as a whole"`
	Column string `json:"column,omitempty" doc:"As the file calls it"`
	Value  string `json:"value,omitempty" doc:"What stands there, cut to 100 characters"`
	Reason string `json:"reason"`
}

func (s *Source) fail(line int, column, value, reason string) {
	if len(s.Errors) < maxErrors {
		if r := []rune(value); len(r) > 100 {
			value = string(r[:100])
		}
		s.Errors = append(s.Errors, LineError{line, cut(column), strings.ToValidUTF8(value, "\uFFFD"), reason})
	}
}

// ReadFile reads a file whose name ends in .csv or .json; see [Read].
func ReadFile(name string) (*Source, error) {
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(name)), ".")
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, xinshu.MaxImport+1))
	if err != nil {
		return nil, err
	}
	return Read(raw, format)
}

// Read reads a source. format is [CSV], [JSON] or "" to look at the first character. Bad lines are in Errors; a file that is none
// of this at all is [xinshu.Invalid], an oversize one [xinshu.TooLarge].
func Read(raw []byte, format string) (*Source, error) {
	if len(raw) > xinshu.MaxImport {
		return nil, xinshu.Errorf(xinshu.TooLarge, "An import file has at most %d MB.", xinshu.MaxImport>>20)
	}
	if format == "" || format == "txt" || format == "tsv" {
		format = CSV
		if text := strings.TrimSpace(string(raw[:min(len(raw), 4096)])); strings.HasPrefix(strings.TrimPrefix(text, string(bom)), "{") {
			format = JSON
		}
	}
	switch format {
	case CSV:
		return readCSV(raw)
	case JSON:
		return readJSON(raw)
	}
	return nil, xinshu.Errorf(xinshu.Invalid, "The format is csv or json.")
}
