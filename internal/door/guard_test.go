package door_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
	"github.com/xinshu-im/xinshu/internal/memory"
)

// guarded serves doors with a room of 256 KiB: one that takes a body, a plain one that does, one with a large answer.
func guarded(t *testing.T, used *atomic.Int64) (*httptest.Server, *memory.Budget) {
	t.Helper()
	b := memory.NewBudget(1<<20, 256<<10, used.Load)
	r := door.New(tokens{}, xinshu.SystemClock{}, slog.New(slog.NewTextHandler(io.Discard, nil)), "test")
	r.Guard(b)
	type in struct {
		Body struct {
			Name string `json:"name"`
		}
	}
	door.JSON(r, door.Door{Name: "json", Method: "POST", Path: "/api/json", Policy: door.Anonymous},
		func(context.Context, xinshu.Actor, *in) (*struct{}, error) { return nil, nil })
	r.Plain(door.Door{Name: "plain", Method: "POST", Path: "/api/plain", Policy: door.Anonymous, Weight: 8},
		func(w http.ResponseWriter, req *http.Request, _ xinshu.Actor) error {
			_, err := io.Copy(io.Discard, req.Body)
			return err
		})
	door.JSON(r, door.Door{Name: "large", Method: "GET", Path: "/api/large", Policy: door.Anonymous},
		func(context.Context, xinshu.Actor, *struct {
			Page door.Page
		}) (*door.List[string], error) {
			return door.NewList([]string{strings.Repeat("x", 120<<10)}, ""), nil
		})
	r.Plain(door.Door{Name: "outside", Method: "GET", Path: "/health", Policy: door.Anonymous},
		func(w http.ResponseWriter, _ *http.Request, _ xinshu.Actor) error {
			_, err := io.WriteString(w, "well")
			return err
		})
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	return s, b
}

// TestRequestsBeyondTheMemoryAreRefused: with the code and Retry-After; what was granted comes back.
func TestRequestsBeyondTheMemoryAreRefused(t *testing.T) {
	t.Parallel()
	var used atomic.Int64
	s, b := guarded(t, &used)
	ask := func(method, path, body string) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		resp, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		var p door.Problem
		if resp.StatusCode >= 400 {
			if err := json.Unmarshal(text, &p); err != nil {
				t.Fatalf("%v in %s", err, text)
			}
		}
		if resp.StatusCode == 503 && (resp.Header.Get("Retry-After") == "" || p.RetryAfter == 0) {
			t.Errorf("%s %s: refused without Retry-After: %v %s", method, path, resp.Header, text)
		}
		return resp.StatusCode, string(p.Code)
	}
	want := func(what, method, path, body string, status int, code string) {
		t.Helper()
		if gotStatus, gotCode := ask(method, path, body); gotStatus != status || gotCode != code {
			t.Errorf("%s: %d %s, want %d %s", what, gotStatus, gotCode, status, code)
		}
	}
	small, large := `{"name":"`+strings.Repeat("x", 25<<10)+`"}`, `{"name":"`+strings.Repeat("x", 100<<10)+`"}`
	for range 20 { // what is not given back would add up
		want("a body that fits", "POST", "/api/json", small, 204, "")
		want("a body that weighs more", "POST", "/api/plain", small, 200, "")
		want("an answer that does not fit", "GET", "/api/large", "", 503, "unavailable")
	}
	want("a body that never fits", "POST", "/api/json", large, 413, "too_large")
	want("a plain one", "POST", "/api/plain", large, 413, "too_large")
	if err := b.Take(160 << 10); err != nil {
		t.Fatal(err)
	}
	want("a body that does not fit now", "POST", "/api/json", small, 503, "unavailable")
	want("a plain one", "POST", "/api/plain", small, 503, "unavailable")
	b.Give(160 << 10)
	if err := b.Take(256 << 10); err != nil {
		t.Errorf("not everything came back: %v", err)
	}
	want("nothing is left", "POST", "/api/json", small, 503, "unavailable")
	b.Give(256 << 10)
	used.Store(1 << 20)
	b.Forget()
	want("the memory is full", "POST", "/api/json", small, 503, "unavailable")
	want("what watchers ask", "GET", "/health", "", 200, "")
	used.Store(0)
	b.Forget()
	want("there is room again", "POST", "/api/json", small, 204, "")
}
