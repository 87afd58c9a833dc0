// Fifty calls of 200 ms: one after another, together, ten at a time.
package main

import (
	"fmt"
	"sync"
	"time"
)

const calls = 50

func call(number int) int {
	time.Sleep(200 * time.Millisecond) // in its place: an HTTP request, a query, anything that is waited for
	return number
}

func oneAfterAnother() (results [calls]int) {
	for i := range calls {
		results[i] = call(i)
	}
	return results
}

// limited runs at most limit calls at a time; together is limited to all of them.
func limited(limit int) (results [calls]int) {
	places := make(chan struct{}, limit)
	var group sync.WaitGroup
	for i := range calls {
		places <- struct{}{}
		group.Add(1)
		go func() {
			defer group.Done()
			results[i] = call(i)
			<-places
		}()
	}
	group.Wait()
	return results
}

func timed(name string, run func() [calls]int) {
	start := time.Now()
	results := run()
	fmt.Printf("%s: %.2f s, %d answers\n", name, time.Since(start).Seconds(), len(results))
}

func main() {
	timed("one after another", oneAfterAnother)
	timed("together", func() [calls]int { return limited(calls) })
	timed("ten at a time", func() [calls]int { return limited(10) })
}
