"""Counts the lines of a file, block by block: from a list of all blocks, and from a generator. Argument: MiB."""

import os
import sys
import tempfile
import tracemalloc

BLOCK_BYTES = 1 << 20


def read(path):
    with open(path, "rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block


def count_with_list(path):
    blocks = list(read(path))  # the whole file, before the first block is looked at
    return sum(block.count(b"\n") for block in blocks)


def count_with_generator(path):
    return sum(block.count(b"\n") for block in read(path))


def main(mebibytes=64):
    with tempfile.NamedTemporaryFile(delete=False) as file:
        for _ in range(mebibytes):
            file.write(b"one line of text\n" * (BLOCK_BYTES // 17))
    for count in (count_with_list, count_with_generator):
        tracemalloc.start()
        lines = count(file.name)
        print(f"{count.__name__}: {lines} lines, at most {tracemalloc.get_traced_memory()[1] >> 20} MiB")
        tracemalloc.stop()
    os.unlink(file.name)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
