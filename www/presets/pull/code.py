"""Pull: an asynchronous generator makes an item when it is asked for the next one, and not before."""
import asyncio
import time

SERVICE, WIRE, SECONDS = 0.010, 0.020, 5


async def publisher():
    number = 0
    while True:
        await asyncio.sleep(WIRE)  # the request travels here
        number += 1
        await asyncio.sleep(WIRE)  # the answer travels back
        yield number


async def subscriber():
    start = time.monotonic()
    async for number in publisher():
        await asyncio.sleep(SERVICE)
        passed = time.monotonic() - start
        if passed > SECONDS:
            print(f"{number / passed:.1f} items a second; {number * SERVICE / passed:.0%} of the time is work")
            return


asyncio.run(subscriber())
