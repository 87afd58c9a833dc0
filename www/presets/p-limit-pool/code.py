"""python3 code.py [queries] [limit]: the same with asyncio, where a semaphore is the limit."""

import asyncio
import random
import sys
import time

QUERIES = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
LIMIT = int(sys.argv[2]) if len(sys.argv) > 2 else 20


async def query(pool, patience_s, mean_s):
    async with asyncio.timeout(patience_s):
        await pool.acquire()
    try:
        await asyncio.sleep(random.expovariate(1 / mean_s))  # the database works
    finally:
        pool.release()


async def failures(calls):
    answers = await asyncio.gather(*calls, return_exceptions=True)
    return sum(isinstance(answer, TimeoutError) for answer in answers)


async def innocent_service(pool, stop):
    calls = []
    while not stop.is_set():
        calls.append(asyncio.create_task(query(pool, 0.5, 0.005)))
        await asyncio.sleep(0.02)
    return await failures(calls)


async def main():
    pool = asyncio.Semaphore(20)  # what a pool of twenty connections is: first come, first served
    limit = asyncio.Semaphore(LIMIT)
    stop = asyncio.Event()
    innocent = asyncio.create_task(innocent_service(pool, stop))
    await asyncio.sleep(1)

    async def limited():
        async with limit:
            await query(pool, 2.0, 0.02)

    begin = time.perf_counter()
    timeouts = await failures([limited() for _ in range(QUERIES)])
    took = time.perf_counter() - begin
    stop.set()
    print(f"settled after {took:.1f} s: {timeouts} queries timed out, and {await innocent} of the innocent service")


asyncio.run(main())
