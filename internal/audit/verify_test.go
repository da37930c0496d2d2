package audit_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/audit"
	"github.com/xinshu-im/xinshu/internal/db"
)

func (b *bundle) openKey(t *testing.T, l *audit.Log) ed25519.PublicKey {
	t.Helper()
	public, err := l.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return public
}

func (b *bundle) sign(t *testing.T, l *audit.Log, want int) {
	t.Helper()
	b.clock.add(time.Minute)
	if n, err := l.Sign(t.Context()); err != nil || n != want {
		t.Fatalf("signed %d heads, want %d: %v", n, want, err)
	}
}

// verify expects faults, each as "chain record".
func (b *bundle) verify(t *testing.T, l *audit.Log, trusted []ed25519.PublicKey, want ...string) audit.Report {
	t.Helper()
	r, err := l.Verify(t.Context(), trusted...)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, f := range r.Faults {
		got = append(got, fmt.Sprintf("%s %d", f.Chain, f.Pos))
	}
	if fmt.Sprint(got) != fmt.Sprint(want) && len(got)+len(want) > 0 {
		t.Errorf("faults %v, want %v", r.Faults, want)
	}
	return r
}

func TestVerifyNamesTheFirstBadRecord(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		statement string
		want      string
	}{
		"time":             {`UPDATE audit_record SET at = at + 1 WHERE n = 3`, "audit:0 3"},
		"person":           {`UPDATE audit_record SET person_id = 9 WHERE n = 3`, "audit:0 3"},
		"session":          {`UPDATE audit_record SET session_id = 9 WHERE n = 3`, "audit:0 3"},
		"address":          {`UPDATE audit_record SET address = '192.0.2.8' WHERE n = 3`, "audit:0 3"},
		"action":           {`UPDATE audit_record SET action = 'test.acs' WHERE n = 3`, "audit:0 3"},
		"text moved over":  {`UPDATE audit_record SET action = 'test.ac', object = 't' || object WHERE n = 3`, "audit:0 3"},
		"object":           {`UPDATE audit_record SET object = '' WHERE n = 3`, "audit:0 3"},
		"detail":           {`UPDATE audit_record SET detail = '{"value":2}' WHERE n = 3`, "audit:0 3"},
		"a hash":           {`UPDATE audit_record SET hash = (SELECT o.hash FROM audit_record o WHERE o.n = 2) WHERE n = 3`, "audit:0 3"},
		"first removed":    {`DELETE FROM audit_record WHERE n = 1`, "audit:0 1"},
		"middle removed":   {`DELETE FROM audit_record WHERE n = 4`, "audit:0 4"},
		"tail removed":     {`DELETE FROM audit_record WHERE n > 5`, "audit:0 6"},
		"all removed":      {`DELETE FROM audit_record`, "audit:0 1"},
		"head removed":     {`DELETE FROM audit_head`, "audit:0 8"},
		"two swapped":      {`UPDATE audit_record SET n = 7 - n + 2 WHERE n = 4 OR n = 5`, "audit:0 4"},
		"root removed":     {`DELETE FROM audit_root WHERE n = 1`, "root:0 1"},
		"root's time":      {`UPDATE audit_root SET at = at - 1 WHERE n = 1`, "root:0 1"},
		"root's signature": {`UPDATE audit_root SET signature = (SELECT o.signature FROM audit_root o WHERE o.n = 1) WHERE n = 2`, "root:0 2"},
		"root's heads":     {`UPDATE audit_root SET leaves = (SELECT o.leaves FROM audit_root o WHERE o.n = 1) WHERE n = 2`, "root:0 2"},
		"key unknown":      {`DELETE FROM audit_key`, "root:0 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, b *bundle) {
				b.openKey(t, b.log)
				b.write(t, 4)
				b.sign(t, b.log, 1)
				b.write(t, 3)
				b.sign(t, b.log, 1)
				r := b.verify(t, b.log, nil)
				if r.Records != 8 || r.Roots != 2 || r.Heads != 2 || r.SignedAt != xinshu.MillisOf(b.clock.Now()) {
					t.Fatalf("report %+v", r)
				}
				if name == "two swapped" { // 4 and 5 change places; the key forbids both having one number for a moment
					b.exec(t, `UPDATE audit_record SET n = 100 WHERE n = 4`)
					b.exec(t, `UPDATE audit_record SET n = 4 WHERE n = 5`)
					b.exec(t, `UPDATE audit_record SET n = 5 WHERE n = 100`)
				} else {
					b.exec(t, c.statement)
				}
				b.verify(t, b.log, nil, c.want)
			})
		})
	}
}

func TestCutTailShowsAgainstTheLastRoot(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bundle) {
		b.openKey(t, b.log)
		b.write(t, 4)
		b.sign(t, b.log, 1)
		b.write(t, 2) // not yet signed
		b.exec(t, `DELETE FROM audit_record WHERE n > 3`)
		b.exec(t, `UPDATE audit_head SET n = 3, hash = (SELECT hash FROM audit_record WHERE n = 3)`) // a careful forger
		b.verify(t, b.log, nil, "audit:0 4")
	})
}

func TestChainWrittenAnewContradictsTheRoots(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bundle) {
		public := b.openKey(t, b.log)
		b.write(t, 4)
		b.sign(t, b.log, 1)
		b.exec(t, `DELETE FROM audit_record`)
		b.exec(t, `DELETE FROM audit_head`)
		b.write(t, 9) // the same acts at other times, in a chain that is sound in itself
		b.verify(t, b.log, nil, "audit:0 5")
		b.sign(t, b.log, 1) // the server signs on: the older root still says it
		b.verify(t, b.log, nil, "audit:0 5")

		report := b.verify(t, b.log, nil, "audit:0 5")
		noted, err := hex.DecodeString(report.LastRoot)
		if err != nil {
			t.Fatal(err)
		}
		if at, err := b.log.GetRoot(t.Context(), noted); err != nil || at != report.SignedAt {
			t.Fatalf("the noted root: %v %v", at, err)
		}

		// A forger without the key removes the roots too and signs with a key of his own.
		b.exec(t, `DELETE FROM audit_root`)
		b.exec(t, `DELETE FROM audit_source`)
		b.exec(t, `DELETE FROM audit_key`)
		b.key += ".forged"
		forger := b.open(0)
		forged := b.openKey(t, forger)
		b.sign(t, forger, 1)
		b.verify(t, forger, []ed25519.PublicKey{forged})
		b.verify(t, forger, []ed25519.PublicKey{public}, "root:0 1")
		if _, err := forger.GetRoot(t.Context(), noted); xinshu.CodeOf(err) != xinshu.NotFound {
			t.Fatalf("the noted root: %v", err)
		}
	})
}

func TestSigningIsIdleWhenNothingMoves(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bundle) {
		if _, err := b.log.Sign(t.Context()); err == nil {
			t.Fatal("signed without a key")
		}
		b.openKey(t, b.log)
		b.sign(t, b.log, 1) // the record of the key
		b.sign(t, b.log, 0)
		again := b.open(0) // a restart: the same key, no new record
		b.openKey(t, again)
		b.sign(t, again, 0)
		b.write(t, 1)
		b.sign(t, again, 1)
		if r := b.verify(t, again, nil); r.Roots != 2 || len(r.Keys) != 1 {
			t.Fatalf("report %+v", r)
		}
	})
}

func TestEveryNodeHasItsOwnChain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bundle) {
		b.openKey(t, b.log)
		b.key += ".2"
		second := b.open(2)
		b.openKey(t, second)
		b.write(t, 3)
		b.sign(t, b.log, 1)
		b.sign(t, second, 1)
		if r := b.verify(t, second, nil); r.Records != 5 || len(r.Keys) != 2 {
			t.Fatalf("report %+v", r)
		}
		b.exec(t, `DELETE FROM audit_record WHERE node = 2`)
		b.verify(t, b.log, nil, "audit:2 1")
	})
}

func TestKeyFile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bundle) {
		public := b.openKey(t, b.log)
		if err := os.Chmod(b.key, 0o644); err != nil {
			t.Fatal(err)
		}
		if again := b.openKey(t, b.open(0)); !again.Equal(public) {
			t.Fatal("another key after a restart")
		}
		info, err := os.Stat(b.key)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("mode %v, %v", info.Mode(), err)
		}
		for _, text := range []string{"", "not a key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
			if err := os.WriteFile(b.key, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := b.open(0).Open(t.Context()); err == nil {
				t.Errorf("opened with the key file %q", text)
			}
		}
	})
}

// TestOtherFamilies plays a domain that keeps chains of its own in a table.
func TestOtherFamilies(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bundle) {
		err := b.d.Migrate(t.Context(), append(audit.Migrations(), db.Migration{Name: "0999_family.sql",
			Text: `CREATE TABLE family (id BIGINT NOT NULL, pos BIGINT NOT NULL, hash BYTES NOT NULL, PRIMARY KEY (id, pos));`}))
		if err != nil {
			t.Fatal(err)
		}
		var served int64
		b.log.Register(audit.Chain{
			Kind: audit.KindConversation, Name: "conversation",
			Heads: func(ctx context.Context, since int64) (heads []audit.Head, next int64, err error) {
				err = b.d.Read(ctx, func(tx *db.Tx) error {
					heads, err = db.All(tx, scanHead, `SELECT id, pos, hash FROM family WHERE id > ?1 ORDER BY id LIMIT 7000`, since)
					return err
				})
				if len(heads) > 0 {
					next = heads[len(heads)-1].ID
				}
				served += int64(len(heads))
				return heads, next, err
			},
			Stored: func(tx *db.Tx, places []audit.Head) ([][]byte, error) {
				out := make([][]byte, len(places))
				all, err := db.All(tx, scanHead, `SELECT id, pos, hash FROM family`)
				for _, h := range all {
					for i, p := range places {
						if p.ID == h.ID && p.Pos == h.Pos {
							out[i] = h.Hash
						}
					}
				}
				return out, err
			},
			Verify: func(tx *db.Tx, fault func(id, pos int64, reason string)) (n int64, err error) {
				return n, tx.Row(`SELECT count(*) FROM family`).Scan(&n)
			},
		})
		err = b.d.Write(t.Context(), func(tx *db.Tx) error {
			rows := make([][]any, 1500)
			for i := range rows {
				sum := sha256.Sum256([]byte{byte(i), byte(i >> 8)})
				rows[i] = []any{i + 1, 1, sum[:]}
			}
			err := db.Insert(tx, `INSERT INTO family (id, pos, hash)`, rows, ``)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		b.openKey(t, b.log)
		b.sign(t, b.log, 1501)
		b.sign(t, b.log, 0)
		if r := b.verify(t, b.log, nil); r.Heads != 1501 || r.Others["conversation"] != 1500 || served != 1500 {
			t.Fatalf("report %+v, served %d", r, served)
		}
		b.exec(t, `UPDATE family SET hash = ?1 WHERE id = 1200`, make([]byte, 32))
		b.exec(t, `DELETE FROM family WHERE id = 1300`)
		b.verify(t, b.log, nil, "conversation:000000000015G 1", "conversation:000000000018M 1")
	})
}

func scanHead(r *db.Rows) (h audit.Head, err error) {
	err = r.Scan(&h.ID, &h.Pos, &h.Hash)
	return h, err
}
