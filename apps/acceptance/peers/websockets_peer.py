# Python's websockets: a client when it gets URLs, else a server.

import asyncio

import websockets
from acts import LARGEST, PING, act_of, closing_of, ended, listening, pieces, urls


async def play(path, connection):
    act = act_of(path)
    if act == "ping":
        await connection.ping(PING)
    if closing_of(act):
        await connection.close(*closing_of(act))
    try:
        async for message in connection:
            await connection.send(pieces(message) if act == "fragments" else message)
    except websockets.ConnectionClosed:
        pass
    await connection.wait_closed()
    ended(path, connection.close_code, connection.close_reason)


async def main():
    if not urls():
        async with websockets.serve(
            lambda connection: play(connection.path, connection), "127.0.0.1", 0, max_size=LARGEST, max_queue=None
        ) as server:
            listening(server)
            await asyncio.Future()
    for path, url in urls():
        async with websockets.connect(url, max_size=LARGEST, max_queue=None) as connection:
            await play(path, connection)


asyncio.run(main())
