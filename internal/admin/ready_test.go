package admin_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/xinshu-im/xinshu/internal/admin"
	"github.com/xinshu-im/xinshu/internal/config"
)

func TestReadyAsksTheRunningServer(t *testing.T) {
	t.Parallel()
	answering := func(status int) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/health/ready" {
				t.Errorf("asked for %s", r.URL.Path)
			}
			w.WriteHeader(status)
		}))
		t.Cleanup(s.Close)
		return s.Listener.Addr().String()
	}
	// An address where nobody listens: taken once, and given back.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	silent := l.Addr().String()
	_ = l.Close()

	cases := map[string]struct {
		cfg  config.Config
		want bool
	}{
		"ready":                         {config.Config{Listen: silent, AdminListen: answering(http.StatusOK)}, true},
		"busy":                          {config.Config{Listen: silent, AdminListen: answering(http.StatusServiceUnavailable)}, false},
		"not running":                   {config.Config{Listen: silent, AdminListen: silent}, false},
		"no admin listener":             {config.Config{Listen: answering(http.StatusOK), AdminListen: "off"}, true},
		"no admin listener, and TLS":    {config.Config{Listen: answering(http.StatusOK), AdminListen: "off", TLSSelfSigned: true}, false},
		"an address that is no address": {config.Config{Listen: silent, AdminListen: "nowhere"}, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := admin.Ready(t.Context(), &c.cfg); got.OK != c.want || got.Text == "" {
				t.Errorf("got %+v, want OK %v and a reason", got, c.want)
			}
		})
	}
}
