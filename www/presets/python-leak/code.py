"""A cache at module level, without a limit and with one. Argument: requests."""

import sys
import tracemalloc
from functools import lru_cache

pages = {}


def render(url):
    return bytes(64 * 1024)


def handle_leaking(url):
    if url not in pages:
        pages[url] = render(url)  # nobody ever takes it out again
    return pages[url]


@lru_cache(maxsize=1000)
def handle_bounded(url):
    return render(url)  # the page not asked for the longest goes when the 1,001st comes


def main(requests=3000):
    for handle in (handle_leaking, handle_bounded):
        tracemalloc.start()
        for number in range(requests):
            handle(f"/search?q={number}")  # hardly any two URLs are the same
            if (number + 1) % 1000 == 0:
                held = tracemalloc.get_traced_memory()[0] >> 20
                print(f"{handle.__name__}: {number + 1} requests, {held} MiB held")
        tracemalloc.stop()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
