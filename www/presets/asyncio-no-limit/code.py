"""An export to a client that reads slowly, without and with drain(). Argument: chunks of 64 KiB."""

import asyncio
import sys

CHUNK = bytes(64 * 1024)


async def rows(count):
    for _ in range(count):
        await asyncio.sleep(0.001)  # the database
        yield CHUNK


async def export(writer, count, drain):
    largest = 0
    async for chunk in rows(count):
        writer.write(chunk)  # always returns at once
        largest = max(largest, writer.transport.get_write_buffer_size())
        if drain:
            await writer.drain()  # waits while the buffer is above its high mark
    writer.transport.abort()  # enough seen
    print(f"drain {drain}: at most {largest >> 10} KiB in the transport's buffer")


async def slow_client(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while await reader.read(len(CHUNK)):
            await asyncio.sleep(0.005)
    except ConnectionResetError:
        pass
    writer.close()


async def run(count, drain):
    exported = asyncio.get_running_loop().create_future()

    async def handle(reader, writer):
        await export(writer, count, drain)
        exported.set_result(None)

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        client = asyncio.create_task(slow_client(server.sockets[0].getsockname()[1]))
        await exported
        await client


async def main(count=400):
    for drain in (False, True):
        await run(count, drain)


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
