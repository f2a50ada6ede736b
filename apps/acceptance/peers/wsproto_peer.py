# Python's wsproto, which has no I/O, on asyncio's streams: a client when it gets URLs, else a server.

import asyncio
from urllib.parse import urlsplit

from acts import PING, act_of, closing_of, ended, listening, pieces, urls
from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Message,
    Ping,
    Request,
    TextMessage,
)
from wsproto.extensions import PerMessageDeflate


class Peer:
    def __init__(self, side, path, reader, writer):
        self.protocol = WSConnection(side)
        self.path, self.reader, self.writer = path, reader, writer
        self.parts = []
        self.seen = (1006, "")

    def send(self, event):
        self.writer.write(self.protocol.send(event))

    def opened(self):
        act = act_of(self.path)
        if act == "ping":
            self.send(Ping(PING))
        if closing_of(act):
            code, reason = closing_of(act)
            self.send(CloseConnection(code, reason or None))

    def message(self, event):
        self.parts.append(event.data)
        if not event.message_finished:
            return
        kind = TextMessage if isinstance(event, TextMessage) else BytesMessage
        whole = (b"" if kind is BytesMessage else "").join(self.parts)
        self.parts = []
        sent = pieces(whole) if act_of(self.path) == "fragments" else [whole]
        for at, part in enumerate(sent):
            self.send(kind(data=part, message_finished=at == len(sent) - 1))

    def handle(self, event):
        if isinstance(event, Request):
            self.path = event.target
            self.send(AcceptConnection(extensions=[PerMessageDeflate()]))
            self.opened()
        elif isinstance(event, AcceptConnection):
            self.opened()
        elif isinstance(event, Message):
            if self.protocol.state is ConnectionState.OPEN:
                self.message(event)
        elif isinstance(event, Ping):
            self.send(event.response())
        elif isinstance(event, CloseConnection):
            self.seen = (event.code, event.reason or "")
            if self.protocol.state is ConnectionState.REMOTE_CLOSING:
                self.send(event.response())

    async def run(self):
        while chunk := await self.reader.read(65536):
            self.protocol.receive_data(chunk)
            for event in self.protocol.events():
                self.handle(event)
            await self.writer.drain()
            if self.protocol.state is ConnectionState.CLOSED:
                break
        self.writer.close()
        ended(self.path, *self.seen)


async def main():
    if not urls():
        server = await asyncio.start_server(
            lambda reader, writer: Peer(ConnectionType.SERVER, "", reader, writer).run(), "127.0.0.1", 0
        )
        listening(server)
        await asyncio.Future()
    for path, url in urls():
        address = urlsplit(url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        peer = Peer(ConnectionType.CLIENT, path, reader, writer)
        peer.send(Request(host=address.netloc, target=path, extensions=[PerMessageDeflate()]))
        await peer.run()


asyncio.run(main())
