"""Submits an item only while fewer than max_pending futures are not done."""

import sys
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

ITEM_BYTES = 256 * 1024


def read_items(count):
    for _ in range(count):
        time.sleep(0.005)
        yield bytes(ITEM_BYTES)


def work(item):
    time.sleep(0.1)  # a download, a query: waiting
    return len(item)


def results(executor, items, max_pending):
    pending = set()
    for item in items:
        while len(pending) >= max_pending:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)  # an exception of work() comes out here
        pending.add(executor.submit(work, item))
    yield from (future.result() for future in wait(pending).done)


def main(count=100, max_pending=50):
    started = time.monotonic()
    with ThreadPoolExecutor(max_workers=4) as executor:
        total = sum(results(executor, read_items(count), max_pending))
    print(f"{total // ITEM_BYTES} done in {time.monotonic() - started:.1f} s, at most {max_pending} pending")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
