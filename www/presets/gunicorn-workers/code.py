"""A WSGI application, and gunicorn in short: worker processes forked around one listening socket.

With gunicorn: `gunicorn -w 1 --threads 8 code:app` and `gunicorn -w 4 code:app`. Without it: `python3 code.py`.
"""

import os
import signal
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from wsgiref.handlers import SimpleHandler


def app(environ, start_response):
    until = time.thread_time() + 0.01
    while time.thread_time() < until:
        pass  # 10 ms of Python
    time.sleep(0.01)  # the database
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"done\n"]


def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as stream:
            while stream.readline().strip():
                pass  # the request's head; a real server reads it
            environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_PROTOCOL": "HTTP/1.0"}
            SimpleHandler(stream, stream, sys.stderr, environ).run(app)


def fork_worker(listener, threads):
    worker = os.fork()
    if worker == 0:
        for _ in range(threads - 1):
            threading.Thread(target=serve, args=[listener], daemon=True).start()
        serve(listener)
    return worker


def get(address):
    with socket.create_connection(address) as connection:
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        while connection.recv(4096):
            pass


def measure(workers, threads, requests):
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        forked = [fork_worker(listener, threads) for _ in range(workers)]
        started = time.monotonic()
        with ThreadPoolExecutor(32) as clients:
            list(clients.map(get, [listener.getsockname()] * requests))
        rate = requests / (time.monotonic() - started)
        for worker in forked:
            os.kill(worker, signal.SIGTERM)
            os.waitpid(worker, 0)
    print(f"{workers} workers, {threads} threads each: {rate:.0f} requests a second")


def main(requests=300):
    for workers, threads in ((1, 1), (1, 8), (4, 1)):
        measure(workers, threads, requests)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
