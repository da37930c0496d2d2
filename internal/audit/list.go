package audit

import (
	"context"
	"fmt"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// Filter selects records; zero fields select all.
type Filter struct {
	Person xinshu.PersonID // who acted
	Action string          // a whole action, or its beginning up to a dot: "person." selects all acts on people
	Object string          // kind:id
	After  xinshu.Millis   // at or after
	Before xinshu.Millis   // before
	Limit  int             // 1 to xinshu.MaxPage
	Cursor string          // next of the page before
}

// FindRecords returns records newest first, and the cursor of the next page, "" after the last. Only for an audit
// administrator or the system.
func (l *Log) FindRecords(ctx context.Context, actor xinshu.Actor, f Filter) (records []Record, next string, err error) {
	if !actor.IsSystem() && !actor.Roles.Has(xinshu.AuditAdmin) {
		return nil, "", xinshu.Errorf(xinshu.Forbidden, "You may not do this.")
	}
	if f.Limit < 1 || f.Limit > xinshu.MaxPage {
		return nil, "", xinshu.Errorf(xinshu.Invalid, "A page has 1 to %d records.", xinshu.MaxPage)
	}
	q, args, err := f.query()
	if err != nil {
		return nil, "", err
	}
	err = l.opt.DB.Read(ctx, func(tx *db.Tx) (err error) {
		records, err = db.All(tx, scanRecord, q, args...)
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("find audit records: %w", err)
	}
	if len(records) > f.Limit {
		records = records[:f.Limit]
		last := records[f.Limit-1]
		next = fmt.Sprintf("%d.%d.%d", last.At, last.Node, last.N)
	}
	return records, next, nil
}

// query builds the statement: only the conditions that are asked for, so that each finds its index.
func (f *Filter) query() (string, []any, error) {
	var where []string
	var args []any
	add := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", fmt.Sprintf("\x00%d", len(args)), 1)
		}
		where = append(where, strings.ReplaceAll(condition, "\x00", "?"))
	}
	if f.Person != 0 {
		add("person_id = ?", f.Person)
	}
	if f.Object != "" {
		add("object = ?", f.Object)
	}
	if prefix, ok := strings.CutSuffix(f.Action, "."); ok {
		add("action >= ? AND action < ?", prefix+".", prefix+"/") // '/' follows '.' in ASCII
	} else if f.Action != "" {
		add("action = ?", f.Action)
	}
	if f.After != 0 {
		add("at >= ?", f.After)
	}
	if f.Before != 0 {
		add("at < ?", f.Before)
	}
	if f.Cursor != "" {
		var at, node, n int64
		if _, err := fmt.Sscanf(f.Cursor, "%d.%d.%d", &at, &node, &n); err != nil || fmt.Sprintf("%d.%d.%d", at, node, n) != f.Cursor {
			return "", nil, xinshu.Errorf(xinshu.Invalid, "The cursor is not one of this list.")
		}
		add("(at, node, n) < (?, ?, ?)", at, node, n)
	}
	q := `SELECT ` + recordColumns + ` FROM audit_record`
	if where != nil {
		q += ` WHERE ` + strings.Join(where, " AND ")
	}
	args = append(args, f.Limit+1)
	return q + fmt.Sprintf(` ORDER BY at DESC, node DESC, n DESC LIMIT ?%d`, len(args)), args, nil
}
