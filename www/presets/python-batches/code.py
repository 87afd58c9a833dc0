"""The same tasks in batches and through a window. Arguments: number of tasks, tasks out at once."""

import random
import sys
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import islice


def work(seconds):
    time.sleep(seconds)  # a download, a query: waiting


def in_batches(executor, tasks, size):
    tasks = iter(tasks)
    while batch := list(islice(tasks, size)):
        for future in wait([executor.submit(work, task) for task in batch]).done:
            future.result()


def in_a_window(executor, tasks, size):
    pending = set()
    for task in tasks:
        while len(pending) >= size:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
        pending.add(executor.submit(work, task))
    for future in wait(pending).done:
        future.result()


def main(count=1000, size=50):
    slow = random.Random(1)
    # A tenth of the scenario's times, so that the whole is over in a few seconds.
    tasks = [0.21 if slow.random() < 0.05 else 0.01 for _ in range(count)]
    for run in (in_batches, in_a_window):
        with ThreadPoolExecutor(max_workers=8) as executor:
            started = time.monotonic()
            run(executor, tasks, size)
            print(f"{run.__name__}: {time.monotonic() - started:.2f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
