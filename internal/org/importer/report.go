package importer

import (
	"errors"
	"fmt"

	"github.com/xinshu-im/xinshu"
)

// where names the place of a bad line: "line 12, email".
func (l LineError) where() string {
	if l.Line == 0 {
		return "the whole file"
	}
	if l.Column == "" {
		return fmt.Sprintf("line %d", l.Line)
	}
	return fmt.Sprintf("line %d, %s", l.Line, l.Column)
}

// String is the line as the command line shows it.
func (l LineError) String() string {
	if l.Value == "" {
		return l.where() + ": " + l.Reason
	}
	return fmt.Sprintf("%s %q: %s", l.where(), l.Value, l.Reason)
}

// refuse reports an error of a check by its sentence.
func (p *planner) refuse(line int, column, value string, err error) {
	var e *xinshu.Error
	if errors.As(err, &e) {
		p.fail(line, column, value, e.Message)
		return
	}
	p.fail(line, column, value, "This cannot be stored.")
}
