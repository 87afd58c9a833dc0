// Load shedding in Go: a short line in front of the work, and a look at the clock before the work begins.
// Half again as many requests come as can be done. Run with `go run code.go 50`, or 5000 to see a line that is too long.
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

const (
	patience = time.Second           // a caller waits this long
	service  = 10 * time.Millisecond // one worker: 100 requests a second
	arrivals = 150                   // a second
	seconds  = 10
)

type job struct {
	born time.Time
	done chan int // the status code
}

// shed answers 503 at once when the line is full.
func shed(line chan<- job) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		j := job{time.Now(), make(chan int, 1)}
		select {
		case line <- j:
			w.WriteHeader(<-j.done)
		default:
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}
}

// work skips requests whose caller has left: an answer would reach nobody.
func work(line <-chan job) {
	for j := range line {
		if time.Since(j.born) > patience {
			j.done <- http.StatusServiceUnavailable
			continue
		}
		time.Sleep(service)
		j.done <- http.StatusOK
	}
}

func main() {
	places, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	line := make(chan job, places)
	handler := shed(line)
	go work(line)

	var inTime, late, refused atomic.Int64
	var callers sync.WaitGroup
	call := func() {
		defer callers.Done()
		start, answer := time.Now(), httptest.NewRecorder()
		handler(answer, httptest.NewRequest("GET", "/", nil))
		switch {
		case answer.Code != http.StatusOK:
			refused.Add(1)
		case time.Since(start) < patience:
			inTime.Add(1)
		default:
			late.Add(1)
		}
	}
	next := time.Now()
	for end := next.Add(seconds * time.Second); next.Before(end); {
		next = next.Add(time.Duration(rand.ExpFloat64() / arrivals * float64(time.Second)))
		time.Sleep(time.Until(next))
		callers.Add(1)
		go call()
	}
	callers.Wait()
	fmt.Printf("%d in time, %d too late, %d refused\n", inTime.Load(), late.Load(), refused.Load())
}
