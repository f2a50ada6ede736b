# A client under test by our server: Python's websockets. Sends and receives at once. Prints one line of JSON.

import asyncio
import json
import sys

import end_with_parent  # noqa: F401
import websockets
from payloads import payloads


async def main():
    sent = payloads()
    async with websockets.connect(sys.argv[1], max_size=8 * 1024 * 1024, compression=None) as connection:
        sending = asyncio.gather(*[connection.send(payload) for payload in sent])
        for at, payload in enumerate(sent):
            if await connection.recv() != payload:
                return {"ok": False, "why": f"message {at} came back changed"}
        await sending
        await connection.ping()
        await connection.close(3001, "fin 👋")
        return {"ok": True, "code": connection.close_code, "reason": connection.close_reason, "wasClean": True}


print(json.dumps(asyncio.run(main())))
