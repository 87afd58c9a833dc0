"""python3 code.py POSTGRES REDIS_URL [fencing: 0, 1 or 2]: a lock in Redis, a row in PostgreSQL, processes that are stopped at times.

Needs Redis, PostgreSQL, redis-py and psycopg 3. Fencing: 0 none, 1 the store compares tokens at the write, 2 at the read too.
"""

import multiprocessing
import os
import random
import signal
import sys
import threading
import time

import psycopg
import redis

CLIENTS = 8
TTL_MS = 1000
PAUSE_S = 1.5
RUN_S = 60

GRANT = """
if redis.call('EXISTS', KEYS[1]) == 1 then return false end
local token = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], token, 'PX', ARGV[1])
return token
"""
RELEASE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""


def locked(grant):
    """Waits for the lock. What it gets is a number that no grant before had, which is its proof of ownership too."""
    while not (token := grant(["lock", "fence"], [TTL_MS])):
        time.sleep(random.uniform(0, 0.01))
    return token


def read(database, token, fencing):
    if fencing == 2:  # from here on the store knows that there is a newer holder
        sql = "UPDATE account SET highest = greatest(highest, %s) RETURNING value"
        return database.execute(sql, [token]).fetchone()[0]
    return database.execute("SELECT value FROM account").fetchone()[0]


def write(database, value, token, fencing):
    """False if the store has seen a newer holder: then the whole update must begin again."""
    if fencing == 0:
        return database.execute("UPDATE account SET value = %s", [value]).rowcount == 1
    sql = "UPDATE account SET value = %s, highest = %s WHERE highest <= %s"
    return database.execute(sql, [value, token, token]).rowcount == 1


def client(me, postgres, url, fencing, end, updates, refused):
    server = redis.Redis.from_url(url)
    grant, release = server.register_script(GRANT), server.register_script(RELEASE)
    with psycopg.connect(postgres, autocommit=True) as database:
        while time.time() < end:
            time.sleep(random.expovariate(1 / 0.050))
            token = locked(grant)
            value = read(database, token, fencing)
            time.sleep(random.expovariate(1 / 0.050))  # here, or anywhere, it may be stopped
            if write(database, value + 1, token, fencing):
                updates[me] += 1
            else:
                refused[me] += 1
            release(["lock"], [token])  # does nothing if the lock is no longer this client's


def stop_now_and_then(process, end):
    """What a long garbage collection or a frozen virtual machine does: nothing in the process runs, a timer neither."""
    while time.time() < end:
        time.sleep(random.expovariate(1 / 5))
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(PAUSE_S)
        os.kill(process.pid, signal.SIGCONT)


def main(postgres, url, fencing="0"):
    redis.Redis.from_url(url).delete("lock", "fence")
    with psycopg.connect(postgres, autocommit=True) as database:
        database.execute("DROP TABLE IF EXISTS account")
        database.execute("CREATE TABLE account AS SELECT 0 AS value, 0 AS highest")
        updates, refused = (multiprocessing.Array("q", CLIENTS, lock=False) for _ in range(2))  # a place of its own for each
        end = time.time() + RUN_S
        arguments = postgres, url, int(fencing), end, updates, refused
        clients = [multiprocessing.Process(target=client, args=(me, *arguments)) for me in range(CLIENTS)]
        for one in clients:
            one.start()
        stoppers = [threading.Thread(target=stop_now_and_then, args=(one, end)) for one in clients]
        for one in stoppers:
            one.start()
        for one in stoppers + clients:
            one.join()
        (value,) = database.execute("SELECT value FROM account").fetchone()
        print(f"{sum(updates)} updates, {sum(updates) - value} lost, {sum(refused)} refused")


if __name__ == "__main__":
    main(*sys.argv[1:])
