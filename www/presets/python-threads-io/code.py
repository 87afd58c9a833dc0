"""The same requests on threads and on processes. Arguments: requests, Python code per request in milliseconds."""

import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def fetch(parsing):
    time.sleep(0.2)  # the network; a real request gives the GIL away in the same way
    until = time.thread_time() + parsing
    while time.thread_time() < until:
        pass


def seconds(executor, requests, parsing):
    with executor:
        list(executor.map(fetch, [0] * 8))  # threads and processes are started and warm
        started = time.monotonic()
        list(executor.map(fetch, [parsing] * requests))
        return time.monotonic() - started


def main(requests=40, parsing_ms=2):
    threads = seconds(ThreadPoolExecutor(8), requests, parsing_ms / 1000)
    processes = seconds(ProcessPoolExecutor(8), requests, parsing_ms / 1000)
    print(f"threads {threads:.2f} s, processes {processes:.2f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
