package identity_test

import (
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/xinshu-im/xinshu/internal/audit"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
	"github.com/xinshu-im/xinshu/internal/identity"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/settings"
)

// BenchmarkAuthenticate is what every request pays.
func BenchmarkAuthenticate(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { authenticate(b, db.SQLite) })
	b.Run("postgres", func(b *testing.B) { authenticate(b, db.Postgres) })
}

func authenticate(b *testing.B, engine db.Engine) {
	steps := slices.Concat(audit.Migrations(), settings.Migrations(), org.Migrations(), identity.Migrations())
	x := newBundle(b, dbtest.Open(b, engine, steps), nil)
	for i := range 200 {
		x.person("p"+string(rune('a'+i/26))+string(rune('a'+i%26)), "王芳")
	}
	token := x.signedIn("paa").token
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	for b.Loop() {
		if _, err := x.Authenticate(r); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSignIn is one sign-in with the parameters of the product.
func BenchmarkSignIn(b *testing.B) {
	steps := slices.Concat(audit.Migrations(), settings.Migrations(), org.Migrations(), identity.Migrations())
	x := newBundle(b, dbtest.Open(b, db.SQLite, steps), func(o *identity.Options) { o.Hash = identity.HashOptions{} })
	x.person("wang", "王芳")
	for b.Loop() {
		x.signedIn("wang")
	}
}
