package demo

import (
	"fmt"
	"slices"
)

// loadConversations reads conversations.txt; people who speak are added later.
func (o *organisation) loadConversations(seed uint64) error {
	table, err := rows("conversations.txt", 7)
	if err != nil {
		return err
	}
	for _, c := range table {
		v := Conversation{Key: ConversationKey(c[0]), Kind: ConversationKind(c[1]), Name: c[2], Purpose: c[6], Read: map[PersonCode]int{}}
		owner, err := o.find(c[3])
		if err != nil {
			return fmt.Errorf("conversation %s: %w", c[0], err)
		}
		admins, err := o.choose(items(c[4]), seed, c[0])
		if err != nil {
			return fmt.Errorf("conversation %s: %w", c[0], err)
		}
		members, err := o.choose(items(c[5]), seed, c[0])
		if err != nil {
			return fmt.Errorf("conversation %s: %w", c[0], err)
		}
		if v.Kind == Direct {
			v.Name = ""
		} else {
			v.Owner, v.Admins = owner, admins
			members = append(append(members, admins...), owner)
		}
		v.Members = members
		v.tidy()
		o.location[v.Key] = o.person[owner].Location
		o.company.Conversations = append(o.company.Conversations, v)
	}
	return nil
}

func (v *Conversation) tidy() {
	slices.Sort(v.Members)
	v.Members = slices.Compact(v.Members)
}

// loadLogins reads who gets a password.
func (o *organisation) loadLogins() error {
	table, err := rows("logins.txt", 2)
	if err != nil {
		return err
	}
	for _, c := range table {
		code, err := o.find(c[0])
		if err != nil {
			return err
		}
		o.company.Logins = append(o.company.Logins, Login{Person: code, Role: c[1]})
	}
	return nil
}
