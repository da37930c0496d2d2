package bench

import (
	"context"
	"fmt"
	"time"
)

// scenarios lists what design/6 promises, in its order.
func scenarios() []scenario {
	return []scenario{
		{name: "send", figure: Figure{ID: "P1", Name: "durable sends, 200 connections in 200 groups of 10, saturation", Unit: "msg/s",
			CostUnit: "CPU-s/1M", Promise: "≥ 20000 at ≤ 60"},
			run: func(ctx context.Context, b *session, _ int) (run, error) {
				return b.target.Send(ctx, b.name("send"), SendOptions{Senders: b.scaled(200), GroupSize: min(10, b.scaled(200)), Rate: b.plan.Rate,
					Duration: b.plan.Duration, WarmUp: b.plan.Duration / 5})
			},
			met: func(r run) bool { return r.value >= 20000 && r.cost <= 60 }},
		{name: "send", figure: Figure{ID: "P1b", Name: "durable sends at 10,000/s, reply p99", Unit: "ms", Promise: "≤ 20"},
			run: func(ctx context.Context, b *session, _ int) (run, error) {
				r, err := b.target.Send(ctx, b.name("rate"), SendOptions{Senders: b.scaled(200), GroupSize: min(10, b.scaled(200)), Rate: 10000 * b.plan.Scale,
					Duration: b.plan.Duration, WarmUp: b.plan.Duration / 5})
				if err == nil {
					r.details["msg_per_s"] = r.value
					r.value = r.details["reply_p99_ms"]
				}
				return r, err
			},
			met: func(r run) bool { return r.value <= 20 && r.details["msg_per_s"] >= 9500 }},
		fanout("P2", 1000, "≥ 400000 at ≤ 2.5", func(r run) bool { return r.value >= 400_000 && r.cost <= 2.5 }),
		fanout("P3", 5000, "≥ 400000 at ≤ 2.5, memory ≤ 60 MB above idle", func(r run) bool {
			return r.value >= 400_000 && r.cost <= 2.5 && r.details["peak_above_idle_mb"] <= 60
		}),
		{name: "latency", figure: Figure{ID: "P4", Name: "10 messages/s into 1,000 members: delivery p50", Unit: "ms", CostUnit: "CPU-s/1M", Promise: "≤ 10, p99 ≤ 20, ≤ 14 CPU-s/1M"},
			run: func(ctx context.Context, b *session, _ int) (run, error) {
				return b.target.Fanout(ctx, b.name("latency"), FanoutOptions{Members: b.scaled(1000), Senders: 2, Rate: 10, Window: 64,
					Duration: 2 * b.plan.Duration, WarmUp: b.plan.Duration / 5})
			},
			met: func(r run) bool { return r.value <= 10 && r.details["delivery_p99_ms"] <= 20 && r.cost <= 14 }},
		{name: "conns", once: true, figure: Figure{ID: "P5", Name: "idle authenticated connections, server memory each", Unit: "bytes", Promise: "≤ 4096, idle CPU ≤ 1 %"},
			run: func(ctx context.Context, b *session, _ int) (run, error) { return b.target.Conns(ctx, b.scaled(15000)) },
			met: func(r run) bool { return r.value <= 4096 && r.details["idle_cpu_percent"] <= 1 }},
		{name: "hello", figure: Figure{ID: "P6", Name: "hello with 500 conversations: resume p50", Unit: "ms", Promise: "resume ≤ 2 ms, ≤ 2 KB; first ≤ 8 ms, ≤ 60 KB"},
			run: func(ctx context.Context, b *session, n int) (run, error) {
				return b.target.Hello(ctx, "hello", b.scaled(500), 40) // the same groups in every run
			},
			met: func(r run) bool {
				return r.value <= 2 && r.details["resume_bytes"] <= 2048 && r.details["first_p50_ms"] <= 8 && r.details["first_wire_bytes"] <= 60<<10
			}},
		{name: "history", filled: true, figure: Figure{ID: "P7", Name: "history page of 50 by seq, 1M messages stored: server time, p99", Unit: "ms", Promise: "≤ 1 (server time)"},
			run: func(ctx context.Context, b *session, _ int) (run, error) {
				s, err := b.filled(ctx)
				if err != nil {
					return run{}, err
				}
				return b.target.History(ctx, s, b.plan.Duration)
			},
			met: func(r run) bool { return r.value <= 1 }},
		{name: "herd", figure: Figure{ID: "P8", Name: "5,000 clients dropped at once are back", Unit: "ms", Promise: "≤ 10000, sends p99 ≤ 500 ms meanwhile"},
			run: func(ctx context.Context, b *session, _ int) (run, error) {
				return b.target.Herd(ctx, b.name("herd"), b.scaled(5000))
			},
			met: func(r run) bool { return r.value <= 10_000 && r.details["send_p99_ms"] <= 500 }},
		{name: "stalled", figure: Figure{ID: "N22", Name: "1,000 readers, 50 more stop reading: the others' delivery p99 grows by", Unit: "%", CostUnit: "CPU-s/1M",
			Promise: "≤ 10, ≤ 64 KB each, disconnected as slow"},
			run: func(ctx context.Context, b *session, _ int) (run, error) {
				return b.target.Stalled(ctx, b.name("stalled"), b.scaled(50), FanoutOptions{Members: b.scaled(1000), Senders: 4, Rate: 300, Window: 64,
					Duration: 2 * b.plan.Duration, WarmUp: b.plan.Duration / 5})
			},
			met: func(r run) bool {
				return r.value <= 10 && r.details["kb_per_stalled"] <= 64 && r.details["disconnected_slow"] == r.details["stalled"]
			}},
		{name: "pressure", once: true, figure: Figure{ID: "N24", Name: "posts at 5 × capacity, open loop: goodput", Unit: "% of peak", CostUnit: "CPU-s/1M",
			Promise: "≥ 80, recovered ≤ 5 s"},
			run: func(ctx context.Context, b *session, _ int) (run, error) {
				return b.target.Pressure(ctx, b.name("pressure"), PressureOptions{Senders: b.scaled(200), GroupSize: min(10, b.scaled(200)), Times: 5,
					Duration: 4 * b.plan.Duration, WarmUp: b.plan.Duration / 5})
			},
			met: func(r run) bool { return r.value >= 80 && r.details["recovery_ms"] <= 5000 }},
		{name: "start", filled: true, figure: Figure{ID: "P9", Name: "start to ready, 1M messages stored", Unit: "ms", Promise: "≤ 300; idle ≤ 40 MB"},
			run: func(ctx context.Context, b *session, _ int) (run, error) {
				if _, err := b.filled(ctx); err != nil {
					return run{}, err
				}
				return b.target.StartUp(ctx)
			},
			met: func(r run) bool { return r.value <= 300 && r.details["idle_rss_mb"] <= 40 }},
		search("P10a", "Chinese word of two characters", "chinese", 50),
		search("P10b", "English word", "english", 50),
		search("P10c", "word in 10 % of all messages", "common", 50),
		search("P10d", "common word absent from the only conversation", "absent", 50),
		search("P10e", "single character", "character", 100),
		{name: "search", filled: true, figure: Figure{ID: "P10f", Name: "post to findable at 1,000 messages/s, 1M messages stored: p99", Unit: "ms", Promise: "≤ 1000"},
			run: func(ctx context.Context, b *session, _ int) (run, error) {
				if _, err := b.filled(ctx); err != nil {
					return run{}, err
				}
				return b.target.Fresh(ctx, b.name("fresh"), SendOptions{Senders: b.scaled(100), GroupSize: min(10, b.scaled(100)), Rate: 1000 * b.plan.Scale,
					Duration: 2 * b.plan.Duration, WarmUp: b.plan.Duration / 5})
			},
			met: func(r run) bool { return r.value <= 1000 && r.details["msg_per_s"] >= 950 }},
		{name: "people", figure: Figure{ID: "P11", Name: "people search over 50,000: p99", Unit: "ms", Promise: "≤ 10"},
			run: func(ctx context.Context, b *session, _ int) (run, error) {
				return b.target.PeopleSearch(ctx, b.scaled(50_000), b.plan.Duration)
			},
			met: func(r run) bool { return r.value <= 10 }},
		{name: "office", once: true, alone: true, filled: true, figure: Figure{ID: "S3", Name: "active people, each with one act in 108 s: reply p99", Unit: "ms", CostUnit: "CPU-s/1M",
			Promise: "≤ 100, no error, memory level"},
			run: func(ctx context.Context, b *session, _ int) (run, error) {
				s, err := b.filled(ctx)
				if err != nil {
					return run{}, err
				}
				var r run
				r, b.series, err = b.target.Office(ctx, b.name("office"), OfficeOptions{People: b.scaled(b.plan.People), Posts: b.plan.Posts, Probes: s.Probes,
					Duration: b.plan.Duration, WarmUp: min(time.Minute, b.plan.Duration/5)})
				return r, err
			},
			met: func(r run) bool {
				return r.value <= 100 && r.details["failed"]+r.details["refused"] == 0 && r.details["rss_growth_percent"] <= 10
			}},
	}
}

func fanout(id string, members int, promise string, met func(r run) bool) scenario {
	return scenario{name: "fanout", met: met,
		figure: Figure{ID: id, Name: "fan-out to members online, 8 senders", Unit: "deliveries/s", CostUnit: "CPU-s/1M", Promise: promise},
		run: func(ctx context.Context, b *session, _ int) (run, error) {
			o := FanoutOptions{Members: b.scaled(members), Senders: 8, Rate: b.plan.Rate, Window: 8,
				Duration: b.plan.Duration, WarmUp: b.plan.Duration / 5}
			r, err := b.target.Fanout(ctx, b.name("fanout"), o)
			if err != nil || b.plan.NATS == "" {
				return r, err
			}
			bare, err := BareNATS(ctx, b.plan.NATS, o)
			if err != nil {
				return r, fmt.Errorf("bare NATS: %w", err)
			}
			r.details["nats_deliveries_per_s"], r.details["nats_cost"], r.details["times_nats"] = bare.value, bare.cost, r.value/bare.value
			return r, nil
		}}
}

// filled returns the store of a million messages, made on first use.
func (b *session) filled(ctx context.Context) (Store, error) {
	if b.store == nil {
		s, err := b.target.Fill(ctx, Shape{Messages: b.scaled(1_000_000)})
		if err != nil {
			return s, err
		}
		b.store = &s
	}
	return *b.store, nil
}
