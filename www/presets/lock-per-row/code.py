"""python3 code.py [rows] [workers]: a lock for each row, made when it is first asked for and forgotten when nobody wants it."""

import contextlib
import random
import sys
import threading
import time

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
WORKERS = int(sys.argv[2]) if len(sys.argv) > 2 else 16
APART_S = 0.09
CRITICAL_S = 0.01  # ten times the scenario's times: timers are late by a tenth of a millisecond or so
RUN_S = 20


class KeyedLock:
    """`with lock(key):` keeps out those who want the same key, and nobody else."""

    def __init__(self):
        self._guard = threading.Lock()  # held for a look at the table only, never while somebody works
        self._entries = {}  # key: its lock, and how many hold it or want it

    @contextlib.contextmanager
    def __call__(self, key):
        with self._guard:
            lock, wanted = self._entries.get(key) or (threading.Lock(), 0)
            self._entries[key] = lock, wanted + 1
        try:
            with lock:
                yield
        finally:
            with self._guard:
                _, wanted = self._entries.pop(key)
                if wanted > 1:
                    self._entries[key] = lock, wanted - 1

    def __len__(self):
        return len(self._entries)


def throughput(lock):
    counts = [0] * WORKERS  # a place of its own for each
    end = time.monotonic() + RUN_S

    def work(me):
        while time.monotonic() < end:
            time.sleep(random.expovariate(1 / APART_S))
            with lock(random.randrange(ROWS)):
                time.sleep(random.expovariate(1 / CRITICAL_S))
            counts[me] += 1

    threads = [threading.Thread(target=work, args=(me,)) for me in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / RUN_S


if __name__ == "__main__":
    row = KeyedLock()
    locked, free = throughput(row), throughput(lambda key: contextlib.nullcontext())
    print(f"{ROWS} rows: {locked:.1f}/s with locks, {free:.1f}/s without; {len(row)} locks are kept")
