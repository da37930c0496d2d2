package realtime

import "github.com/xinshu-im/xinshu"

// Rate bounds what one session may send.
type Rate struct {
	PerSecond int // operations in the long run; 0: no bound
	Burst     int // operations at once
}

// bucket holds a session's right to send; it belongs to the goroutine that handles the session's messages.
type bucket struct {
	tokens float64
	at     xinshu.Millis
	debt   int // refusals in a row
}

// patience is how many refusals in a row a client may ignore before it is disconnected.
const patience = 200

// take asks for one operation now. wait is the time in milliseconds after which to try again; 0 grants it. tired says that
// the client does not listen to refusals.
func (b *bucket) take(r Rate, now xinshu.Millis) (wait xinshu.Millis, tired bool) {
	if r.PerSecond == 0 {
		return 0, false
	}
	if b.at == 0 {
		b.tokens = float64(r.Burst)
	} else if now > b.at {
		b.tokens = min(float64(r.Burst), b.tokens+float64(now-b.at)*float64(r.PerSecond)/1000)
	}
	b.at = now
	if b.tokens >= 1 {
		b.tokens--
		b.debt = 0
		return 0, false
	}
	b.debt++
	return max(1, xinshu.Millis((1-b.tokens)*1000/float64(r.PerSecond))), b.debt > patience
}
