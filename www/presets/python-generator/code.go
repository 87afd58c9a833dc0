// Counts the lines of a file: from one slice with all of it, and block by block. Argument: the file.
package main

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"os"
)

func countWithSlice(path string) (int, error) {
	all, err := os.ReadFile(path) // the whole file
	return bytes.Count(all, []byte("\n")), err
}

func countWithReader(path string) (int, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	lines, block := 0, make([]byte, 1<<20)
	for {
		n, err := file.Read(block)
		lines += bytes.Count(block[:n], []byte("\n"))
		if err == io.EOF {
			return lines, nil
		}
		if err != nil {
			return 0, err
		}
	}
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: code FILE")
	}
	for _, count := range []func(string) (int, error){countWithSlice, countWithReader} {
		lines, err := count(os.Args[1])
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(lines)
	}
}
