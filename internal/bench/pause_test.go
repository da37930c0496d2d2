package bench

import (
	"encoding/json"
	"os"
	"testing"
)

// TestPausesAreTheWebClients: the table is the one that the web client's tests hold it to.
func TestPausesAreTheWebClients(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../web/src/sync/pauses.json")
	if err != nil {
		t.Fatal(err)
	}
	var table []struct {
		Attempt int
		Random  float64
		MS      int64
	}
	if err := json.Unmarshal(text, &table); err != nil || len(table) == 0 {
		t.Fatalf("%d pauses, %v", len(table), err)
	}
	for _, p := range table {
		if got := pauseBefore(p.Attempt, p.Random).Milliseconds(); got != p.MS {
			t.Errorf("try %d at %g: %d ms, want %d", p.Attempt, p.Random, got, p.MS)
		}
	}
}
