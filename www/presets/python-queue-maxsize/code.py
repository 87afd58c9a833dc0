"""A fast producer, two slow consumers, and a queue of 20 between them. Argument: items."""

import sys
import threading
import time
from queue import Queue

END = object()


def produce(items, count):
    for number in range(count):
        time.sleep(0.005)  # make the next item
        items.put((number, time.monotonic()))  # waits while the queue is full
    items.put(END)


def consume(items, ages):
    while (item := items.get()) is not END:
        time.sleep(0.02)
        ages.append(time.monotonic() - item[1])
    items.put(END)  # for the next consumer


def main(count=300):
    items = Queue(maxsize=20)
    ages = []
    threads = [threading.Thread(target=consume, args=(items, ages)) for _ in range(2)]
    for thread in threads:
        thread.start()
    started = time.monotonic()
    produce(items, count)
    for thread in threads:
        thread.join()
    print(f"{len(ages) / (time.monotonic() - started):.0f} items a second, the oldest {max(ages, default=0):.2f} s old")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
