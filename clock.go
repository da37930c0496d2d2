package xinshu

import "time"

// Clock tells the time; tests give their own.
type Clock interface {
	Now() time.Time
}

// SystemClock is the machine's clock.
type SystemClock struct{}

// Now returns the machine's time.
func (SystemClock) Now() time.Time { return time.Now() }

// Millis is a moment as Unix milliseconds, the form in which times are stored. Zero means "never".
// In JSON it is RFC 3339 in UTC with milliseconds.
type Millis int64

// MillisOf converts a time.
func MillisOf(t time.Time) Millis {
	if t.IsZero() {
		return 0
	}
	return Millis(t.UnixMilli())
}

// Time converts to time.Time in UTC; zero becomes the zero time.
func (m Millis) Time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(m)).UTC()
}

// millisLayout is RFC 3339 with exactly three decimals.
const millisLayout = "2006-01-02T15:04:05.000Z"

// AppendText appends the RFC 3339 form.
func (m Millis) AppendText(dst []byte) []byte { return m.Time().AppendFormat(dst, millisLayout) }

// MarshalText implements encoding.TextMarshaler.
func (m Millis) MarshalText() ([]byte, error) { return m.AppendText(nil), nil }

// UnmarshalText accepts any RFC 3339 time; [Invalid] otherwise.
func (m *Millis) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.RFC3339Nano, string(text))
	if err != nil {
		return Errorf(Invalid, "A time is written as 2006-01-02T15:04:05Z.")
	}
	*m = MillisOf(t)
	return nil
}

// Int64 returns the number that is stored.
func (m Millis) Int64() int64 { return int64(m) }

// SetInt64 sets the moment from its stored number.
func (m *Millis) SetInt64(v int64) { *m = Millis(v) }
