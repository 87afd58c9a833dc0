// A token bucket in front of an HTTP handler: 100 requests a second in the long run, 50 at once.
// Run with `go run code.go 50`: the size of the bucket.
package main

import (
	"fmt"
	"math/rand"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Bucket gets rate tokens a second and holds burst. It needs no clock of its own: what came in since the last call is reckoned then.
type Bucket struct {
	mutex       sync.Mutex
	rate, burst float64
	tokens      float64
	last        time.Time
}

func NewBucket(rate, burst float64) *Bucket {
	return &Bucket{rate: rate, burst: burst, tokens: burst, last: time.Now()}
}

// Allow takes a token if there is one. It never waits.
func (b *Bucket) Allow() bool {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	now := time.Now()
	b.tokens = min(b.burst, b.tokens+b.rate*now.Sub(b.last).Seconds())
	b.last = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

func throttle(bucket *Bucket, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !bucket.Allow() {
			w.Header().Set("Retry-After", "1")
			http.Error(w, "too many requests", http.StatusTooManyRequests)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func main() {
	burst, err := strconv.ParseFloat(os.Args[1], 64)
	if err != nil {
		panic(err)
	}
	handler := throttle(NewBucket(100, burst), http.NotFoundHandler())
	count := func(passed, refused *atomic.Int64) {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest("GET", "/", nil))
		if answer.Code == http.StatusTooManyRequests {
			refused.Add(1)
		} else {
			passed.Add(1)
		}
	}
	// Ordinary requests at 80 a second for 11 seconds; after 5 and 10 of them a crowd of 200.
	var ordinary, crowd struct{ passed, refused atomic.Int64 }
	start := time.Now()
	for _, after := range []time.Duration{5 * time.Second, 10 * time.Second} {
		time.AfterFunc(after, func() {
			for range 200 {
				count(&crowd.passed, &crowd.refused)
			}
		})
	}
	for next := start; next.Sub(start) < 11*time.Second; {
		next = next.Add(time.Duration(rand.ExpFloat64() / 80 * float64(time.Second)))
		time.Sleep(time.Until(next))
		count(&ordinary.passed, &ordinary.refused)
	}
	fmt.Printf("ordinary: %d passed, %d refused; crowds: %d passed, %d refused\n",
		ordinary.passed.Load(), ordinary.refused.Load(), crowd.passed.Load(), crowd.refused.Load())
}
