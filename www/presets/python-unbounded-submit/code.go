// A goroutine for every item, and the limit of four inside it: four work, all the others wait and keep their item.
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
	slots := make(chan struct{}, 4)
	var all sync.WaitGroup
	for i := 0; i < 400; i++ {
		time.Sleep(5 * time.Millisecond) // reading
		item := make([]byte, 256<<10)
		all.Add(1)
		go func() {
			defer all.Done()
			slots <- struct{}{} // too late: the item is already here
			defer func() { <-slots }()
			work(item)
		}()
	}
	fmt.Println("all started")
	all.Wait()
}
