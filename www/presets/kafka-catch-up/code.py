"""Watches a group that has fallen behind: its lag, and when it will have caught up. Arguments: bootstrap servers, topic, group."""

import sys
import time

from confluent_kafka import Consumer, TopicPartition


def ends_and_committed(consumer, topic):
    """Of all partitions together: the end of the log, and what the group has committed."""
    partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
    committed = consumer.committed([TopicPartition(topic, number) for number in partitions], timeout=10)
    ends = done = 0
    for place in committed:
        start, end = consumer.get_watermark_offsets(place, timeout=10)
        ends += end
        done += max(place.offset, start)  # a group that has committed nothing has a negative offset here
    return ends, done


def verdict(lag, comes, goes):
    """Lag is worked off by what the group does beyond what comes."""
    if lag == 0:
        return "caught up"
    if goes <= comes:
        return f"falling behind by {comes - goes:.0f} a second"
    return f"caught up in {lag / (goes - comes):.0f} s"


def main(servers, topic, group, seconds=10):
    # It asks for the group's offsets, but never subscribes: so it is no member, and causes no rebalance.
    consumer = Consumer({"bootstrap.servers": servers, "group.id": group, "enable.auto.commit": False})
    ends, done = ends_and_committed(consumer, topic)
    while True:
        time.sleep(seconds)
        ends_before, done_before = ends, done
        ends, done = ends_and_committed(consumer, topic)
        comes, goes = (ends - ends_before) / seconds, (done - done_before) / seconds
        print(f"lag {ends - done}, {comes:.0f}/s come, {goes:.0f}/s are done: {verdict(ends - done, comes, goes)}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:4])
