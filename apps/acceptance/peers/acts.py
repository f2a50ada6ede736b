# What acts.mjs says, for the peers in Python.

import json
import sys
from urllib.parse import urlsplit

import end_with_parent  # noqa: F401

REASON = "fin 👋"
PING = b"are you there?"
LARGEST = 32 * 1024 * 1024


def act_of(path):
    return path.rsplit("/", 1)[-1]


def closing_of(act):
    """The code and reason to close with at once, or None."""
    if not act.startswith("close-"):
        return None
    code = int(act[len("close-") :])
    return code, "" if code == 1000 else REASON


def pieces(message):
    """Four pieces of text or bytes."""
    size = -(-len(message) // 4)
    return [message[at * size : (at + 1) * size] for at in range(4)]


def ended(path, code, reason):
    print(json.dumps({"path": path, "code": code, "reason": reason}), flush=True)


def listening(server):
    print(server.sockets[0].getsockname()[1], flush=True)


def urls():
    """Those this client is to open; none for a server."""
    return [(urlsplit(url).path, url) for url in sys.argv[1:]]
