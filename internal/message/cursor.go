package message

import (
	"strconv"
	"strings"

	"github.com/xinshu-im/xinshu"
)

// formatCursor and parseCursor keep a place in a list as two numbers; clients must not look inside.
func formatCursor(a, b int64) string {
	return strconv.FormatInt(a, 36) + "." + strconv.FormatInt(b, 36)
}

func parseCursor(c string) (a, b int64, err error) {
	if c == "" {
		return 0, 0, nil
	}
	left, right, ok := strings.Cut(c, ".")
	a, errA := strconv.ParseInt(left, 36, 64)
	b, errB := strconv.ParseInt(right, 36, 64)
	if !ok || errA != nil || errB != nil || a < 0 || b < 0 {
		return 0, 0, xinshu.Errorf(xinshu.Invalid, "The cursor is not one of this list.")
	}
	return a, b, nil
}
