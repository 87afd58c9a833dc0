// The loop takes a place before it hands an item over, so it waits while 50 are out.
package main

import (
	"fmt"
	"sync"
	"time"
)

func work(item []byte) {
	time.Sleep(100 * time.Millisecond) // a download, a query: waiting
}

func main() {
	pending := make(chan struct{}, 50)
	queue := make(chan []byte, 50) // never full: pending is
	var threads sync.WaitGroup
	for i := 0; i < 4; i++ {
		threads.Add(1)
		go func() {
			defer threads.Done()
			for item := range queue {
				work(item)
				<-pending
			}
		}()
	}
	for i := 0; i < 100; i++ {
		time.Sleep(5 * time.Millisecond) // reading
		item := make([]byte, 256<<10)
		pending <- struct{}{}
		queue <- item
	}
	close(queue)
	threads.Wait()
	fmt.Println("all done")
}
