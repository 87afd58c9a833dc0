"""Charges payments, then commits: kill it in the middle of a batch and start it again. Arguments: bootstrap servers, `plain` or `once`."""

import sqlite3
import sys
import time

from confluent_kafka import Consumer, KafkaException


def charge(database, payment):
    """What is delivered twice is charged twice."""
    database.execute("INSERT INTO charges (payment) VALUES (?)", (payment,))


def charge_once(database, payment):
    """The payment's number is unique in `charged`: a second delivery changes nothing. Both rows are in one transaction."""
    if database.execute("INSERT OR IGNORE INTO charged (payment) VALUES (?)", (payment,)).rowcount:
        charge(database, payment)


def main(servers, way="plain"):
    work = {"plain": charge, "once": charge_once}[way]
    database = sqlite3.connect("ledger.db")
    database.execute("CREATE TABLE IF NOT EXISTS charges (payment TEXT)")
    database.execute("CREATE TABLE IF NOT EXISTS charged (payment TEXT PRIMARY KEY)")
    consumer = Consumer({
        "bootstrap.servers": servers,
        "group.id": "ledger",
        "session.timeout.ms": 45000,  # as it is if not said: so long its partitions wait when it has been killed
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    })
    consumer.subscribe(["payments"])
    while True:
        records = consumer.consume(num_messages=100, timeout=1.0)
        for record in records:
            if record.error():
                raise KafkaException(record.error())
            with database:
                work(database, record.key().decode())
            time.sleep(0.02)
        if records:
            try:
                consumer.commit(asynchronous=False)
            except KafkaException as late:  # a rebalance: these records come again
                print(late, flush=True)
            print(database.execute("SELECT count(*), count(DISTINCT payment) FROM charges").fetchone(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
