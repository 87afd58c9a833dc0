"""Eight tasks that compute, on four threads and on four processes. Argument: rounds per task."""

import hashlib
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def count(rounds):
    """Python bytecode: holds the GIL."""
    total = 0
    for number in range(rounds):
        total += number * number
    return total


def digest(rounds):
    """C code that lets the GIL go while it computes."""
    return hashlib.pbkdf2_hmac("sha256", b"password", b"salt", rounds)


def seconds(executor, work, rounds):
    with executor:
        list(executor.map(work, [1] * 4))  # threads and processes are started and warm
        started = time.monotonic()
        list(executor.map(work, [rounds] * 8))
        return time.monotonic() - started


def main(rounds=1_000_000):
    for work, rounds_of_work in ((count, rounds), (digest, rounds // 10)):
        threads = seconds(ThreadPoolExecutor(4), work, rounds_of_work)
        processes = seconds(ProcessPoolExecutor(4), work, rounds_of_work)
        print(f"{work.__name__}: threads {threads:.2f} s, processes {processes:.2f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
