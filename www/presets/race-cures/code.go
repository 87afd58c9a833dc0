// go run code.go [workers] (Go 1.25 or newer): four ways to add to one number, ten seconds each. Reckoning it takes a millisecond.
package main

import (
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const runFor = 10 * time.Second

func ownWork() { time.Sleep(time.Duration(rand.ExpFloat64() * float64(9*time.Millisecond))) }
func reckon()  { time.Sleep(time.Millisecond) }

var (
	counter atomic.Int64
	made    atomic.Int64 // increments, counted beside
	tries   atomic.Int64
	mutex   sync.Mutex
)

// Each load and each store is atomic, so Go's race detector is content. The three steps together are not one.
func naive() {
	seen := counter.Load()
	reckon()
	counter.Store(seen + 1)
}

func locked() {
	mutex.Lock()
	defer mutex.Unlock()
	naive()
}

// Only for work that needs no look at the number.
func add() {
	reckon()
	counter.Add(1)
}

func compareAndSwap() {
	for {
		seen := counter.Load()
		reckon()
		tries.Add(1)
		if counter.CompareAndSwap(seen, seen+1) {
			return
		}
	}
}

func run(name string, workers int, increment func()) {
	counter.Store(0)
	made.Store(0)
	tries.Store(0)
	var crew sync.WaitGroup
	end := time.Now().Add(runFor)
	for range workers {
		crew.Go(func() {
			for time.Now().Before(end) {
				ownWork()
				increment()
				made.Add(1)
			}
		})
	}
	crew.Wait()
	fmt.Printf("%-16s made %6d, the number is %6d, tries %6d\n", name, made.Load(), counter.Load(), tries.Load())
}

func main() {
	workers := 16
	if len(os.Args) > 1 {
		workers, _ = strconv.Atoi(os.Args[1])
	}
	run("naive", workers, naive)
	run("mutex", workers, locked)
	run("atomic", workers, add)
	run("compare-and-swap", workers, compareAndSwap)
}
