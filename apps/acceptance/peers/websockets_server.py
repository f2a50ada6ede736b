# An echo server for our client: Python's websockets. Prints its port.

import asyncio

import end_with_parent  # noqa: F401
import websockets


async def echo(connection):
    async for message in connection:
        await connection.send(message)


async def main():
    async with websockets.serve(echo, "127.0.0.1", 0, max_size=8 * 1024 * 1024, max_queue=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()


asyncio.run(main())
