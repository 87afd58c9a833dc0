"""Submits every item as it is read. Nothing here ever waits for the pool."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

ITEM_BYTES = 256 * 1024


def read_items(count, per_second):
    for _ in range(count):
        time.sleep(1 / per_second)
        yield bytes(ITEM_BYTES)


def work(item):
    time.sleep(0.1)  # a download, a query: waiting
    return len(item)


def main(count=400, per_second=200):
    with ThreadPoolExecutor(max_workers=4) as executor:
        futures = [executor.submit(work, item) for item in read_items(count, per_second)]
        waiting = sum(not future.done() for future in futures)
        print(f"submitted {count}, not done {waiting}, kept in memory {waiting * ITEM_BYTES >> 20} MiB")
    # Leaving the block waits for all of them.
    print("done", sum(future.result() == ITEM_BYTES for future in futures))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
