package conversation

import (
	"fmt"
	"strings"
)

// Announcement is the content of a system message. Clients say it in their language by kind; others show the fallback.
type Announcement struct {
	Type     string `json:"type" enum:"system"`
	Kind     string `json:"kind" doc:"created, joined, added, left, removed, role, renamed, purpose, settings, archived, restored, pinned or unpinned"`
	Actor    *Name  `json:"actor,omitempty"`
	People   []Name `json:"people,omitempty" doc:"The first 20"`
	Count    int    `json:"count,omitempty" doc:"How many people it is about"`
	Role     Role   `json:"role,omitempty"`
	Name     string `json:"name,omitempty"`
	Purpose  string `json:"purpose,omitempty"`
	Seq      int64  `json:"seq,omitempty"`
	Fallback string `json:"fallback"`
}

// briefPeople is how many people an announcement names where it stands in one line.
const briefPeople = 8

// Brief is the announcement for lists.
func (a Announcement) Brief() Announcement {
	a.People = a.People[:min(len(a.People), briefPeople)]
	return a
}

// complete fills in what follows from the kind.
func (a Announcement) complete() Announcement {
	a.Type = "system"
	who := "The system"
	if a.Actor != nil {
		who = a.Actor.Name
	}
	var people []string
	for _, p := range a.People {
		people = append(people, p.Name)
	}
	whom := strings.Join(people, ", ")
	if rest := a.Count - len(people); rest > 0 {
		whom += fmt.Sprintf(" and %d more", rest)
	}
	switch a.Kind {
	case "created":
		a.Fallback = who + " created the conversation."
	case "joined":
		a.Fallback = whom + " joined."
	case "added":
		a.Fallback = who + " added " + whom + "."
	case "left":
		a.Fallback = whom + " left."
	case "removed":
		a.Fallback = who + " removed " + whom + "."
	case "role":
		a.Fallback = whom + " is now " + string(a.Role) + "."
	case "renamed":
		a.Fallback = who + " named the conversation " + a.Name + "."
	case "purpose":
		a.Fallback = who + " changed the purpose."
	case "archived":
		a.Fallback = who + " archived the conversation."
	case "restored":
		a.Fallback = who + " restored the conversation."
	case "pinned":
		a.Fallback = who + " pinned a message."
	case "unpinned":
		a.Fallback = who + " unpinned a message."
	default:
		a.Fallback = who + " changed the conversation's settings."
	}
	return a
}
