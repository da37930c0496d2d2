package importer_test

import (
	"testing"
	"unicode/utf8"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
	"github.com/xinshu-im/xinshu/internal/org/importer"
)

// FuzzRead: whatever the bytes, reading and comparing end with a plan, bad lines or a stable code, and nothing is written.
func FuzzRead(f *testing.F) {
	for _, s := range []string{chinese, english, "code,name,parent_code\nA,a,B\nB,b,A\n", `{"people":[{"name":"a","login":"a","memberships":[{"department":"x/y"}]}]}`,
		"path\n/a/b\\/c\n", "姓名,工号\n\"a", "\xd0\xd5\xc3\xfb,\xb9\xa4\xba\xc5\n\xd5\xc5,1\n", "{\"ranks\":[{\"name\":\"P\",\"level\":1e99}]}", "name;login\n\u202e;x\n"} {
		f.Add([]byte(s), "")
		f.Add([]byte(s), importer.JSON)
	}
	b := newBundle(f, dbtest.Open(f, db.SQLite, steps()))
	b.run(chinese, importer.Options{})
	before := b.tree()
	f.Fuzz(func(t *testing.T, raw []byte, format string) {
		source, err := importer.Read(raw, format)
		if err != nil {
			if code := xinshu.CodeOf(err); code != xinshu.Invalid && code != xinshu.TooLarge {
				t.Fatalf("no stable code: %v", err)
			}
			return
		}
		plan, err := importer.MakePlan(t.Context(), b.Service, admin, source, importer.Options{Replace: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range plan.Errors {
			if e.Line < 1 || e.Reason == "" || !utf8.ValidString(e.Value) || !utf8.ValidString(e.Column) {
				t.Fatalf("bad report: %+v", e)
			}
		}
		look := *b
		look.t = t
		if look.tree() != before {
			t.Fatal("a plan wrote something")
		}
	})
}
