"""python3 code.py [seconds]: five requests to a server that answers after three seconds, one after another and together."""

import asyncio
import sys
import time

ANSWER_S = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
REQUESTS = 5


async def answer(reader, writer):
    await reader.readline()
    await asyncio.sleep(ANSWER_S)
    writer.write(b"ok\n")
    await writer.drain()
    writer.close()


async def get(port):
    reader, writer = await asyncio.open_connection("localhost", port)
    writer.write(b"get\n")
    text = await reader.readline()
    writer.close()
    return text


async def main():
    server = await asyncio.start_server(answer, "localhost", 0)
    port = server.sockets[0].getsockname()[1]

    begin = time.perf_counter()
    for _ in range(REQUESTS):
        await get(port)
    print(f"Sequential: {time.perf_counter() - begin:.3f} s")

    begin = time.perf_counter()
    await asyncio.gather(*(get(port) for _ in range(REQUESTS)))
    print(f"Concurrent: {time.perf_counter() - begin:.3f} s")


asyncio.run(main())
