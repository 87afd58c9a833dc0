"""python3 code.py CONNECTION [replicas]: a mutex in each process, and one row for all. Needs PostgreSQL and psycopg 3."""

import multiprocessing
import random
import sys
import threading
import time

import psycopg

SELLERS = 8


def seller(connection, mutex):
    with psycopg.connect(connection, autocommit=True) as database:
        while True:
            time.sleep(random.expovariate(1 / 0.010))  # the next customer
            with mutex:  # keeps out the other sellers of this process, and nobody else
                (seats,) = database.execute("SELECT seats FROM hall").fetchone()
                if seats == 0:
                    return
                time.sleep(random.expovariate(1 / 0.005))
                database.execute("UPDATE hall SET seats = %s", [seats - 1])
                database.execute("INSERT INTO sold DEFAULT VALUES")


def replica(connection):
    mutex = threading.Lock()
    sellers = [threading.Thread(target=seller, args=(connection, mutex)) for _ in range(SELLERS)]
    for one in sellers:
        one.start()
    for one in sellers:
        one.join()


def main(connection, replicas="2"):
    with psycopg.connect(connection, autocommit=True) as database:
        database.execute("DROP TABLE IF EXISTS hall, sold")
        database.execute("CREATE TABLE hall (seats integer NOT NULL)")
        database.execute("CREATE TABLE sold (number bigint GENERATED ALWAYS AS IDENTITY)")
        database.execute("INSERT INTO hall VALUES (1000)")
        processes = [multiprocessing.Process(target=replica, args=(connection,)) for _ in range(int(replicas))]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        (sold,) = database.execute("SELECT count(*) FROM sold").fetchone()
        print(f"{replicas} replicas: {sold} tickets for 1000 seats")


if __name__ == "__main__":
    main(*sys.argv[1:])
