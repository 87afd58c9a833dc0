"""A member of the group `workers` that says what it owns. Start several with `code.py localhost:9092`: each that comes is a rebalance."""

import sys
import time

from confluent_kafka import Consumer, KafkaException


def owns(consumer, partitions):
    """A rebalance is through. With the default assignor this is the whole of what the member owns."""
    print(f"owns {sorted(place.partition for place in partitions) or 'nothing: there are more consumers than partitions'}", flush=True)


def gives_up(consumer, partitions):
    """A rebalance has begun: everything is taken away, also what will come back."""
    print(f"gives up {sorted(place.partition for place in partitions)}", flush=True)


def main(servers):
    consumer = Consumer({
        "bootstrap.servers": servers,
        "group.id": "workers",
        "partition.assignment.strategy": "range",  # "cooperative-sticky" moves only what has to move
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    })
    consumer.subscribe(["events"], on_assign=owns, on_revoke=gives_up)
    try:
        while True:
            records = consumer.consume(num_messages=25, timeout=1.0)
            for record in records:
                if record.error():
                    raise KafkaException(record.error())
                time.sleep(0.02)
            if records:
                try:
                    consumer.commit(asynchronous=False)
                except KafkaException as late:  # a rebalance: these records come again, here or at another member
                    print(late, flush=True)
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()  # leaves the group at once: the others need not wait for the session to run out


if __name__ == "__main__":
    main(sys.argv[1])
