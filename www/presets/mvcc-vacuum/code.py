"""Dead versions behind a transaction that stays open. Argument: where Postgres is (a connection string of libpq). Needs psycopg 3."""

import random
import sys

import psycopg

ROWS = 10_000
UPDATES = 20_000


def fresh_table(session):
    session.execute("DROP TABLE IF EXISTS accounts")
    # This program vacuums by hand, so that it is seen what a vacuum could remove.
    session.execute(
        "CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL, note text)"
        " WITH (autovacuum_enabled = off)"
    )
    session.execute("INSERT INTO accounts SELECT id, 1000, repeat('x', 150) FROM generate_series(1, %s) AS id", [ROWS])


def update_many(session):
    """Every update writes a new version of its row; the old one is dead from then on."""
    for _ in range(UPDATES):
        session.execute("UPDATE accounts SET balance = balance - 1 WHERE id = %s", [random.randint(1, ROWS)])


def vacuum(session, when):
    session.execute("VACUUM (VERBOSE, PROCESS_TOAST off) accounts")
    size = session.execute("SELECT pg_relation_size('accounts')").fetchone()[0]
    print(f"{when}: {size / 1e6:.1f} MB in the file")


def print_what_it_removed(notice):
    for line in notice.message_primary.splitlines():
        if line.startswith("tuples: "):
            print(" ", line)


def main(where, isolation="REPEATABLE READ"):
    with psycopg.connect(where, autocommit=True) as app, psycopg.connect(where, autocommit=True) as analyst:
        app.execute("SET client_min_messages = warning")
        fresh_table(app)
        app.add_notice_handler(print_what_it_removed)
        update_many(app)
        vacuum(app, "nobody else")

        analyst.execute(f"BEGIN ISOLATION LEVEL {isolation}")
        analyst.execute("SELECT sum(balance) FROM accounts")  # the snapshot is taken here, and kept until the end
        update_many(app)
        vacuum(app, "while a transaction is open")
        analyst.execute("COMMIT")
        vacuum(app, "after its end")


if __name__ == "__main__":
    main(*sys.argv[1:])
