//go:build soak

package e2e

import (
	"testing"
	"time"

	"github.com/xinshu-im/xinshu/internal/db"
)

// TestKillSoak is [TestKill] for an hour: 1,000 kills on SQLite, 300 on PostgreSQL.
func TestKillSoak(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		killLoop(t, db.SQLite, killPlan{kills: 1000, shortest: 200 * time.Millisecond, longest: 3 * time.Second})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		killLoop(t, db.Postgres, killPlan{kills: 300, shortest: 200 * time.Millisecond, longest: 3 * time.Second})
	})
}
