// A retry budget, shared by all callers of a service. `go run code.go` prints what is sent while one in a hundred fails, and all.
package main

import (
	"errors"
	"fmt"
	"sync"
)

// Budget lets retries through in proportion to requests. A request earns a share of a retry; what is saved up is bounded.
type Budget struct {
	mutex              sync.Mutex
	share, most, saved float64
}

// NewBudget starts full, so that a service with few requests may retry as well.
func NewBudget(share, most float64) *Budget {
	return &Budget{share: share, most: most, saved: most}
}

// Earn is called once for each request, not for its retries.
func (b *Budget) Earn() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.saved = min(b.most, b.saved+b.share)
}

// Spend takes one retry if there is one.
func (b *Budget) Spend() bool {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.saved < 1 {
		return false
	}
	b.saved--
	return true
}

// Call tries, and tries again while the budget and the number of retries allow it. A pause between two tries belongs here as well.
func (b *Budget) Call(retries int, try func() error) error {
	b.Earn()
	err := try()
	for n := 0; err != nil && n < retries && b.Spend(); n++ {
		err = try()
	}
	return err
}

func main() {
	for _, failEvery := range []int{100, 1} {
		budget, sent, failed := NewBudget(0.1, 100), 0, 0
		for range 10_000 {
			err := budget.Call(3, func() error {
				sent++
				if sent%failEvery == 0 {
					return errors.New("no answer")
				}
				return nil
			})
			if err != nil {
				failed++
			}
		}
		fmt.Printf("one in %d fails: 10000 calls, %d sent, %d without an answer\n", failEvery, sent, failed)
	}
}
