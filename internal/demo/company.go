package demo

import "time"

// Codes name things of the demo company across its structs. They are stable for a given content and never shown to people.
type (
	// DepartmentCode is short and upper-case: "R111".
	DepartmentCode string
	// PositionCode is the position's Chinese name; the catalogue has no two of the same name.
	PositionCode string
	// RankCode is "P1" to "P10" and "M1" to "M5".
	RankCode string
	// PersonCode is the person's login: "zhangwei2".
	PersonCode string
	// ConversationKey is short and lower-case: "backend", "d-zw-anna".
	ConversationKey string
)

// Everyone is the code that stands for all members of a conversation in a mention: "@{all}".
const Everyone PersonCode = "all"

// Company is the whole example: an organisation and what its people said to each other.
type Company struct {
	Name          string
	EnglishName   string
	MailDomain    string
	Departments   []Department // parents before children
	Positions     []Position
	Ranks         []Rank   // ascending
	People        []Person // by employee number; managers may come after the people who report to them
	Conversations []Conversation
	Messages      []Message // ascending by At over all conversations
	Logins        []Login
}

// Department is a node of the organisation tree. The root has no parent.
type Department struct {
	Code   DepartmentCode
	Parent DepartmentCode // "" for the root
	Name   string
	Head   PersonCode
	Sort   int // order among siblings, from 1
}

// Position is an entry of the catalogue of positions.
type Position struct {
	Code PositionCode
	Name string
	Sort int
}

// Rank is an entry of the ordered catalogue of ranks.
type Rank struct {
	Code  RankCode
	Name  string
	Order int // ascending: P1 is 1, M5 is the highest
}

// Membership is a person's place in a department; exactly one of a person's memberships is primary.
type Membership struct {
	Department DepartmentCode
	Position   PositionCode
	Primary    bool
	Title      string // "" where the position says it all
}

// Person is an employee.
type Person struct {
	Code        PersonCode
	EmployeeNo  string // "YL00123", ascending with the date of hire
	Login       string
	Name        string
	EnglishName string // "" for most
	Email       string
	Mobile      string // 11 digits in mainland China, E.164 with "+" elsewhere
	Rank        RankCode
	Memberships []Membership
	Manager     PersonCode // "" for the chief only
	Location    string
	Hired       time.Time // midnight UTC of the day
}

// ConversationKind is one of the product's kinds of conversations.
type ConversationKind string

// The kinds that the example uses.
const (
	Direct  ConversationKind = "direct"
	Group   ConversationKind = "group"
	Channel ConversationKind = "channel"
)

// Conversation is a place where messages are.
type Conversation struct {
	Key     ConversationKey
	Kind    ConversationKind
	Name    string // "" for direct
	Purpose string
	Owner   PersonCode
	Admins  []PersonCode
	Members []PersonCode       // with owner and admins; two for direct; sorted
	Created time.Time          // before its first message
	Read    map[PersonCode]int // how many messages, counted by Position, each member has read; every member has an entry
}

// Message is one entry of a conversation's log.
type Message struct {
	Conversation ConversationKey
	Position     int // 1, 2, 3 … within the conversation
	Author       PersonCode
	At           time.Time
	Text         string       // as it reads now; mentions as "@{code}", "@{all}" for everyone
	Mentions     []PersonCode // those in Text, in order, each once; Everyone stands for all
	ReplyTo      int          // Position of the quoted message, 0 for none
	Reactions    []Reaction
	Edited       *Edit // nil unless edited
	Recalled     bool  // Text is what it said before the recall
	Pinned       bool
}

// Edit is what an edited message said before, and when it changed.
type Edit struct {
	Before string
	At     time.Time
}

// Reaction is one person's emoji under a message.
type Reaction struct {
	Emoji  string
	Person PersonCode
}

// Login is one of the few people who get a password; the loader draws it.
type Login struct {
	Person PersonCode
	Role   string // employee, system_admin, security_admin, audit_admin
}
