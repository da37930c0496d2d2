package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// routine is a deck of threads that a conversation draws from, week after week.
type routine struct {
	where        string
	conversation ConversationKey
	rate         float64                 // threads per working day
	from, to     int                     // minutes after midnight
	days         string                  // weekdays, "12345"
	since        string                  // week and weekday of the first thread, "-3w1"; "" for the beginning
	inOrder      bool                    // each thread once, as written
	pools        map[string][]string     // the header's words by letter
	people       map[string][]PersonCode // who may take a letter, the talkative first; "" for letters without a pool
	threads      []thread
}

// addRoutines draws the routine threads of every conversation.
func (t *talk) addRoutines() error {
	names, bodies, err := texts("routines")
	if err != nil {
		return err
	}
	for i := range names {
		routines, err := readRoutines(names[i], bodies[i])
		if err != nil {
			return err
		}
		for k := range routines {
			if err := t.addRoutine(&routines[k]); err != nil {
				return err
			}
		}
	}
	return nil
}

func readRoutines(name, body string) ([]routine, error) {
	var out []routine
	open := false // a thread is being read
	for i, l := range strings.Split(body, "\n") {
		where := fmt.Sprintf("%s:%d", name, i+1)
		switch {
		case strings.HasPrefix(l, "//"):
		case l == "":
			open = false
		case strings.HasPrefix(l, "% "):
			r, err := readRoutineHeader(l[2:])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", where, err)
			}
			r.where, open = where, false
			out = append(out, r)
		case len(out) == 0:
			return nil, fmt.Errorf("%s: text before the first header", where)
		default:
			r := &out[len(out)-1]
			if !open {
				r.threads, open = append(r.threads, thread{where: where}), true
			}
			if err := r.threads[len(r.threads)-1].add(l); err != nil {
				return nil, fmt.Errorf("%s: %w", where, err)
			}
		}
	}
	return out, nil
}

func readRoutineHeader(s string) (r routine, err error) {
	fields := strings.Fields(s)
	r = routine{conversation: ConversationKey(fields[0]), rate: 1, from: 9 * 60, to: 17*60 + 30, days: "12345", pools: map[string][]string{}}
	for _, f := range fields[1:] {
		key, value, ok := strings.Cut(f, "=")
		if !ok {
			return r, fmt.Errorf("header %q", f)
		}
		switch key {
		case "rate":
			r.rate, err = strconv.ParseFloat(value, 64)
		case "from":
			r.from, err = clock(value)
		case "to":
			r.to, err = clock(value)
		case "days":
			r.days = value
		case "since":
			r.since = value
		case "order":
			r.inOrder = value == "written"
		default:
			r.pools[key] = strings.Split(strings.ReplaceAll(value, "_", " "), ",")
		}
		if err != nil {
			return r, fmt.Errorf("header %q: %w", f, err)
		}
	}
	return r, nil
}

// addRoutine walks the working days and draws threads: all once before any twice. A draw that would repeat a text is drawn again
// with other words; when the thread has no others, it is left out.
func (t *talk) addRoutine(r *routine) error {
	random := stream(t.seed, "routine "+string(r.conversation)+" "+r.threads[0].where)
	s := &slots{rand: random, lists: t.lists, series: t.series()}
	if err := t.gather(r); err != nil {
		return fmt.Errorf("%s: %w", r.where, err)
	}
	var since time.Time
	if r.since != "" {
		var err error
		if since, _, _, err = t.cal.when(r.since + " 00:00"); err != nil {
			return fmt.Errorf("%s: %w", r.where, err)
		}
	}
	var deck []int
	debt := random.Float64()
	for n := t.cal.firstDay(); n <= 0; n++ {
		date := t.cal.date(n)
		if date.Before(since) || !strings.Contains(r.days, strconv.Itoa(int(date.Weekday()))) {
			continue
		}
		for debt += r.rate; debt >= 1; debt-- {
			if len(deck) == 0 {
				deck = r.shuffled(random)
			}
			th := r.threads[deck[0]]
			deck = deck[1:]
			if err := t.draw(r, th, date, s); err != nil {
				return fmt.Errorf("%s: %w", r.where, err)
			}
			if r.inOrder && len(deck) == 0 {
				return nil
			}
		}
	}
	return nil
}

// attempts is how often a thread is drawn until it repeats nothing.
const attempts = 8

func (t *talk) draw(r *routine, th thread, date time.Time, s *slots) error {
	start := between(s.rand, r.from, r.to)
	for range attempts {
		roles, err := t.cast(r, th, date, s.rand)
		if err != nil {
			return err
		}
		p, err := t.prepare(th, r.conversation, date, start, roles, s)
		if err != nil {
			return err
		}
		if !t.repeats(p) {
			t.file(p)
			return nil
		}
	}
	return nil
}

// series are the numbers that grow with time, at their starting values; a word of the list that is no number starts at 0.
func (t *talk) series() map[string]int {
	out := map[string]int{}
	for _, word := range t.lists["series"] {
		name, start, _ := strings.Cut(word, "=")
		out[name], _ = strconv.Atoi(start)
	}
	return out
}

func (r *routine) shuffled(random *rand.Rand) []int {
	deck := random.Perm(len(r.threads))
	if r.inOrder {
		for i := range deck {
			deck[i] = i
		}
	}
	return deck
}

// busy are the ranks whose holders speak in scenes only.
var busy = []RankCode{"M3", "M4", "M5"}

// gather lists who may take the letters of a routine.
func (t *talk) gather(r *routine) error {
	c := t.at[r.conversation]
	if c == nil {
		return fmt.Errorf("no conversation %q", r.conversation)
	}
	c.tidy()
	r.people = map[string][]PersonCode{"": slices.Clone(c.Members)}
	for letter, words := range r.pools {
		people, err := t.org.choose(words, t.seed, string(r.conversation))
		if err != nil {
			return err
		}
		r.people[letter] = people
	}
	for _, people := range r.people {
		stream(t.seed, "talkative "+string(r.conversation)).Shuffle(len(people), func(i, k int) { people[i], people[k] = people[k], people[i] })
	}
	return nil
}

// cast draws people for the letters that speak in a thread. Few people say much and many say little, as in any group.
func (t *talk) cast(r *routine, th thread, date time.Time, random *rand.Rand) (map[string]PersonCode, error) {
	roles := map[string]PersonCode{}
	taken := map[PersonCode]bool{}
	for _, l := range th.lines {
		if code, ok := t.org.alias[l.speaker]; ok {
			taken[code] = true
		}
	}
	for _, l := range th.lines {
		if len(l.speaker) != 1 || roles[l.speaker] != "" {
			continue
		}
		pool := r.people[l.speaker]
		if pool == nil {
			pool = r.people[""]
		}
		for range 200 {
			f := random.Float64()
			code := pool[int(f*f*float64(len(pool)))]
			if p := t.org.person[code]; !taken[code] && p.Hired.Before(date) && !slices.Contains(busy, p.Rank) {
				roles[l.speaker], taken[code] = code, true
				break
			}
		}
		if roles[l.speaker] == "" {
			return nil, fmt.Errorf("nobody left for %s", l.speaker)
		}
	}
	return roles, nil
}
