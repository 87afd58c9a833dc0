"""python3 code.py [workers]: a tenth of the work under one lock, measured, and what mean value analysis says of it."""

import contextlib
import random
import sys
import threading
import time

WORKERS = int(sys.argv[1]) if len(sys.argv) > 1 else 16
APART_S = 0.09
CRITICAL_S = 0.01  # ten times the scenario's times: timers are late by a tenth of a millisecond or so
RUN_S = 20


def throughput(guard):
    """Requests per second of all workers, with `guard` around the critical tenth."""
    counts = [0] * WORKERS  # a place of its own for each: nothing shared, nothing to lock
    end = time.monotonic() + RUN_S

    def work(me):
        while time.monotonic() < end:
            time.sleep(random.expovariate(1 / APART_S))
            with guard:
                time.sleep(random.expovariate(1 / CRITICAL_S))
            counts[me] += 1

    threads = [threading.Thread(target=work, args=(me,)) for me in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / RUN_S


def machine_repairman(workers, apart, critical):
    """Exact mean value analysis of one server and a delay: who comes finds the queue of the system with one worker less."""
    queue = 0.0
    for n in range(1, workers + 1):
        response = critical * (1 + queue)
        rate = n / (apart + response)
        queue = rate * response
    return rate, response


rate, response = machine_repairman(WORKERS, APART_S, CRITICAL_S)
print(f"reckoned: {rate:.1f}/s with the lock, {response * 1000:.0f} ms at it; {WORKERS / (APART_S + CRITICAL_S):.1f}/s without")
free, locked = throughput(contextlib.nullcontext()), throughput(threading.Lock())
print(f"measured: {locked:.1f}/s with the lock; {free:.1f}/s without; it costs {1 - locked / free:.0%}")
