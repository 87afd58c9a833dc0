"""Keys for a customer who is too large for one partition. Arguments: bootstrap servers, customer, number of parts."""

import sys
from collections import Counter

from confluent_kafka import KafkaException, Producer

placed = Counter()


def delivered(error, record):
    """The broker has answered: only now is it certain in which partition a record is."""
    if error is not None:
        raise KafkaException(error)
    placed[record.partition()] += 1


def key_of(customer, turn, parts):
    """With one part the plain key: all in one partition, in order. With more, order is kept within each part only."""
    return customer if parts == 1 else f"{customer}-{turn % parts}"


def main(servers, customer="42", parts=1, count=1000):
    producer = Producer({
        "bootstrap.servers": servers,
        "partitioner": "murmur2_random",  # as the Java client; librdkafka's own default is crc32
    })
    for turn in range(count):
        producer.produce("events", key=key_of(customer, turn, int(parts)), value=str(turn), on_delivery=delivered)
        producer.poll(0)  # serves the callbacks
    producer.flush()
    print(dict(sorted(placed.items())))


if __name__ == "__main__":
    main(*sys.argv[1:])
