"""python3 code.py [payments]: a server of charges with a table of idempotency keys (SQLite), and clients whose answers get lost."""

import random
import socket
import sqlite3
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOST = 0.05
RETRIES = 8
FILE = tempfile.mkdtemp() + "/keys.sqlite"
seen = Counter()  # what happened, for the last line
statement = Counter()  # how often each payment was charged
counting = threading.Lock()  # the threads of this program share the two counters: += is not atomic


def table():
    return sqlite3.connect(FILE, timeout=10)


def claimed(key, parameters):
    """Puts the row in, unless it is there. It is committed at the end of `with`, before anything is charged: so others can see it."""
    with table() as rows:
        sql = "INSERT INTO keys (key, parameters) VALUES (?, ?) ON CONFLICT (key) DO NOTHING"
        return rows.execute(sql, [key, parameters]).rowcount == 1


def charge(key):
    time.sleep(random.uniform(0.1, 0.3))  # the bank. Give it the key too: it has such a table
    with counting:
        statement[key] += 1
        return f"charge {statement.total()}"


def answer(key, parameters):
    if claimed(key, parameters):
        body = charge(key)
        with table() as rows:
            rows.execute("UPDATE keys SET answer = ? WHERE key = ?", [body, key])
        return 200, body
    body, first_parameters = table().execute("SELECT answer, parameters FROM keys WHERE key = ?", [key]).fetchone()
    if parameters != first_parameters:
        return 422, "this key was used for another request"
    if body is None:
        return 409, "the first request with this key is still running"
    return 200, body


class Charges(BaseHTTPRequestHandler):
    def do_POST(self):
        parameters = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if random.random() < LOST:
            self.connection.shutdown(socket.SHUT_RDWR)  # the connection breaks, and the charge goes on
        status, body = answer(self.headers["Idempotency-Key"], parameters)
        with counting:
            seen[status] += 1
        with suppress(ConnectionError):  # nobody is there any more: what was done stays done
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


def pay(port):
    key = str(uuid.uuid4())  # made once for each payment, sent with each try
    for retry in range(RETRIES + 1):
        connection = HTTPConnection("localhost", port, timeout=2)
        try:
            connection.request("POST", "/charges", "amount=1000", {"Idempotency-Key": key})
            if connection.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            with counting:
                seen["no answer"] += 1
        finally:
            connection.close()
        time.sleep(random.uniform(0, min(5, 0.2 * 2**retry)))
    raise TimeoutError("gave up: ask for this payment before it is tried again")


def main(payments=500):
    with table() as rows:
        rows.execute("CREATE TABLE keys (key TEXT PRIMARY KEY, parameters TEXT NOT NULL, answer TEXT)")
    server = ThreadingHTTPServer(("localhost", 0), Charges)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with ThreadPoolExecutor(20) as clients:
        for payment in [clients.submit(pay, server.server_port) for _ in range(payments)]:
            payment.result()
    twice = sum(times > 1 for times in statement.values())
    print(f"{payments} payments, {twice} charged more than once; {seen['no answer']} answers lost, {seen[409]} conflicts")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
