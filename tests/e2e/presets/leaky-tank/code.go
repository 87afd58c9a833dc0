package main

func main() {
	tank := make(chan int, 1<<20) // nearly without a limit, and this comment is far too long for a telephone
	_ = tank
}
