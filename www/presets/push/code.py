"""Push: 120 items a second for a subscriber that takes 10 ms for each. Nothing tells the publisher."""
import asyncio
import time

RATE, SERVICE, WIRE = 120, 0.010, 0.005


async def publisher(inbox):
    loop = asyncio.get_running_loop()
    start, sent = loop.time(), 0
    while True:
        sent += 1
        # By the clock, not by the last item: no delay of ours slows the rate down.
        await asyncio.sleep(start + sent / RATE - loop.time())
        loop.call_later(WIRE, inbox.put_nowait, time.monotonic())


async def subscriber(inbox):
    while True:
        born = await inbox.get()
        await asyncio.sleep(SERVICE)
        subscriber.latency = time.monotonic() - born


async def main(seconds):
    inbox = asyncio.Queue()  # without maxsize it has no limit, and put_nowait never fails
    # asyncio.run ends them; the list keeps them from being collected before.
    tasks = [asyncio.create_task(each) for each in (publisher(inbox), subscriber(inbox))]
    for second in range(seconds):
        await asyncio.sleep(1)
        print(f"{second + 1} s: {inbox.qsize()} waiting, the last one took {subscriber.latency * 1000:.0f} ms")


asyncio.run(main(5))
