"""python3 code.py [workers] [between_ms]: read, wait, write back; with threads, and with asyncio, which has only one."""

import asyncio
import random
import sys
import threading
import time

WORKERS = int(sys.argv[1]) if len(sys.argv) > 1 else 8
BETWEEN_S = float(sys.argv[2] if len(sys.argv) > 2 else 1) / 1000
APART_S = 0.009
ROUNDS = 200

counter = 0


def about(mean_s):
    return random.expovariate(1 / mean_s) if mean_s > 0 else 0


def thread():
    global counter
    for _ in range(ROUNDS):
        time.sleep(about(APART_S))
        seen = counter
        time.sleep(about(BETWEEN_S))  # the other threads go on
        counter = seen + 1


async def coroutine():
    global counter
    for _ in range(ROUNDS):
        await asyncio.sleep(about(APART_S))
        seen = counter
        if BETWEEN_S > 0:
            await asyncio.sleep(about(BETWEEN_S))  # the other coroutines go on; without an await nobody could
        counter = seen + 1


def with_threads():
    threads = [threading.Thread(target=thread) for _ in range(WORKERS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


async def with_coroutines():
    await asyncio.gather(*(coroutine() for _ in range(WORKERS)))


def show(kind):
    global counter
    made = WORKERS * ROUNDS
    print(f"{kind}: {made} increments, the number is {counter}: {1 - counter / made:.1%} lost")
    counter = 0


with_threads()
show("threads")
asyncio.run(with_coroutines())
show("asyncio")
