"""Fifty calls of 200 ms: one after another, together, ten at a time."""
import asyncio
import time


async def call(number):
    await asyncio.sleep(0.2)  # in its place: an HTTP request, a query, anything that is waited for
    return number


async def one_after_another(count):
    return [await call(number) for number in range(count)]


async def together(count):
    return await asyncio.gather(*(call(number) for number in range(count)))


async def limited(count, limit):
    free = asyncio.Semaphore(limit)

    async def one(number):
        async with free:
            return await call(number)

    return await asyncio.gather(*(one(number) for number in range(count)))


async def timed(name, calls):
    start = time.monotonic()
    assert await calls == list(range(50))
    print(f"{name}: {time.monotonic() - start:.2f} s")


async def main():
    await timed("one after another", one_after_another(50))
    await timed("together", together(50))
    await timed("ten at a time", limited(50, 10))


asyncio.run(main())
