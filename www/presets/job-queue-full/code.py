"""Submits jobs to a batch system that may be full, and tries again with patience. Argument: first wait in ms."""

import queue
import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor


class QueueFull(Exception):
    """The batch system does not take the job now."""


class Cluster:
    """Stands for the batch system: a hundred jobs may wait, forty nodes work on them."""

    def __init__(self):
        self.jobs = queue.Queue(maxsize=100)
        self.refused = 0
        for _ in range(40):
            threading.Thread(target=self.work, daemon=True).start()

    def submit(self, sample):
        try:
            self.jobs.put_nowait(sample)
        except queue.Full:
            self.refused += 1
            raise QueueFull(sample) from None

    def work(self):
        while True:
            self.jobs.get()
            time.sleep(0.06)  # a minute, a thousand times as fast
            self.jobs.task_done()


def submit_with_patience(submit, sample, first=0.001, longest=0.06, tries=1000):
    wait = first
    for _ in range(tries):
        try:
            return submit(sample)
        except QueueFull:
            time.sleep(random.uniform(wait / 2, wait))  # not all at the same moment
            wait = min(2 * wait, longest)
    return submit(sample)  # the last try: who calls hears that it failed


def main(first_ms=1):
    for longest in (first_ms / 1000, 0.06):
        cluster = Cluster()
        started = time.monotonic()

        def user(number):
            for sample in range(100):
                submit_with_patience(cluster.submit, (number, sample), first_ms / 1000, longest)

        with ThreadPoolExecutor(20) as users:
            list(users.map(user, range(20)))
        cluster.jobs.join()
        seconds = time.monotonic() - started
        print(f"waits up to {longest * 1000:.0f} ms: all done in {seconds:.1f} s, {cluster.refused} times refused")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
