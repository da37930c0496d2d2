package identity_test

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/xinshu-im/xinshu/internal/audit"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
	"github.com/xinshu-im/xinshu/internal/identity"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/settings"
)

// TestNothingTellsAccountsApart: whoever is named, the same status, the same text, and the work of exactly one hash.
func TestNothingTellsAccountsApart(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("wang", "王芳")
		b.invited("invited", "未激活")
		b.must(b.Suspend(b.t.Context(), system, b.person("suspended", "停用")))
		b.must(b.Depart(b.t.Context(), system, b.person("departed", "离职"), 0))
		var first answer
		for i, login := range []string{"wang", "invited", "suspended", "departed", "nobody", "", " ", "' OR 1=1--", "a\x00b", strings.Repeat("x", 256), "E-WANG", "wang@example.org", "+8613800000000"} {
			before, records := b.Hashes(), b.count(`SELECT count(*) FROM audit_record`)
			got := b.client(fmt.Sprintf("192.0.2.%d", i+1)).signIn(login, "not-the-password").want(b.t, 401, "bad_credentials")
			if n := b.Hashes() - before; n != 1 {
				b.t.Errorf("%q: %d hashes", login, n)
			}
			if n := b.count(`SELECT count(*) FROM audit_record`) - records; n != 1 {
				b.t.Errorf("%q: %d records", login, n)
			}
			if i == 0 {
				first = got
			}
			if string(got.body) != string(first.body) || fmt.Sprint(got.header) != fmt.Sprint(first.header) {
				b.t.Errorf("%q: %s %v\nfirst: %s %v", login, got.body, got.header, first.body, first.header)
			}
		}
		// A limit is reached at the same attempt for an unknown login.
		for _, login := range []string{"wang", "nobody-else"} {
			c := b.client("203.0.113." + strconv.Itoa(len(login)))
			statuses := []int{}
			for range 14 {
				statuses = append(statuses, c.signIn(login, "not-the-password").status)
			}
			used := 1 // "wang" was tried before
			if login == "wang" {
				used += 2 // also under her number and her address
			} else {
				used = 0
			}
			if n := slices.Index(statuses, 429); n != 10-used {
				b.t.Errorf("%s: %v", login, statuses)
			}
		}
	})
}

// TestGuessingLocksNobodyOut plays thousands of guesses from everywhere while the owner comes and goes.
func TestGuessingLocksNobodyOut(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("wang", "王芳")
		home := b.client("192.0.2.10")
		home.signIn("wang", password).want(b.t, 200, "")
		browser := b.client("198.51.100.1")
		signInBrowser := func() answer {
			return browser.do("POST", "/api/v1/sessions", m{"login": "wang", "password": password, "cookie": true})
		}
		signInBrowser().want(b.t, 200, "")
		delete(browser.cookies, "xinshu_session")
		if browser.cookies["xinshu_device"] == "" {
			b.t.Fatal("no device cookie")
		}
		tried := 0
		for i := range 4_000 {
			attacker := b.client(fmt.Sprintf("203.%d.%d.%d", i%50, i/250, i%250+1))
			switch got := attacker.signIn("wang", "guess-"+strconv.Itoa(i)); got.status {
			case 401:
				tried++
			case 429:
				if s, err := strconv.Atoi(got.header.Get("Retry-After")); err != nil || s < 1 || s > 901 {
					b.t.Fatalf("Retry-After %q", got.header.Get("Retry-After"))
				}
			default:
				b.t.Fatalf("%d %s", got.status, got.body)
			}
			if i%400 == 0 {
				home.signIn("wang", password).want(b.t, 200, "")
				browser.address = fmt.Sprintf("198.51.%d.7", i/400) // known device, new network
				signInBrowser().want(b.t, 200, "")
			}
		}
		if tried != 10 {
			b.t.Errorf("%d guesses tried, want 10", tried)
		}
		b.clock.add(15*time.Minute + time.Second)
		b.client("203.0.113.9").signIn("wang", "guess").want(b.t, 401, "bad_credentials")
		// A thief in the owner's own network uses up the network's room, not the device's.
		for range 20 {
			b.client("198.51.100.1").signIn("wang", "guess")
		}
		b.client("198.51.100.1").signIn("wang", password).want(b.t, 429, "rate_limited")
		browser.address = "198.51.100.1"
		signInBrowser().want(b.t, 200, "")
	})
}

// TestSprayingOneNetwork: many accounts from one place, IPv6 counted by the /64.
func TestSprayingOneNetwork(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("wang", "王芳")
		b.client("192.0.2.10").signIn("wang", password).want(b.t, 200, "")
		for _, place := range []func(i int) string{
			func(int) string { return "203.0.113.5" },
			func(i int) string { return fmt.Sprintf("2001:db8:1:2::%x", i+1) },
			func(i int) string { return fmt.Sprintf("::ffff:203.0.113.%d", 6+i*0) },
		} {
			tried := 0
			for i := range 200 {
				if b.client(place(i)).signIn("user"+strconv.Itoa(i), "Spring2026!").status == 401 {
					tried++
				}
			}
			if tried > 50 {
				b.t.Errorf("%s: %d tried", place(0), tried)
			}
		}
		b.client("2001:db8:1:3::1").signIn("wang", "x").want(b.t, 401, "bad_credentials") // the neighbour's network
		b.client("192.0.2.10").signIn("wang", password).want(b.t, 200, "")
	})
}

// TestGuessesAtTheSameMoment: a hundred at once get no more tries than one after the other.
func TestGuessesAtTheSameMoment(t *testing.T) {
	each(t, func(b *bundle) {
		b.person("wang", "王芳")
		before := b.Hashes()
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() { b.client(fmt.Sprintf("203.0.113.%d", i+1)).signIn("wang", "guess") })
		}
		wg.Wait()
		if n := b.Hashes() - before; n != 10 {
			b.t.Errorf("%d guesses tried", n)
		}
	})
}

// TestThrottleModel draws attempts of an owner and of attackers in any order and pace, and checks what is promised: never more
// than ten wrong guesses of one place in fifteen minutes, and the owner is never refused where only others guessed.
func TestThrottleModel(t *testing.T) {
	t.Parallel()
	steps := slices.Concat(audit.Migrations(), settings.Migrations(), org.Migrations(), identity.Migrations())
	b := newBundle(t, dbtest.Open(t, db.SQLite, steps), nil)
	people := 0
	rapid.Check(t, func(r *rapid.T) {
		b.clock.add(24 * time.Hour) // what earlier draws did is forgotten
		people++
		login := "wang" + strconv.Itoa(people)
		b.person(login, "王芳")
		home := b.client("192.0.2.10")
		home.signIn(login, password).want(t, 200, "")
		var wrong []time.Time
		for range rapid.IntRange(20, 60).Draw(r, "steps") {
			b.clock.add(time.Duration(rapid.IntRange(0, 240_000).Draw(r, "pause")) * time.Millisecond)
			if rapid.IntRange(0, 9).Draw(r, "who") == 0 {
				if got := home.signIn(login, password); got.status != 200 {
					r.Fatalf("the owner: %d %s", got.status, got.body)
				}
				continue
			}
			now := b.clock.Now()
			c := b.client(fmt.Sprintf("203.0.113.%d", rapid.IntRange(1, 20).Draw(r, "network")))
			if got := c.signIn(login, "guess"); got.status == 401 {
				if n := len(wrong); n >= 10 && now.Sub(wrong[n-10]) < 15*time.Minute {
					r.Fatalf("eleven guesses within %s", now.Sub(wrong[n-10]))
				}
				wrong = append(wrong, now)
			} else if n := len(wrong); n < 10 || now.Sub(wrong[n-10]) > 15*time.Minute+time.Second {
				r.Fatalf("refused with %d after %d guesses", got.status, n)
			}
		}
	})
}

// TestHashesAreBounded: of many at once some are told to come back, and none waits for ever.
func TestHashesAreBounded(t *testing.T) {
	t.Parallel()
	steps := slices.Concat(audit.Migrations(), settings.Migrations(), org.Migrations(), identity.Migrations())
	b := newBundle(t, dbtest.Open(t, db.SQLite, steps), func(o *identity.Options) {
		o.Hash = identity.HashOptions{MemoryKB: 4 << 10, Passes: 1, Concurrent: 1, Waiting: 3}
	})
	b.person("wang", "王芳")
	b.client("192.0.2.10").signIn("wang", password).want(t, http.StatusOK, "")
	var wg sync.WaitGroup
	var mu sync.Mutex
	got := map[int]int{}
	for i := range 40 {
		wg.Go(func() {
			a := b.client(fmt.Sprintf("203.0.113.%d", i+1)).signIn("user"+strconv.Itoa(i), "guess")
			mu.Lock()
			defer mu.Unlock()
			got[a.status]++
			if a.status == 503 && a.header.Get("Retry-After") != "5" {
				t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
			}
		})
	}
	// The owner has a queue of her own: strangers do not fill it.
	wg.Go(func() { b.client("192.0.2.10").signIn("wang", password).want(t, http.StatusOK, "") })
	wg.Wait()
	if got[503] == 0 || got[401] == 0 || got[401]+got[503] != 40 {
		t.Errorf("answers %v", got)
	}
	b.client("203.0.113.99").signIn("user", "guess").want(t, 401, "bad_credentials") // free again
}

// TestOnePersonLeavesRoom: somebody who keeps proving her right password, which nothing counts, keeps nobody from signing in.
func TestOnePersonLeavesRoom(t *testing.T) {
	t.Parallel()
	steps := slices.Concat(audit.Migrations(), settings.Migrations(), org.Migrations(), identity.Migrations())
	b := newBundle(t, dbtest.Open(t, db.SQLite, steps), func(o *identity.Options) {
		o.Hash = identity.HashOptions{MemoryKB: 8 << 10, Passes: 1, Concurrent: 2, Waiting: 32}
	})
	b.person("wang", "王芳")
	b.person("li", "李娜")
	sessions := make([]*client, 6) // each may try ten times at once
	for i := range sessions {
		sessions[i] = b.signedIn("wang")
	}
	const flood = 400 // hashes
	var done atomic.Bool
	var wg sync.WaitGroup
	for _, c := range sessions {
		for range 10 {
			wg.Go(func() {
				for !done.Load() && b.Hashes() < flood {
					c.do("POST", "/api/v1/sessions/current/proof", m{"password": password})
				}
			})
		}
	}
	for b.Hashes() < 20 { // all of them are at it
		runtime.Gosched()
	}
	b.client("203.0.113.7").signIn("li", password).want(t, http.StatusOK, "") // from where she never was
	if n := b.Hashes(); n >= flood {
		t.Errorf("she had to wait for all %d of another person", n)
	}
	done.Store(true)
	wg.Wait()
}

func TestHashIsRenewedWithNewParameters(t *testing.T) {
	each(t, func(b *bundle) {
		id := b.person("wang", "王芳")
		stored := func() (h string) {
			b.must(b.d.Read(b.t.Context(), func(tx *db.Tx) error {
				return tx.Row(`SELECT password FROM account WHERE person_id = ?1`, id).Scan(&h)
			}))
			return h
		}
		if h := stored(); !strings.HasPrefix(h, "$argon2id$v=19$m=64,t=1,p=1$") {
			b.t.Fatalf("stored %s", h)
		}
		stronger := newBundle(b.t, b.d, func(o *identity.Options) { o.Hash = identity.HashOptions{MemoryKB: 128, Passes: 2} })
		stronger.client("192.0.2.1").signIn("wang", "wrong").want(b.t, 401, "bad_credentials")
		if h := stored(); !strings.Contains(h, "m=64,") {
			b.t.Fatalf("a wrong password renewed the hash: %s", h)
		}
		stronger.client("192.0.2.1").signIn("wang", password).want(b.t, 200, "")
		if h := stored(); !strings.Contains(h, "m=128,t=2,") {
			b.t.Fatalf("stored %s", h)
		}
		stronger.client("192.0.2.1").signIn("wang", password).want(b.t, 200, "")
		b.must(b.d.Write(b.t.Context(), func(tx *db.Tx) error { // a manipulated row must not stop the server
			_, err := tx.Exec(`UPDATE account SET password = '$argon2id$v=19$m=4294967295,t=1000000,p=1$AAAAAAAAAAAAAAAA$AAAA'`)
			return err
		}))
		b.client("192.0.2.1").signIn("wang", password).want(b.t, 500, "internal")
	})
}
