package demo

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// WeeksBack is how many weeks of conversation the example has.
const WeeksBack = 8

// daysPerWeek counts working days.
const daysPerWeek = 5

// calendar counts working days back from a moment; day 0 is the last weekday that has begun in China.
type calendar struct {
	now   time.Time
	today time.Time // midnight UTC standing for the date of day 0
}

func newCalendar(now time.Time) calendar {
	y, m, d := now.In(zoneOf("", now)).Date()
	day := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.AddDate(0, 0, -1)
	}
	return calendar{now: now, today: day}
}

// firstDay is the number of the oldest working day, negative.
func (c calendar) firstDay() int { return -(WeeksBack*daysPerWeek - 1) }

// date is the date of the working day n; n may be positive.
func (c calendar) date(n int) time.Time { return addWorkingDays(c.today, n) }

// weekStart is the Monday of the week of day 0.
func (c calendar) weekStart() time.Time {
	return c.today.AddDate(0, 0, -(int(c.today.Weekday())+6)%7)
}

// at is the moment of a time of day ("09:40") on a date, seen at a location.
func (c calendar) at(date time.Time, minutes int, location string) time.Time {
	y, m, d := date.Date()
	noon := time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
	return time.Date(y, m, d, 0, minutes, 0, 0, zoneOf(location, noon))
}

// when reads "-12 09:40", "-3w5 09:40" or "09:40"; anywhere is true for the last form, whose date the caller chooses.
func (c calendar) when(s string) (date time.Time, minutes int, anywhere bool, err error) {
	fields := strings.Fields(s)
	if len(fields) == 0 || len(fields) > 2 {
		return date, 0, false, fmt.Errorf("when %q", s)
	}
	minutes, err = clock(fields[len(fields)-1])
	if err != nil || len(fields) == 1 {
		return date, minutes, true, err
	}
	week, weekday, isWeek := strings.Cut(fields[0], "w")
	n, err := strconv.Atoi(week)
	if err != nil {
		return date, 0, false, fmt.Errorf("when %q: %w", s, err)
	}
	if !isWeek {
		return c.date(n), minutes, false, nil
	}
	wd, err := strconv.Atoi(weekday)
	if err != nil || wd < 1 || wd > 7 {
		return date, 0, false, fmt.Errorf("when %q: weekday", s)
	}
	return c.weekStart().AddDate(0, 0, 7*n+wd-1), minutes, false, nil
}

// clock reads "09:40" as minutes after midnight.
func clock(s string) (int, error) {
	hour, minute, ok := strings.Cut(s, ":")
	h, err1 := strconv.Atoi(hour)
	m, err2 := strconv.Atoi(minute)
	if !ok || err1 != nil || err2 != nil || h < 0 || h > 23 || m < 0 || m > 59 {
		return 0, fmt.Errorf("time of day %q", s)
	}
	return 60*h + m, nil
}

func addWorkingDays(date time.Time, n int) time.Time {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		date = date.AddDate(0, 0, step)
		if wd := date.Weekday(); wd != time.Saturday && wd != time.Sunday {
			n--
		}
	}
	return date
}

// zoneOf is the zone of an office location at a moment. The zone database may be missing on the machine, so the two zones that the
// example needs are computed: China, Taiwan, Hong Kong and Singapore share UTC+8; Munich follows the European summer time rule.
func zoneOf(location string, t time.Time) *time.Location {
	if location != "慕尼黑" {
		return time.FixedZone("UTC+8", 8*3600)
	}
	y := t.UTC().Year()
	if t.Before(lastSunday(y, time.March)) || !t.Before(lastSunday(y, time.October)) {
		return time.FixedZone("CET", 3600)
	}
	return time.FixedZone("CEST", 2*3600)
}

// lastSunday is 01:00 UTC on the last Sunday of a month of 31 days, when European clocks change.
func lastSunday(year int, month time.Month) time.Time {
	d := time.Date(year, month, 31, 1, 0, 0, 0, time.UTC)
	return d.AddDate(0, 0, -int(d.Weekday()))
}
