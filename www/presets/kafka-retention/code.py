"""Warns before retention overtakes a group. Arguments: bootstrap servers, topic, group, the topic's retention in seconds."""

import sys
import time

from confluent_kafka import Consumer, TopicPartition


def committed(consumer, topic):
    """Where the group goes on reading, by partition. What it has never committed is a negative offset."""
    partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
    places = [TopicPartition(topic, number) for number in partitions]
    return {place.partition: place.offset for place in consumer.committed(places, timeout=10)}


def offsets_at(consumer, topic, partitions, when):
    """The first offset of each partition that is not older than that time; its end if all are older."""
    places = [TopicPartition(topic, number, int(when * 1000)) for number in partitions]
    found = consumer.offsets_for_times(places, timeout=10)
    return {place.partition: place.offset if place.offset >= 0 else consumer.get_watermark_offsets(place)[1] for place in found}


def look(consumer, topic, retention):
    """Lag in records says nothing of this; it is the age of the next unread record that counts."""
    now = time.time()
    reads_from = committed(consumer, topic)
    soon = offsets_at(consumer, topic, reads_from, now - 0.8 * retention)
    for partition, offset in reads_from.items():
        start, _ = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=10)
        if 0 <= offset < start:
            print(f"partition {partition}: {start - offset} records are gone unread")
        elif max(offset, start) < soon[partition]:
            print(f"partition {partition}: the next unread record is older than 80 % of the retention")


def main(servers, topic, group, retention):
    # It never subscribes, so it is no member of the group and disturbs nobody.
    consumer = Consumer({"bootstrap.servers": servers, "group.id": group, "enable.auto.commit": False})
    while True:
        look(consumer, topic, float(retention))
        time.sleep(60)


if __name__ == "__main__":
    main(*sys.argv[1:])
