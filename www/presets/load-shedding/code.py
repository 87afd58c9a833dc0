"""Load shedding with asyncio: a short line in front of the work, and a look at the clock before the work begins.

Half again as many requests come as can be done. Run with `code.py 50`, or 5000 to see a line that is too long.
"""
import asyncio
import random
import sys
from collections import Counter

PATIENCE, SERVICE, ARRIVALS, SECONDS = 1.0, 0.010, 150, 10


async def serve(line):
    loop = asyncio.get_running_loop()
    while True:
        born, answer = await line.get()
        if loop.time() - born > PATIENCE:
            answer.set_result(503)  # its caller has left: work for it would reach nobody
            continue
        await asyncio.sleep(SERVICE)
        answer.set_result(200)


async def call(line, seen):
    loop = asyncio.get_running_loop()
    born, answer = loop.time(), loop.create_future()
    try:
        line.put_nowait((born, answer))
    except asyncio.QueueFull:
        seen["refused"] += 1  # 503 at once: the caller can go elsewhere
        return
    status = await answer
    if status != 200:
        seen["refused"] += 1
    else:
        seen["in time" if loop.time() - born < PATIENCE else "too late"] += 1


async def main(places):
    line, seen, loop = asyncio.Queue(maxsize=places), Counter(), asyncio.get_running_loop()
    worker = asyncio.create_task(serve(line))
    calls, next_at = [], loop.time()
    end = next_at + SECONDS
    while next_at < end:
        next_at += random.expovariate(ARRIVALS)
        await asyncio.sleep(next_at - loop.time())
        calls.append(asyncio.create_task(call(line, seen)))
    await asyncio.gather(*calls)
    worker.cancel()
    print(dict(seen))


asyncio.run(main(int(sys.argv[1])))
