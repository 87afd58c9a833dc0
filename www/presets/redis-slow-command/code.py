"""One slow command, and what other clients see of it. Arguments: host and port of a Redis, whose keys are deleted! Needs redis-py."""

import sys
import threading
import time

import redis

KEYS = 1_000_000
KNOCKS_MS = (5, 20, 50, 100, 600)


def fill(client):
    client.flushall()
    for begin in range(0, KEYS, 10_000):
        client.mset({f"user:{number}": 1 for number in range(begin, begin + 10_000)})


def by_keys(client):
    return len(client.keys("user:*99"))  # one command: the server looks at every key before it does anything else


def by_scan(client):
    return sum(1 for _ in client.scan_iter("user:*99", count=1000))  # a thousand commands; others come in between


def knock(client, at_ms, begun, answered):
    client.ping()  # the connection is made before the clock counts
    time.sleep(max(0, begun + at_ms / 1000 - time.perf_counter()))
    sent = time.perf_counter()
    client.incr("visits")
    answered[at_ms] = (time.perf_counter() - sent) * 1000


def watch(look, where):
    begun = time.perf_counter() + 0.1
    answered = {}
    knocks = [threading.Thread(target=knock, args=[redis.Redis(*where), at, begun, answered]) for at in KNOCKS_MS]
    for one in knocks:
        one.start()
    client = redis.Redis(*where)
    client.ping()
    time.sleep(max(0, begun - time.perf_counter()))
    found = look(client)
    took = (time.perf_counter() - begun) * 1000
    for one in knocks:
        one.join()
    print(f"{look.__name__}: {found} keys found in {took:.0f} ms")
    for at in KNOCKS_MS:
        print(f"  INCR sent at {at} ms: answered after {answered[at]:.1f} ms, at {at + answered[at]:.0f} ms")


if __name__ == "__main__":
    address = (sys.argv[1], int(sys.argv[2]))
    fill(redis.Redis(*address))
    watch(by_keys, address)
    watch(by_scan, address)
