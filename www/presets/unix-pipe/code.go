// A pipe between two goroutines: the writer could make far more than the 5 MiB/s that the reader takes.
// Write blocks while the kernel's 64 KiB are full.
package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

const (
	chunk   = 4096
	reading = 5 << 20
	seconds = 2
)

func consume(r io.Reader) {
	start, buffer := time.Now(), make([]byte, chunk)
	for taken := 0; ; {
		n, err := r.Read(buffer)
		if err != nil {
			return // io.EOF: the writer has closed its end
		}
		taken += n
		time.Sleep(time.Until(start.Add(time.Duration(taken) * time.Second / reading)))
	}
}

func main() {
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	go consume(r)
	start, blocked, written := time.Now(), time.Duration(0), 0
	for time.Since(start) < seconds*time.Second {
		before := time.Now()
		n, err := w.Write(make([]byte, chunk))
		if err != nil {
			panic(err)
		}
		written += n
		blocked += time.Since(before)
	}
	fmt.Printf("written %.1f MiB/s, %.0f %% of the time in Write\n",
		float64(written)/seconds/(1<<20), 100*blocked.Seconds()/seconds)
}
