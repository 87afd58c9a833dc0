// The same with a channel: a send waits while its buffer is full.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	items := make(chan int, 20)
	var consumers sync.WaitGroup
	for i := 0; i < 2; i++ {
		consumers.Add(1)
		go func() {
			defer consumers.Done()
			for range items {
				time.Sleep(20 * time.Millisecond)
			}
		}()
	}
	started := time.Now()
	for i := 0; i < 300; i++ {
		time.Sleep(5 * time.Millisecond) // make the next item
		items <- i
	}
	close(items)
	consumers.Wait()
	fmt.Printf("%.0f items a second\n", 300/time.Since(started).Seconds())
}
