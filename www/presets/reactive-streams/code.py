"""Credits over asyncio: a semaphore that the subscriber releases, n at a time. Run with `code.py 4 4`: n, then how many again."""
import asyncio
import sys

RATE, SERVICE, WIRE, SECONDS = 120, 0.010, 0.020, 5


class Subscription:
    """What the subscriber holds of the publisher: it can ask for n more."""

    def __init__(self):
        self.credit = asyncio.Semaphore(0)

    def request(self, n):
        asyncio.get_running_loop().call_later(WIRE, self._grant, n)

    def _grant(self, n):
        for _ in range(n):
            self.credit.release()


async def publisher(subscription, inbox):
    number = 0
    while True:
        await subscription.credit.acquire()
        await asyncio.sleep(1 / RATE)
        number += 1
        asyncio.get_running_loop().call_later(WIRE, inbox.put_nowait, number)


async def subscriber(subscription, inbox, n, again):
    subscription.request(n)
    while True:
        for _ in range(min(n, again)):
            await inbox.get()
            await asyncio.sleep(SERVICE)
            subscriber.done += 1
        subscription.request(min(n, again))


async def main(n, again):
    subscription = Subscription()
    inbox = asyncio.Queue()  # needs no limit of its own: never more than n are under way
    subscriber.done = 0
    # asyncio.run ends them; the list keeps them from being collected before.
    tasks = [asyncio.create_task(each) for each in (publisher(subscription, inbox), subscriber(subscription, inbox, n, again))]
    await asyncio.sleep(SECONDS)
    print(f"{subscriber.done / SECONDS} items a second")


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
