package bench

import "context"

// Store is a filled server: what the figures over a million messages are measured on.
type Store struct {
	Messages      int64  `json:"messages"`
	Conversations int    `json:"conversations"`
	Longest       int64  `json:"longest"`    // messages of the longest conversation
	LongestID     string `json:"longest_id"` // of which Token's person is a member
	Token         string `json:"token"`      // a person in 200 conversations
	OneToken      string `json:"one_token"`  // a person in one conversation, in which the common word does not occur

	Probes []Probe `json:"probes"` // what to look for
}

// Fill stores messages on the server, straight into the log, and waits until they are searchable.
func (t *Target) Fill(ctx context.Context, messages int) (s Store, err error) {
	if err := t.call(ctx, "POST", "/api/v1/bench/fill", "", map[string]int{"messages": messages}, &s); err != nil {
		return s, err
	}
	return s, nil
}
