# What the Python peers send: the same lengths and kinds as payloads.mjs.

TEXTS = ["", "a", "Grüße", "你好，世界", "👩‍👩‍👧‍👦 emoji", "\ufeffBOM", "x" * 125, "x" * 126, "é" * 32768, "漢" * 100_000]
SIZES = [0, 1, 125, 126, 127, 65535, 65536, 262_145, 4_000_000]


def patterned(size):
    return bytes((at * 31 + (at >> 8)) & 0xFF for at in range(size))


def payloads():
    return TEXTS + [patterned(size) for size in SIZES]
