"""A consumer that pauses while its store is overwhelmed. Arguments: bootstrap servers, mark (300), cooldown in seconds (30)."""

import queue
import sys
import threading
import time

from confluent_kafka import Consumer, KafkaException


def store(line):
    """Stands for a database: one write after another."""
    while True:
        line.get()
        time.sleep(0.02)


def main(servers, mark=300, rest=30):
    line = queue.Queue(maxsize=1000)
    threading.Thread(target=store, args=(line,), daemon=True).start()
    consumer = Consumer({
        "bootstrap.servers": servers,
        "group.id": "dashboards",
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    })
    consumer.subscribe(["events"])
    resume_at = None
    while True:
        if resume_at is not None and time.monotonic() >= resume_at:
            consumer.resume(consumer.assignment())
            resume_at = None
        elif resume_at is not None:
            consumer.pause(consumer.assignment())  # again each time: what a rebalance brings is not paused

        # Also while it is paused: it is this call that keeps the member in its group.
        records = consumer.consume(num_messages=50, timeout=0.5)
        for record in records:
            if record.error():
                raise KafkaException(record.error())
            line.put_nowait(record.value())
        if records:
            try:
                consumer.commit(asynchronous=False)
            except KafkaException as late:  # a rebalance: these records come again, here or at another member
                print(late, flush=True)

        if resume_at is None and line.qsize() > int(mark):
            print(f"{line.qsize()} writes in line: paused", flush=True)
            consumer.pause(consumer.assignment())
            resume_at = time.monotonic() + float(rest)


if __name__ == "__main__":
    main(*sys.argv[1:])
