"""A token bucket on a clock that is handed in, and what it lets through: Poisson arrivals of 80 a second and two crowds of 200."""
import random
from collections import Counter


class TokenBucket:
    """Gets `rate` tokens a second and holds `burst`. What came in since the last call is reckoned then."""

    def __init__(self, rate, burst, now):
        self.rate, self.burst, self.tokens, self.last = rate, burst, burst, now

    def allow(self, now):
        self.tokens = min(self.burst, self.tokens + self.rate * (now - self.last))
        self.last = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


def arrivals(seconds, rate, crowd):
    """Times and kinds of requests, in order. A crowd comes every five seconds."""
    now, times = 0.0, []
    while (now := now + random.expovariate(rate)) < seconds:
        times.append((now, "ordinary"))
    for second in range(5, seconds, 5):
        times += [(float(second), "crowd")] * crowd
    return sorted(times)


for burst in (1, 50, 1000):
    bucket, seen = TokenBucket(100, burst, now=0.0), Counter()
    for now, kind in arrivals(seconds=33, rate=80, crowd=200):
        seen[kind, "passed" if bucket.allow(now) else "refused"] += 1
    print(f"burst {burst}:", ", ".join(f"{kind} {what} {count}" for (kind, what), count in sorted(seen.items())))
