"""A member of a consumer group. Start it with `code.py localhost:9092 analytics 0.001` and `code.py localhost:9092 audit 0.005`."""

import sys
import time

from confluent_kafka import Consumer, KafkaException


def lag(consumer):
    """Ends of the partitions that this member owns, less what its group has committed."""
    total = 0
    for place in consumer.committed(consumer.assignment()):
        start, end = consumer.get_watermark_offsets(place, cached=True)  # as the latest fetch told it
        total += max(0, end - max(place.offset, start))  # what is not known yet is a negative offset
    return total


def main(servers, group, seconds):
    consumer = Consumer({
        "bootstrap.servers": servers,
        "group.id": group,  # offsets are kept per group: a second group reads everything again
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    })
    consumer.subscribe(["events"])
    try:
        while True:
            records = consumer.consume(num_messages=50, timeout=1.0)
            for record in records:
                if record.error():
                    raise KafkaException(record.error())
                time.sleep(float(seconds))  # the work: a counter in memory, or a row in a database
            if records:
                try:
                    consumer.commit(asynchronous=False)
                except KafkaException as late:  # a rebalance: these records come again, here or at another member
                    print(late, flush=True)
                print(f"{group}: lag {lag(consumer)}", flush=True)
    finally:
        consumer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
