"""Two ways to take a visit: into a log, or into a bounded queue in memory. Argument: bootstrap servers."""

import queue
import sys

from confluent_kafka import KafkaException, Producer

waiting = queue.Queue(maxsize=5000)  # workers take from it; a restart empties it


def take_into_queue(visit):
    """The answer to the visitor: 202, or 503 when the queue is full."""
    try:
        waiting.put_nowait(visit)
    except queue.Full:
        return 503
    return 202


class Log:
    """Takes visits for a topic. How far its readers are does not matter here."""

    def __init__(self, servers):
        self.producer = Producer({"bootstrap.servers": servers, "acks": "all", "linger.ms": 5})
        self.written = 0

    def take(self, visit):
        try:
            self.producer.produce("visits", value=visit, on_delivery=self.on_delivery)
        except BufferError:
            return 503  # not the log is full, but the client's own buffer: the brokers do not answer
        self.producer.poll(0)  # serves on_delivery for what has been written meanwhile, and frees its room
        return 202

    def on_delivery(self, error, record):
        if error is not None:
            raise KafkaException(error)
        self.written += 1


def main(servers, count=20_000):
    log = Log(servers)
    into_queue = [take_into_queue(f"visit {number}") for number in range(count)]
    into_log = [log.take(f"visit {number}") for number in range(count)]
    log.producer.flush()
    print(f"queue: {into_queue.count(202)} taken, {into_queue.count(503)} refused")
    print(f"log: {into_log.count(202)} taken, {into_log.count(503)} refused, {log.written} written")


if __name__ == "__main__":
    main(*sys.argv[1:])
