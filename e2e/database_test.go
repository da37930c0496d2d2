package e2e

import (
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
)

// open opens the server's database beside it, for what cannot be asked or done from outside.
func (s *server) open() *db.DB {
	s.t.Helper()
	url := s.database
	if url == "sqlite" {
		url = "sqlite:" + s.data + "/xinshu.db"
	}
	d, err := db.Open(s.t.Context(), db.Options{URL: url, Readers: 1, CacheKB: 2048})
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// write runs one statement on the server's database.
func (s *server) write(q string, args ...any) {
	s.t.Helper()
	d := s.open()
	defer d.Close()
	err := d.Write(s.t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(q, args...)
		return err
	})
	if err != nil {
		s.t.Fatalf("%s: %v", q, err)
	}
}

// readText reads one text from the server's database.
func (s *server) readText(q string, args ...any) (out string) {
	s.t.Helper()
	d := s.open()
	defer d.Close()
	err := d.Read(s.t.Context(), func(tx *db.Tx) error { return tx.Row(q, args...).Scan(&out) })
	if err != nil {
		s.t.Fatalf("%s: %v", q, err)
	}
	return out
}

func personID(t testing.TB, text string) xinshu.PersonID {
	t.Helper()
	id, err := xinshu.ParseID[xinshu.PersonID](text)
	if err != nil {
		t.Fatal(err)
	}
	return id
}
