// A client that asks again at once. Run with `go run code.go`: against a server that is too slow it sends everything four times.
package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"time"
)

const (
	patience = 100 * time.Millisecond
	retries  = 3
)

var errStatus = errors.New("the server is overloaded")

// try sends the request once. The client's timeout counts from the dial to the end of the body.
func try(client *http.Client, url string) error {
	answer, err := client.Get(url)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 500 {
		return fmt.Errorf("%w: %s", errStatus, answer.Status)
	}
	return nil
}

// get tries again at once, `retries` times more.
func get(client *http.Client, url string) error {
	err := try(client, url)
	for i := 0; err != nil && i < retries; i++ {
		err = try(client, url)
	}
	return err
}

func main() {
	var came atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		came.Add(1)
		time.Sleep(3 * patience) // nobody waits for this any more; looking at r.Context() would tell
	}))
	defer server.Close()
	client := &http.Client{Timeout: patience}
	var failed atomic.Int64
	var all sync.WaitGroup
	for range 50 {
		all.Add(1)
		go func() {
			defer all.Done()
			if get(client, server.URL) != nil {
				failed.Add(1)
			}
		}()
	}
	all.Wait()
	fmt.Printf("50 callers, %d requests at the server, %d callers without an answer\n", came.Load(), failed.Load())
}
