package db

import (
	"regexp"
	"strings"
	"sync"
)

// rebound remembers the PostgreSQL form of statement texts, which are few.
var rebound sync.Map // string → string

// lockClause is what only PostgreSQL reads: which rows to lock, and in which order.
var lockClause = regexp.MustCompile(`/\*((?:ORDER BY [\w., ]+ )?FOR UPDATE)\*/`)

// rebind turns ?1 into $1 and a locking comment into the clause. A question mark never stands in a string of our statements.
func rebind(q string) string {
	if v, ok := rebound.Load(q); ok {
		return v.(string)
	}
	out := lockClause.ReplaceAllString(strings.ReplaceAll(q, "?", "$"), "$1")
	rebound.Store(q, out)
	return out
}

// ddlWords are the words of migrations that the engines spell differently.
var ddlWords = map[Engine]*strings.Replacer{
	SQLite:   strings.NewReplacer("ID_PRIMARY_KEY", "INTEGER PRIMARY KEY", "BYTES", "BLOB", "BINARY_TEXT", "TEXT"),
	Postgres: strings.NewReplacer("ID_PRIMARY_KEY", "BIGINT PRIMARY KEY", "BYTES", "BYTEA", "BINARY_TEXT", `TEXT COLLATE "C"`),
}

var engineMark = regexp.MustCompile(`(?m)^--\s*(sqlite|postgres|both):\s*$`)

// dialect returns the text of a migration for an engine: what follows a line "-- sqlite:" or "-- postgres:" up to the next mark
// is for that engine only; "-- both:" ends it.
func dialect(e Engine, text string) string {
	var b strings.Builder
	current, rest := "both", text
	for {
		at := engineMark.FindStringSubmatchIndex(rest)
		part := rest
		if at != nil {
			part = rest[:at[0]]
		}
		if current == "both" || current == string(e) {
			b.WriteString(part)
		}
		if at == nil {
			return ddlWords[e].Replace(b.String())
		}
		current, rest = rest[at[2]:at[3]], rest[at[1]:]
	}
}
