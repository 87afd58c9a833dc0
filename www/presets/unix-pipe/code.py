"""`producer | consumer` in one program: a pipe, two processes, and how long write() blocks. Then how much a pipe holds."""
import os
import time

CHUNK, READING, SECONDS = 4096, 5 * 2**20, 2


def pipe_between_two():
    read_end, write_end = os.pipe()
    if os.fork() == 0:  # the consumer: 5 MiB/s
        os.close(write_end)
        start, taken = time.monotonic(), 0
        while data := os.read(read_end, CHUNK):  # b"" means that the last writer has closed its end
            taken += len(data)
            time.sleep(max(0.0, start + taken / READING - time.monotonic()))
        os._exit(0)
    os.close(read_end)
    start, written, blocked = time.monotonic(), 0, 0.0
    while time.monotonic() - start < SECONDS:
        before = time.monotonic()
        written += os.write(write_end, bytes(CHUNK))  # returns when all of it is in the pipe
        blocked += time.monotonic() - before
    print(f"written {written / SECONDS / 2**20:.1f} MiB/s, {blocked / SECONDS:.0%} of the time in write()")
    os.close(write_end)
    os.wait()


def holds(chunk):
    """Bytes that a new pipe takes in writes of this size."""
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    total = 0
    try:
        while (count := os.write(write_end, bytes(chunk))) == chunk:
            total += count
        total += count  # more than a page may go in by a part
    except BlockingIOError:
        pass
    os.close(read_end)
    os.close(write_end)
    return total


pipe_between_two()
for size in (1000, 3000, 4096, 5000):
    print(f"writes of {size} B: the pipe holds {holds(size):,} B")
