# A client under test by our server: Python's aiohttp. Sends and receives at once. Prints one line of JSON.

import asyncio
import json
import sys

import aiohttp
import end_with_parent  # noqa: F401
from payloads import payloads


async def send_all(connection, sent):
    for payload in sent:
        await (connection.send_str(payload) if isinstance(payload, str) else connection.send_bytes(payload))


async def main():
    sent = payloads()
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(sys.argv[1], max_msg_size=8 * 1024 * 1024) as connection:
            sending = asyncio.ensure_future(send_all(connection, sent))
            for at, payload in enumerate(sent):
                if (await connection.receive()).data != payload:
                    return {"ok": False, "why": f"message {at} came back changed"}
            await sending
            await connection.close(code=3001, message="fin 👋".encode())
            return {"ok": True, "code": connection.close_code, "wasClean": True}


print(json.dumps(asyncio.run(main())))
