package bench

import (
	"context"
	"encoding/binary"
)

// Store is a filled server: what the figures over a stored history are measured on.
type Store struct {
	Messages      int64  `json:"messages"`
	Conversations int    `json:"conversations"`
	Members       int    `json:"members"`    // of each busy conversation
	Longest       int64  `json:"longest"`    // messages of the longest conversation
	LongestID     string `json:"longest_id"` // of which Token's person is a member
	Token         string `json:"token"`      // a person in 200 conversations, or all if there are fewer
	OneToken      string `json:"one_token"`  // a person in one conversation, in which the common word does not occur

	Mine   []string           `json:"mine"`   // conversations of Token's person
	Busy   []BusyConversation `json:"busy"`   // spread over the house
	Probes []Probe            `json:"probes"` // what to look for
}

// BusyConversation is one of those that are posted into: ten of its members connect, those numbered from First on around the circle
// of [BusyPeople]; the others stay away.
type BusyConversation struct {
	ID    string `json:"id"`
	First int    `json:"first"` // number of the first of them among [Target.People]
}

const (
	BusyConversations = 100
	BusyPeople        = 200 // who connect, each in five of them
)

// BusyFirst is the place of the first of ten connected members of the n-th busy conversation among [BusyPeople].
func BusyFirst(n int) int { return n * BusyPeople / BusyConversations }

// Shape is what a store is filled with; 0 is the server's default.
type Shape struct {
	Messages      int `json:"messages"`
	Conversations int `json:"conversations,omitempty"`
	Members       int `json:"members,omitempty"` // of each busy conversation
}

// Fill stores a history on the server, straight into the log, and waits until it is searchable.
func (t *Target) Fill(ctx context.Context, shape Shape) (s Store, err error) {
	patient := &Target{URL: t.URL, client: newClient()}
	patient.client.Timeout = 0 // ten million messages take many minutes
	err = patient.call(ctx, "POST", "/api/v1/bench/fill", "", shape, &s)
	return s, err
}

// ClientID returns the UUIDv7 of the n-th message of a series, sent at Unix ms.
func ClientID(at int64, n uint64) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], uint64(at)<<16|0x7000)
	binary.BigEndian.PutUint64(b[8:], 1<<63|n)
	return string(appendUUID(make([]byte, 0, 36), b))
}
