package conversation

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/xinshu-im/xinshu/internal/text"
)

// formatNameCursor keeps a place in a list that is ordered by name and id.
func formatNameCursor(key string, id int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(id, 36) + "." + key))
}

func parseNameCursor(c string) (key string, id int64, err error) {
	if c == "" {
		return "", 0, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(c)
	if err != nil {
		return "", 0, errCursor
	}
	left, key, ok := strings.Cut(string(raw), ".")
	id, err = strconv.ParseInt(left, 36, 64)
	if !ok || err != nil || id < 0 || text.ValidText(key, 4096) != nil {
		return "", 0, errCursor
	}
	return key, id, nil
}
