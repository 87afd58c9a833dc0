"""A circuit breaker on a clock that is handed in, and what it does with a service that is down for fifteen seconds."""


class Open(Exception):
    """Nobody was asked."""


class CircuitBreaker:
    """Closed, open, or half open: one caller is let through to see. For one thread or one event loop."""

    def __init__(self, threshold, rest, clock):
        self.threshold, self.rest, self.clock = threshold, rest, clock
        self.state, self.failures, self.open_until = "closed", 0, 0.0

    def call(self, function):
        if self.state == "open" and self.clock() >= self.open_until:
            self.state, probing = "half open", True
        else:
            probing = False
        if self.state != "closed" and not probing:
            raise Open
        try:
            answer = function()
        except Exception:
            self.failed(probing)
            raise
        self.succeeded(probing)
        return answer

    def failed(self, probing):
        # A late failure of a call from before the breaker opened must not prolong it.
        if self.state == "closed":
            self.failures += 1
        if probing or (self.state == "closed" and self.failures >= self.threshold):
            self.state, self.open_until = "open", self.clock() + self.rest

    def succeeded(self, probing):
        if self.state == "closed" or probing:
            self.state, self.failures = "closed", 0


def main():
    now = 0.0
    breaker = CircuitBreaker(threshold=20, rest=5.0, clock=lambda: now)

    def service():
        if 10 <= now < 25:
            raise TimeoutError
        return "answer"

    asked, before = 0, breaker.state
    for step in range(4000):
        now = step / 100  # a hundred calls a second
        try:
            breaker.call(service)
        except TimeoutError:
            asked += 1
        except Open:
            pass
        if breaker.state != before:
            print(f"{now:5.2f} s: {before} -> {breaker.state}")
            before = breaker.state
    print(f"{asked} of 1500 calls reached the service while it was down")


if __name__ == "__main__":
    main()
