"""python3 code.py CONNECTION [sessions] [accounts] [ordered: 0 or 1]: transfers that lock two rows. Needs PostgreSQL and psycopg 3."""

import random
import sys
import threading
import time

import psycopg

APART_S = 0.2
STEP_S = 0.01  # ten times the scenario's times: a statement from Python takes about a millisecond by itself
RUN_S = 60


def transfer(database, first, second, amount):
    """The row that is updated first is locked first, and both until the commit."""
    with database.transaction():
        update = "UPDATE account SET balance = balance + %s WHERE id = %s"
        database.execute(update, [amount, first])
        time.sleep(random.expovariate(1 / STEP_S))
        database.execute(update, [-amount, second])
        time.sleep(random.expovariate(1 / STEP_S))


def session(connection, accounts, ordered, end, counts):
    with psycopg.connect(connection, autocommit=True) as database:
        while time.monotonic() < end:
            time.sleep(random.expovariate(1 / APART_S))
            first, second = random.sample(range(accounts), 2)
            amount = 10
            if ordered and first > second:
                first, second, amount = second, first, -amount  # the same transfer, and always the lower account first
            while True:
                try:
                    transfer(database, first, second, amount)
                    break
                except psycopg.errors.DeadlockDetected:  # rolled back: nothing is half done, so it may begin again
                    counts["victims"] += 1
            counts["moved"] += 1


def main(connection, sessions="16", accounts="20", ordered="0"):
    with psycopg.connect(connection, autocommit=True) as database:
        database.execute("DROP TABLE IF EXISTS account")
        database.execute("CREATE TABLE account (id integer PRIMARY KEY, balance integer NOT NULL)")
        database.execute("INSERT INTO account SELECT i, 1000 FROM generate_series(0, %s - 1) AS i", [int(accounts)])
        all_counts = [{"moved": 0, "victims": 0} for _ in range(int(sessions))]
        end = time.monotonic() + RUN_S
        threads = [
            threading.Thread(target=session, args=(connection, int(accounts), int(ordered), end, counts)) for counts in all_counts
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (total,) = database.execute("SELECT sum(balance) FROM account").fetchone()
        moved, victims = (sum(counts[what] for counts in all_counts) for what in ("moved", "victims"))
        print(f"{moved} transfers, {victims} deadlocks; the balances add up to {total}")


if __name__ == "__main__":
    main(*sys.argv[1:])
