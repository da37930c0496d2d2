package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"time"
)

// act is a kind of thing that people do. weight is its share; do does it and returns when all is answered; busy is held.
type act struct {
	name   string
	weight float64
	do     func(of *office, ctx context.Context, p *colleague, rng *rand.Rand, due time.Time) error
}

// acts are those of Mattermost's load test with its weights, each as this product's client does it. Its views of threads are views
// of who has read a message here; what it does not name (0.89 of 13.47) are reactions, profiles and searches for people.
var acts = []act{
	{"open", 6.52, (*office).open},
	{"scroll", 1.99, (*office).scroll},
	{"list", 1, (*office).list},
	{"post", 1, (*office).say},
	{"direct", 0.98, (*office).direct},
	{"receipts", 0.60, (*office).receipts},
	{"react", 0.40, (*office).react},
	{"read", 0.32, (*office).read},
	{"profile", 0.30, (*office).profile},
	{"people", 0.19, (*office).findPeople},
	{"reconnect", 0.144, (*office).reconnect},
	{"search", 0.0218, (*office).search},
}

// share is how often a happens against the others when people post more than usual.
func (a act) share(posts float64) float64 {
	if a.name == "post" {
		return a.weight * posts
	}
	return a.weight
}

// usualShares is the sum of all weights.
func usualShares() (sum float64) {
	for _, a := range acts {
		sum += a.weight
	}
	return sum
}

// pick chooses an act; sum is that of all shares.
func pick(rng *rand.Rand, posts, sum float64) act {
	at := rng.Float64() * sum
	for _, a := range acts {
		if at -= a.share(posts); at < 0 {
			return a
		}
	}
	return acts[0]
}

// get asks for a path under /api/v1; out may be nil.
func (of *office) get(ctx context.Context, p *colleague, out any, format string, args ...any) error {
	return of.target.call(ctx, "GET", "/api/v1"+fmt.Sprintf(format, args...), p.Token, nil, out)
}

// page is a part of a list of messages.
type page struct {
	Items []struct {
		Seq int64 `json:"seq"`
	} `json:"items"`
}

// open goes to a group: it is watched, its newest page is read, and marked as read.
func (of *office) open(ctx context.Context, p *colleague, rng *rand.Rand, _ time.Time) error {
	p.room = p.somewhere(rng)
	where := map[string]any{"conversation_id": p.room.id}
	if _, err := p.ask(ctx, "watch", where); err != nil {
		return err
	}
	var newest page
	if err := of.get(ctx, p, &newest, "/conversations/%s/messages?limit=50", p.room.id); err != nil {
		return err
	}
	if len(newest.Items) == 0 {
		return fmt.Errorf("a group without messages: %s", p.room.id)
	}
	where["seq"] = newest.Items[len(newest.Items)-1].Seq
	_, err := p.ask(ctx, "read", where)
	return err
}

// scroll reads an older page of the group on screen.
func (of *office) scroll(ctx context.Context, p *colleague, rng *rand.Rand, _ time.Time) error {
	r := p.here(rng)
	return of.get(ctx, p, nil, "/conversations/%s/messages?limit=50&before=%d", r.id, 2+rng.Int64N(max(1, r.last.Load()-1)))
}

// list looks at all conversations for what is unread.
func (of *office) list(ctx context.Context, p *colleague, _ *rand.Rand, _ time.Time) error {
	return of.get(ctx, p, nil, "/conversations?limit=200")
}

// say types and posts to the group on screen.
func (of *office) say(ctx context.Context, p *colleague, rng *rand.Rand, due time.Time) error {
	r := p.here(rng)
	if err := p.conn.request(0, "typing", `{"conversation_id":"`+r.id+`"}`); err != nil {
		return err
	}
	return of.post(ctx, p, r, rng, due)
}

// post posts to a group.
func (of *office) post(ctx context.Context, p *colleague, r *officeRoom, rng *rand.Rand, due time.Time) error {
	key := uuid7(time.Now())
	of.posted.Store(key, due.UnixNano())
	text, err := p.ask(ctx, "post", map[string]any{"conversation_id": r.id, "client_id": key,
		"content": map[string]string{"type": "text", "text": of.texts[rng.IntN(len(of.texts))]}})
	if err != nil {
		return err
	}
	var answer struct {
		OK struct {
			Seq int64 `json:"seq"`
		} `json:"ok"`
	}
	err = json.Unmarshal(text, &answer)
	for seen := r.last.Load(); seen < answer.OK.Seq && !r.last.CompareAndSwap(seen, answer.OK.Seq); seen = r.last.Load() {
	}
	return err
}

// direct opens the conversation with another person.
func (of *office) direct(ctx context.Context, p *colleague, rng *rand.Rand, _ time.Time) error {
	other := of.people[rng.IntN(len(of.people))]
	if other == p {
		other = of.people[0]
	}
	if other == p {
		return nil // alone in the office
	}
	var made struct {
		ID string `json:"id"`
	}
	in := map[string]any{"client_id": uuid7(time.Now()), "kind": "direct", "members": []string{other.ID}}
	if err := of.target.call(ctx, "POST", "/api/v1/conversations", p.Token, in, &made); err != nil {
		return err
	}
	return of.get(ctx, p, nil, "/conversations/%s/messages?limit=50", made.ID)
}

// receipts looks who has read a message.
func (of *office) receipts(ctx context.Context, p *colleague, rng *rand.Rand, _ time.Time) error {
	r := p.here(rng)
	return of.get(ctx, p, nil, "/conversations/%s/messages/%d/receipts", r.id, r.recent(rng))
}

// react puts a reaction to a message.
func (of *office) react(ctx context.Context, p *colleague, rng *rand.Rand, _ time.Time) error {
	r := p.here(rng)
	emoji := []string{"👍", "❤️", "😄", "🎉", "👀"}[rng.IntN(5)]
	path := fmt.Sprintf("/api/v1/conversations/%s/messages/%d/reactions/%s", r.id, r.recent(rng), url.PathEscape(emoji))
	return of.target.call(ctx, "PUT", path, p.Token, nil, nil)
}

// read marks the group on screen as read.
func (of *office) read(ctx context.Context, p *colleague, rng *rand.Rand, _ time.Time) error {
	r := p.here(rng)
	_, err := p.ask(ctx, "read", map[string]any{"conversation_id": r.id, "seq": r.last.Load()})
	return err
}

// profile looks at a person.
func (of *office) profile(ctx context.Context, p *colleague, rng *rand.Rand, _ time.Time) error {
	return of.get(ctx, p, nil, "/people/%s", of.people[rng.IntN(len(of.people))].ID)
}

// findPeople searches for a person by name.
func (of *office) findPeople(ctx context.Context, p *colleague, rng *rand.Rand, _ time.Time) error {
	return of.get(ctx, p, nil, "/people?limit=20&q=%s", url.QueryEscape(peopleQueries[rng.IntN(len(peopleQueries))]))
}

// reconnect loses the stream and comes back.
func (of *office) reconnect(ctx context.Context, p *colleague, _ *rand.Rand, _ time.Time) error {
	return of.enter(ctx, p)
}

// search searches all that p may read.
func (of *office) search(ctx context.Context, p *colleague, rng *rand.Rand, _ time.Time) error {
	return of.get(ctx, p, nil, "/search?limit=20&q=%s", url.QueryEscape(of.queries[rng.IntN(len(of.queries))]))
}

// here is the group on screen; the first act of the day opens one.
func (p *colleague) here(rng *rand.Rand) *officeRoom {
	if p.room == nil {
		p.room = p.somewhere(rng)
	}
	return p.room
}

// recent is one of the newest messages of a group.
func (r *officeRoom) recent(rng *rand.Rand) int64 {
	last := r.last.Load()
	return last - rng.Int64N(max(1, min(20, last-1)))
}
