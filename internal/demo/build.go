package demo

import (
	"fmt"
	"slices"
	"time"
)

// Build makes the company whose conversations end at now. The same seed and moment give the same company. The only thing that can
// fail is the embedded content, which the tests read completely; a broken file therefore panics with its name and line.
func Build(seed uint64, now time.Time) Company {
	c, err := build(seed, now)
	if err != nil {
		panic(fmt.Sprintf("demo: embedded content: %v", err))
	}
	return c
}

func build(seed uint64, now time.Time) (Company, error) {
	cal := newCalendar(now)
	c := Company{Name: "云岭智造集团", EnglishName: "Yunling Intelligent Manufacturing", MailDomain: "yunling.example"}
	o := &organisation{company: &c, alias: map[string]PersonCode{}, person: map[PersonCode]*Person{}, parent: map[DepartmentCode]DepartmentCode{},
		place: map[DepartmentCode]string{}, fill: map[DepartmentCode]string{}, ranksOf: map[PositionCode][2]RankCode{}, location: map[ConversationKey]string{}}
	if err := o.loadCatalogues(); err != nil {
		return c, err
	}
	if err := o.loadPeople(seed, cal); err != nil {
		return c, err
	}
	if err := o.appointHeads(); err != nil {
		return c, err
	}
	if err := o.loadConversations(seed); err != nil {
		return c, err
	}
	if err := o.loadLogins(); err != nil {
		return c, err
	}
	t, err := newTalk(o, cal, seed)
	if err != nil {
		return c, err
	}
	if err := t.addScenes(); err != nil {
		return c, err
	}
	if err := t.addRoutines(); err != nil {
		return c, err
	}
	for i := range c.Conversations {
		v := &c.Conversations[i]
		v.tidy()
		messages := t.layOut(v)
		v.Created = cal.date(cal.firstDay() - 1 - i%37)
		if v.Kind == Direct && len(messages) > 0 {
			v.Created = messages[0].At.Add(-time.Minute)
		}
		v.markRead(messages, c.Logins, stream(seed, "read "+string(v.Key)))
		c.Messages = append(c.Messages, messages...)
	}
	c.Messages = byTime(c.Messages)
	return c, nil
}

// byTime orders messages over all conversations. It sorts positions, because messages are large to move.
func byTime(messages []Message) []Message {
	order := make([]int, len(messages))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return messages[a].At.Compare(messages[b].At) })
	out := make([]Message, len(messages))
	for i, k := range order {
		out[i] = messages[k]
	}
	return out
}
