"""python3 code.py CONNECTION [sellers] [work_ms]: three ways to sell a seat with many processes. Needs PostgreSQL and psycopg 3."""

import multiprocessing
import random
import sys
import time

import psycopg


def for_update(database, work_s):
    """The row is locked from here to the end of the transaction: everybody else waits at the SELECT."""
    with database.transaction():
        (seats,) = database.execute("SELECT seats FROM hall FOR UPDATE").fetchone()
        if seats == 0:
            return False
        time.sleep(work_s)
        database.execute("UPDATE hall SET seats = %s", [seats - 1])
        database.execute("INSERT INTO sold DEFAULT VALUES")
    return True


def one_statement(database, work_s):
    """Check and write are one. The row is locked from the UPDATE to the commit; the work comes when the seat is ours."""
    with database.transaction():
        if database.execute("UPDATE hall SET seats = seats - 1 WHERE seats > 0").rowcount == 0:
            return False
        database.execute("INSERT INTO sold DEFAULT VALUES")
    time.sleep(work_s)
    return True


def with_version(database, work_s):
    """Nobody is locked out while we work. If somebody was faster, no row has that version any more: again."""
    while True:
        seats, version = database.execute("SELECT seats, version FROM hall").fetchone()
        if seats == 0:
            return False
        time.sleep(work_s)
        with database.transaction():
            write = "UPDATE hall SET seats = %s, version = version + 1 WHERE version = %s"
            if database.execute(write, [seats - 1, version]).rowcount == 1:
                database.execute("INSERT INTO sold DEFAULT VALUES")
                return True
        database.execute("INSERT INTO conflicts DEFAULT VALUES")


def seller(connection, sell, work_s):
    with psycopg.connect(connection, autocommit=True) as database:
        while sell(database, work_s):
            time.sleep(random.expovariate(1 / 0.010))  # the next customer


def main(connection, sellers="16", work_ms="5"):
    with psycopg.connect(connection, autocommit=True) as database:
        for sell in for_update, one_statement, with_version:
            database.execute("DROP TABLE IF EXISTS hall, sold, conflicts")
            database.execute("CREATE TABLE hall AS SELECT 1000 AS seats, 0 AS version")
            database.execute("CREATE TABLE sold (number bigint GENERATED ALWAYS AS IDENTITY)")
            database.execute("CREATE TABLE conflicts (number bigint GENERATED ALWAYS AS IDENTITY)")
            arguments = connection, sell, float(work_ms) / 1000
            processes = [multiprocessing.Process(target=seller, args=arguments) for _ in range(int(sellers))]
            begin = time.monotonic()
            for process in processes:
                process.start()
            for process in processes:
                process.join()
            took = time.monotonic() - begin
            (sold,) = database.execute("SELECT count(*) FROM sold").fetchone()
            (conflicts,) = database.execute("SELECT count(*) FROM conflicts").fetchone()
            print(f"{sell.__name__}: {sold} sold in {took:.1f} s, {conflicts} conflicts")


if __name__ == "__main__":
    main(*sys.argv[1:])
