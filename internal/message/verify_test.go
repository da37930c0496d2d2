package message_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/audit"
	"github.com/xinshu-im/xinshu/internal/db"
)

// oldVersionBack exchanges an edited message and its original, each with its salt: both still have the digests of the chain.
const oldVersionBack = `INSERT INTO message_version (conversation_id, seq, rev, replaced_rev, content_type, content, mentions, salt)
	SELECT conversation_id, seq, 7, 7, content_type, content, mentions, salt FROM message WHERE conversation_id = ?1 AND seq = 3;
	UPDATE message SET content_rev = rev, edited_at = 0,
		content = (SELECT content FROM message_version WHERE conversation_id = ?1 AND seq = 3 AND rev = 4),
		salt = (SELECT salt FROM message_version WHERE conversation_id = ?1 AND seq = 3 AND rev = 4)
	WHERE conversation_id = ?1 AND seq = 3`

// TestTamperingIsNamed: whoever changes the database leaves a chain that does not fit at that rev.
func TestTamperingIsNamed(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(3)
		for name, c := range map[string]struct {
			sql string
			rev int64
		}{
			"nothing":          {``, 0},
			"content":          {`UPDATE message SET content = '{"type":"text","text":"forged"}' WHERE conversation_id = ?1 AND seq = 4`, 5},
			"sender":           {`UPDATE message SET sender_id = sender_id + 1 WHERE conversation_id = ?1 AND seq = 4`, 5},
			"time":             {`UPDATE message SET sent_at = sent_at - 1 WHERE conversation_id = ?1 AND seq = 2`, 3},
			"original":         {`UPDATE message_version SET content = '{}' WHERE conversation_id = ?1 AND seq = 3 AND rev = 4`, 4},
			"edit":             {`UPDATE message SET content = '{}' WHERE conversation_id = ?1 AND seq = 3`, 7},
			"change":           {`UPDATE change SET actor_id = 1 WHERE conversation_id = ?1 AND rev = 8`, 8},
			"removed message":  {`DELETE FROM message WHERE conversation_id = ?1 AND seq = 4`, 5},
			"removed change":   {`DELETE FROM change WHERE conversation_id = ?1 AND rev = 8`, 8},
			"cut tail":         {`DELETE FROM message WHERE conversation_id = ?1 AND seq = 6`, 9},
			"head":             {`UPDATE conversation_head SET hash = salt FROM (SELECT salt FROM message WHERE conversation_id = ?1 AND seq = 1) x WHERE conversation_id = ?1`, 9},
			"hidden":           {`UPDATE message SET recalled_at = 1 WHERE conversation_id = ?1 AND seq = 4`, 5},
			"called edited":    {`UPDATE message SET edited_at = 1 WHERE conversation_id = ?1 AND seq = 4`, 5},
			"recalled shown":   {`UPDATE message SET recalled_at = 0 WHERE conversation_id = ?1 AND seq = 5`, 8},
			"edit hidden":      {`UPDATE message SET edited_at = 0 WHERE conversation_id = ?1 AND seq = 3`, 7},
			"old version back": {oldVersionBack, 7},
			"recalled content": {`DELETE FROM message_version WHERE conversation_id = ?1 AND seq = 5`, 6},
		} {
			id := b.group(p...) // rev 1, message 1 at rev 2
			for i := range 4 {  // messages 2 to 5 at revs 3 to 6
				b.post(p[i%3], id, name)
			}
			if _, err := b.log.Edit(b.ctx, p[1], id, 3, "edited"); err != nil { // rev 7
				t.Fatal(err)
			}
			want(t, "recall", b.log.Recall(b.ctx, p[0], id, 5), "") // rev 8
			b.post(p[0], id, "last")                                // message 6 at rev 9
			if c.sql != "" {
				err := b.db.Write(b.ctx, func(tx *db.Tx) (err error) {
					for _, sql := range strings.Split(c.sql, ";") {
						_, execErr := tx.Exec(sql, id)
						err = errors.Join(err, execErr)
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			f, err := b.log.VerifyChain(b.ctx, system, id)
			switch {
			case err != nil:
				t.Errorf("%s: %v", name, err)
			case c.rev == 0 && f != nil, c.rev != 0 && (f == nil || f.Rev != c.rev):
				t.Errorf("%s: %+v, want rev %d", name, f, c.rev)
			}
		}
		_, err := b.log.VerifyChain(b.ctx, p[0], b.group(p...))
		want(t, "verification by a person", err, xinshu.Forbidden)
	})
}

func TestChainsForTheAuditTrail(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(2)
		ids := map[int64]bool{}
		for range 5 {
			id := b.group(p...)
			b.post(p[1], id, "x")
			want(t, "pin", b.log.Pin(b.ctx, p[0], id, 2), "")
			ids[id.Int64()] = true
		}
		chain := b.log.Chain()
		heads, next, err := chain.Heads(b.ctx, 0)
		if err != nil || len(heads) != 5 {
			t.Fatalf("%v %v", heads, err)
		}
		var places []audit.Head
		for _, h := range heads {
			for rev := int64(1); rev <= h.Pos+1; rev++ {
				places = append(places, audit.Head{ID: h.ID, Pos: rev})
			}
		}
		err = b.db.Read(b.ctx, func(tx *db.Tx) error {
			stored, err := chain.Stored(tx, places)
			if err != nil {
				return err
			}
			for i, s := range stored {
				last := i+1 == len(places) || places[i+1].Pos == 1 // the place after the head
				if (s == nil) != last {
					t.Errorf("place %+v is %x", places[i], s)
				}
			}
			n, err := chain.Verify(tx, func(id, pos int64, reason string) { t.Errorf("%d at %d: %s", id, pos, reason) })
			if n != 25 {
				t.Errorf("%d records", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		b.post(p[1], b.group(p...), "later")
		later, _, err := chain.Heads(b.ctx, next)
		if err != nil || len(later) == 0 || b.db.Engine() == db.SQLite && len(later) != 1 {
			t.Fatalf("%v %v", later, err)
		}
	})
}
