package e2e

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"testing"
	"time"
)

// guess tries a wrong password from an address that a trusted proxy names.
func (s *server) guess(t testing.TB, c *client, login, address string) (answer, time.Duration) {
	t.Helper()
	req, err := c.request("POST", "/api/v1/sessions", map[string]any{"login": login, "password": "wrong password 12"})
	if err != nil {
		t.Fatal(err)
	}
	req.Header["X-Forwarded-For"] = []string{address}
	began := time.Now()
	a, err := c.send(req)
	if err != nil {
		t.Fatal(err)
	}
	return a, time.Since(began)
}

// TestTimeTellsNoLogins: the time of a refusal does not tell whether a login exists, nor whether its person has a password
// (reference: promise 44). Samples are taken by turns, so that what else the machine does weighs on all of them alike; a chance
// difference does not come three times.
func TestTimeTellsNoLogins(t *testing.T) {
	t.Parallel()
	co := found(t, options{args: []string{"--trusted-proxy", "127.0.0.0/8"}})
	const people, samples = 4, 16
	for i := range people {
		co.hire(fmt.Sprintf("known%d", i))
		co.invite(fmt.Sprintf("invited%d", i))
	}
	c := co.anonymous()
	n := 0
	for round := range 3 {
		took := map[string][]float64{}
		for i := range samples {
			for _, kind := range []string{"known", "unknown", "invited"} {
				n++
				login := fmt.Sprintf("%s%d", kind, i%people)
				if kind == "unknown" {
					login += fmt.Sprint("-", round)
				}
				a, d := co.guess(t, c, login, fmt.Sprintf("203.0.%d.%d", n/200, n%200+1))
				if a.status == http.StatusTooManyRequests && round > 0 { // ten guesses for an account are used up: as many for each kind
					continue
				}
				if outcome(a) != "401 bad_credentials" {
					t.Fatalf("%s: %s", login, outcome(a))
				}
				took[kind] = append(took[kind], float64(d))
			}
		}
		worst := 0.0
		for _, kind := range []string{"unknown", "invited"} {
			worst = max(worst, distance(took["known"], took[kind]))
		}
		// Two samples of 16 of the same distribution are further apart than 0.69 once in a thousand times (Kolmogorov–Smirnov).
		if worst < 0.69 {
			return
		}
		t.Logf("round %d: distance %.2f", round, worst)
	}
	t.Error("the time of a refusal tells which logins exist")
}

// distance is the largest difference between the distributions of two samples.
func distance(a, b []float64) (d float64) {
	slices.Sort(a)
	slices.Sort(b)
	for _, v := range slices.Concat(a, b) {
		below := func(s []float64) float64 {
			i, _ := slices.BinarySearch(s, math.Nextafter(v, math.Inf(1)))
			return float64(i) / float64(len(s))
		}
		d = max(d, math.Abs(below(a)-below(b)))
	}
	return d
}

// TestGuessingFromEverywhere: thousands of guesses from as many networks, of IPv6 too, are ten; the owner signs in from her own
// network all the while, and does not notice (reference: promise 58).
func TestGuessingFromEverywhere(t *testing.T) {
	t.Parallel()
	co := found(t, options{args: []string{"--trusted-proxy", "127.0.0.0/8"}})
	co.hire("victim")
	home := func() answer {
		req, err := co.anonymous().request("POST", "/api/v1/sessions", map[string]any{"login": "victim", "password": password})
		if err != nil {
			t.Fatal(err)
		}
		req.Header["X-Forwarded-For"] = []string{"192.0.2.1"}
		a, err := co.anonymous().send(req)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	if a := home(); a.status != 200 {
		t.Fatalf("the owner: %d %s", a.status, a.body)
	}
	c, tried := co.anonymous(), 0
	for i := range 3_000 {
		address := fmt.Sprintf("203.%d.%d.%d", i%200, i/200%200, i%250)
		switch i % 3 {
		case 1:
			address = fmt.Sprintf("2001:db8:%x:%x::1", i/256, i%256)
		case 2: // one network of IPv6, of which a customer has all addresses
			address = fmt.Sprintf("2001:db8::%x", i)
		}
		switch a, _ := co.guess(t, c, "victim", address); a.status {
		case 401:
			tried++
		case 429:
		default:
			t.Fatalf("%d %s", a.status, a.body)
		}
		if i%1_000 == 500 {
			if a := home(); a.status != 200 {
				t.Errorf("after %d guesses the owner: %d %s", i, a.status, a.body)
			}
		}
	}
	if tried > 10 {
		t.Errorf("%d guesses were tried", tried)
	}
}
