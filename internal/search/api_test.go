package search_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/door"
)

// byDatabase plays identity: the token is the person's id, and who asks is looked up, as identity does.
type byDatabase struct{ db *db.DB }

func (d byDatabase) Authenticate(r *http.Request) (a xinshu.Actor, err error) {
	if a.Person, err = xinshu.ParseID[xinshu.PersonID](strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")); err != nil {
		return a, err
	}
	return a, d.db.Read(r.Context(), func(tx *db.Tx) error {
		var n int
		return tx.Row(`SELECT count(*) FROM person WHERE id = ?1`, a.Person).Scan(&n)
	})
}

// ask sends one request to the endpoint. It returns the status, the code of a problem and how much was found.
func (b *bundle) ask(ctx context.Context, log io.Writer, a xinshu.Actor, query string) (status int, code xinshu.Code, found int) {
	b.t.Helper()
	r := door.New(byDatabase{b.db}, b.clock, slog.New(slog.NewTextHandler(log, nil)), "test")
	b.search.Doors(r)
	req := httptest.NewRequestWithContext(ctx, "GET", "/api/v1/search"+query, nil)
	req.Header.Set("Authorization", "Bearer "+a.Person.String())
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	var out struct {
		Code  xinshu.Code
		Items []json.RawMessage
	}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		b.t.Fatalf("%s: %v: %s", query, err, w.Body)
	}
	return w.Code, out.Code, len(out.Items)
}

// TestNowhereIsNotEverywhere: a search in what does not exist, or may not be known, never becomes a search in everything.
func TestNowhereIsNotEverywhere(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(3)
		ours, theirs := b.group("", p...), b.group("", p[:2]...)
		channel, err := b.conv.Create(b.ctx, p[0], conversation.Draft{ClientID: b.clientID(), Kind: conversation.Channel, Name: "Open"})
		if err != nil {
			t.Fatal(err)
		}
		b.post(p[0], ours, "alpha")
		b.post(p[0], theirs, "alpha")
		b.index()
		for _, c := range []struct {
			query string
			code  xinshu.Code
			found int
		}{
			{"?q=alpha", "", 1},
			{"?q=alpha&in=" + ours.String(), "", 1},
			{"?q=alpha&in=" + strings.ToLower(ours.String()), "", 1},
			{"?q=alpha&in=" + theirs.String(), xinshu.NotFound, 0},
			{"?q=alpha&in=0000000000001", xinshu.NotFound, 0},
			{"?q=alpha&in=0000000000000", xinshu.NotFound, 0},
			{"?in=0000000000000", xinshu.NotFound, 0},
			{"?q=alpha&in=7ZZZZZZZZZZZZ", xinshu.NotFound, 0},
			{"?q=alpha&in=" + p[0].Person.String(), xinshu.NotFound, 0},
			{"?q=alpha&in=" + channel.String(), xinshu.NotAMember, 0},
			{"?q=alpha&in=0", xinshu.Invalid, 0},
			{"?q=alpha&in=ZZZZZZZZZZZZZ", xinshu.Invalid, 0},
			{"?q=alpha&in=" + ours.String() + "%20", xinshu.Invalid, 0},
			{"?q=alpha&in=" + ours.String() + "&in=" + theirs.String(), xinshu.Invalid, 0},
			{"?q=alpha&from=" + p[0].Person.String(), "", 1},
			{"?q=alpha&from=" + p[1].Person.String(), "", 0},
			{"?q=alpha&from=0000000000001", "", 0},
			{"?q=alpha&from=0000000000000", "", 0},
			{"?from=0000000000000", "", 0},
			{"?q=alpha&from=0", xinshu.Invalid, 0},
			{"?q=alpha&from=0000000000000&in=0000000000000", xinshu.NotFound, 0},
		} {
			if _, code, found := b.ask(b.ctx, io.Discard, p[2], c.query); code != c.code || found != c.found {
				t.Errorf("%s: %q, %d found, want %q, %d", c.query, code, found, c.code, c.found)
			}
		}
	})
}

// TestAbandonedSearchIsNoError: who goes away before the answer, as one does while typing, leaves no error in the log.
func TestAbandonedSearchIsNoError(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(2)
		b.post(p[0], b.group("", p...), "alpha")
		b.index()
		ctx, cancel := context.WithCancel(b.ctx)
		cancel()
		var log strings.Builder
		if status, code, _ := b.ask(ctx, &log, p[0], "?q=alpha"); status != 503 || code != xinshu.Unavailable {
			t.Errorf("answered %d %s", status, code)
		}
		if log.Len() > 0 {
			t.Errorf("logged %s", log.String())
		}
	})
}
