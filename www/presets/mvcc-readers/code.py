"""Readers beside a writer that holds the row. Argument: where Postgres is (a connection string of libpq). Needs psycopg 3."""

import sys
import threading
import time

import psycopg
from psycopg.errors import SerializationFailure

READ = "SELECT balance FROM accounts WHERE id = 42"
ADD = "UPDATE accounts SET balance = balance + %s WHERE id = 42"


def write_slowly(where, locked, hold_s):
    with psycopg.connect(where) as writer:  # commits at its end
        writer.execute(ADD, [-100])
        locked.set()
        time.sleep(hold_s)


def read_beside_a_writer(where, lock):
    locked = threading.Event()
    writer = threading.Thread(target=write_slowly, args=[where, locked, 0.2])
    with psycopg.connect(where) as reader:
        reader.execute(READ)  # the first statement of a session is slow
        writer.start()
        locked.wait()
        begun = time.perf_counter()
        balance = reader.execute(READ + lock).fetchone()[0]
        took = (time.perf_counter() - begun) * 1000
    writer.join()
    print(f"{READ}{lock}: {balance} after {took:.1f} ms")


def read_think_update(where, isolation):
    with psycopg.connect(where) as clerk, psycopg.connect(where, autocommit=True) as other:
        clerk.execute(f"SET TRANSACTION ISOLATION LEVEL {isolation}")
        first = clerk.execute(READ).fetchone()[0]
        other.execute(ADD, [5])
        second = clerk.execute(READ).fetchone()[0]
        try:
            clerk.execute(ADD, [1])
            clerk.commit()
            outcome = "updated"
        except SerializationFailure as error:  # the cure: run the whole transaction again
            clerk.rollback()
            outcome = error.diag.message_primary
        print(f"{isolation}: reads {first}, then {second}; {outcome}: {other.execute(READ).fetchone()[0]}")


def main(where):
    with psycopg.connect(where, autocommit=True) as session:
        session.execute("SET client_min_messages = warning")
        session.execute("DROP TABLE IF EXISTS accounts")
        session.execute("CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL)")
        session.execute("INSERT INTO accounts VALUES (42, 1000)")
    read_beside_a_writer(where, "")
    read_beside_a_writer(where, " FOR SHARE")  # asks for the row's lock, as the readers of a reader-writer lock do
    read_think_update(where, "READ COMMITTED")
    read_think_update(where, "REPEATABLE READ")


if __name__ == "__main__":
    main(sys.argv[1])
