package bus_test

import (
	"testing"

	"github.com/xinshu-im/xinshu/internal/bus"
	"github.com/xinshu-im/xinshu/internal/bus/bustest"
)

func TestLocal(t *testing.T) {
	t.Parallel()
	bustest.Run(t, func(*testing.T) bus.Bus { return bus.NewLocal() })
}
