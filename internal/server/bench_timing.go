package server

import (
	"fmt"
	"net/http"
	"time"
)

// timed says behind every answer of a server for load tests how long the server took, from having read the request's head to
// having written the body: Server-Timing as a trailer, which answers of unknown length can have.
func timed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		next.ServeHTTP(w, r)
		w.Header().Set(http.TrailerPrefix+"Server-Timing", fmt.Sprintf("total;dur=%.3f", float64(time.Since(began))/float64(time.Millisecond)))
	})
}
