"""python3 code.py [thousands]: eight tasks that compute, one after another, with asyncio.gather, and on two processes."""

import asyncio
import sys
import time
from concurrent.futures import ProcessPoolExecutor

TASKS = 8
WORKERS = 2
THOUSANDS = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000


def compute(_=None):
    total = 0
    for n in range(THOUSANDS * 1000):
        total = (total + n * n) % 1_000_003
    return total


async def compute_async():
    return compute()  # no await in the computation: nothing else can run


async def gather():
    await asyncio.gather(*(compute_async() for _ in range(TASKS)))


def on_processes():
    with ProcessPoolExecutor(WORKERS) as pool:
        list(pool.map(compute, range(TASKS)))


def timed(name, run):
    begin = time.perf_counter()
    run()
    print(f"{name}: {time.perf_counter() - begin:.3f} s")


if __name__ == "__main__":
    timed("Sequential", lambda: [compute() for _ in range(TASKS)])
    timed("asyncio.gather", lambda: asyncio.run(gather()))
    timed("Two processes", on_processes)
