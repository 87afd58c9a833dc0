"""gather() over many fetches, without and with a semaphore. Arguments: fetches, limit."""

import asyncio
import random
import sys
import time

bodies = 0
most_bodies = 0


async def fetch(url):
    await asyncio.sleep(random.uniform(0.2, 0.6))  # the network; the body is in memory from here on
    global bodies, most_bodies
    bodies += 1
    most_bodies = max(most_bodies, bodies)
    return bytes(384 * 1024)


async def parse(body):
    await asyncio.sleep(0)  # the event loop's turn
    time.sleep(0.005)  # stands for Python code: nothing else runs meanwhile
    global bodies
    bodies -= 1


async def work(url):
    await parse(await fetch(url))


async def guarded(semaphore, url):
    async with semaphore:  # fetch *and* parse: the body is gone when the place is given back
        await work(url)


async def measure(name, works):
    global most_bodies
    most_bodies = 0
    started = time.monotonic()
    await asyncio.gather(*works)
    print(f"{name}: {time.monotonic() - started:.1f} s, at most {most_bodies} bodies in memory")


async def main(fetches=500, limit=100):
    semaphore = asyncio.Semaphore(limit)
    await measure("no limit", [work(url) for url in range(fetches)])
    await measure("semaphore", [guarded(semaphore, url) for url in range(fetches)])


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
