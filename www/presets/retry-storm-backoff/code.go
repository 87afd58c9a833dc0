// Backoff with full jitter. Run with `go run code.go`: it prints when 1,000 callers try again.
package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// Backoff is how long to wait before a retry: drawn evenly from 0 to a bound that doubles.
type Backoff struct {
	First, Longest time.Duration
}

// Before says how long to wait before retry number n, counted from 0.
func (b Backoff) Before(n int) time.Duration {
	bound := b.Longest
	if n < 30 {
		bound = min(b.Longest, b.First<<n)
	}
	return time.Duration(rand.Int64N(int64(bound) + 1))
}

// Retry calls try, and as long as it fails calls it again, at most `retries` times more, until ctx ends.
func Retry(ctx context.Context, retries int, backoff Backoff, try func(context.Context) error) error {
	err := try(ctx)
	for n := 0; err != nil && n < retries; n++ {
		select {
		case <-time.After(backoff.Before(n)):
		case <-ctx.Done():
			return ctx.Err()
		}
		err = try(ctx)
	}
	return err
}

func main() {
	backoff := Backoff{First: 50 * time.Millisecond, Longest: 10 * time.Second}
	for n := range 3 {
		var tenths [10]int
		for range 1000 {
			tenths[min(9, int(10*backoff.Before(n)/(backoff.First<<n)))]++
		}
		fmt.Printf("retry %d, within %v, in ten steps: %v\n", n+1, backoff.First<<n, tenths)
	}
	tried := 0
	err := Retry(context.Background(), 3, backoff, func(context.Context) error {
		tried++
		return fmt.Errorf("try %d: no answer", tried)
	})
	fmt.Println(err)
}
