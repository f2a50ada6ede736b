# Python's aiohttp: a client when it gets URLs, else a server.

import asyncio

import aiohttp
from acts import LARGEST, PING, act_of, closing_of, ended, listening, urls
from aiohttp import web


async def play(path, connection):
    act = act_of(path)
    if act == "ping":
        await connection.ping(PING)
    if closing_of(act):
        code, reason = closing_of(act)
        await connection.close(code=code, message=reason.encode())
    while True:
        message = await connection.receive()
        if message.type == aiohttp.WSMsgType.TEXT:
            await connection.send_str(message.data)
        elif message.type == aiohttp.WSMsgType.BINARY:
            await connection.send_bytes(message.data)
        else:
            break
    reason = message.extra if message.type == aiohttp.WSMsgType.CLOSE else ""
    ended(path, connection.close_code, reason)


async def serve(request):
    connection = web.WebSocketResponse(max_msg_size=LARGEST, compress=True)
    await connection.prepare(request)
    await play(request.path, connection)
    return connection


async def main():
    if not urls():
        app = web.Application()
        app.router.add_get("/{path:.*}", serve)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        listening(site._server)
        await asyncio.Future()
    async with aiohttp.ClientSession() as session:
        for path, url in urls():
            async with session.ws_connect(url, max_msg_size=LARGEST, compress=15) as connection:
                await play(path, connection)


asyncio.run(main())
