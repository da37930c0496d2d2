package memory

import (
	"math"
	"runtime/debug"
)

// Plan divides the memory of the process. Sizes are in bytes; 0 means no bound.
type Plan struct {
	Limit       int64
	Cache       int64 // SQLite's pages
	Passwords   int64 // password checks
	Collector   int64 // where Go's collector works harder instead of growing
	Room        int64 // of the [Budget]
	Streams     int   // open at a time
	Connections int   // HTTP connections at a time, streams not counted
	Partial     int64 // unfinished messages of all streams
	Queued      int64 // what waits for the readers of all streams
	Unsent      int64 // what the kernel may hold unsent for one of them
}

const (
	mb = 1 << 20

	// Least is the smallest limit that a server can live with: itself, one password check and a few requests.
	Least = 128 * mb

	streamCost     = 16 << 10 // bytes of a stream: the process's about 4, the kernel's for the socket, members in shards
	connectionCost = 32 << 10 // bytes of an HTTP connection: its goroutine, buffers and the kernel's
)

// PlanFor divides a limit; cache and passwords are what the settings ask for, 0 to choose.
func PlanFor(limit, cache, passwords int64) Plan {
	p := Plan{Limit: limit, Cache: cache, Passwords: passwords}
	if p.Cache == 0 {
		p.Cache = 64 * mb
		if limit > 0 {
			p.Cache = min(p.Cache, limit/16)
		}
	}
	if p.Passwords == 0 {
		p.Passwords = 128 * mb
		if limit > 0 && limit < 1024*mb {
			p.Passwords = 64 * mb
		}
	}
	if limit == 0 {
		return p
	}
	// Outside Go's own account: SQLite (readers take half as much as the writer), the kernel's buffers, its tables.
	p.Collector = max(limit/2, limit-p.Cache*3/2-limit/8-32*mb)
	p.Room = p.Collector / 2
	p.Streams, p.Connections = int(limit/4/streamCost), int(limit/8/connectionCost)
	p.Partial, p.Queued = min(64*mb, limit/16), limit/8
	p.Unsent = min(256<<10, max(16<<10, limit/(8<<10))) // 32 KiB for 256 MiB
	return p
}

// Apply tells Go's collector, unless the environment (GOMEMLIMIT) has.
func (p Plan) Apply() {
	if p.Collector > 0 && debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(p.Collector)
	}
}

// Open makes the plan for a limit in bytes, or for that of the control group when it is 0 or more, and the budget; nil without a limit.
func Open(limit, cache, passwords int64) (Plan, *Budget) {
	used := processUsed
	if g, found := findGroup(""); found > 0 && (limit == 0 || found <= limit) {
		limit, used = found, g.used
	}
	p := PlanFor(limit, cache, passwords)
	if limit == 0 {
		return p, nil
	}
	return p, NewBudget(limit, p.Room, used)
}
