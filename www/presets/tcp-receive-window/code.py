"""A receiver with a small buffer sets the pace of a sender that could do a thousand times as much. Over the loopback."""
import socket
import threading
import time

BUFFER, READ_SIZE, READ_EVERY, SECONDS = 16384, 4096, 0.005, 3


def window_for(bytes_per_s, round_trip_s):
    """What must be under way so that the wire is never empty: the bandwidth-delay product."""
    return bytes_per_s * round_trip_s


def sender(address, reading):
    with socket.create_connection(address) as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        sent = 0
        wire.settimeout(0.25)
        try:
            while True:
                sent += wire.send(bytes(1024))
        except TimeoutError:  # the receiver reads nothing yet: its window is shut, and our own buffer is full
            print(f"{sent:,} bytes were accepted, then send() blocked")
        wire.settimeout(None)
        reading.wait()
        sent, start = 0, time.monotonic()
        while time.monotonic() - start < SECONDS:
            sent += wire.send(bytes(1024))
        print(f"sent {sent / SECONDS / 1000:,.0f} kB/s")


def main():
    listening = socket.socket()
    # Before listen(): the window's scale is agreed on when the connection is made.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    reading = threading.Event()
    other = threading.Thread(target=sender, args=(listening.getsockname(), reading))
    other.start()
    wire, _ = listening.accept()
    time.sleep(1)
    reading.set()
    taken, start = 0, time.monotonic()
    while data := wire.recv(READ_SIZE):
        taken += len(data)
        time.sleep(max(0.0, start + taken / READ_SIZE * READ_EVERY - time.monotonic()))
    print(f"read {taken / (time.monotonic() - start) / 1000:,.0f} kB/s")
    other.join()


main()
print(f"10 MB/s over 40 ms need a window of {window_for(10e6, 0.040) / 1000:,.0f} kB")
