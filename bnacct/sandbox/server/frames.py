"""Builds the WebSocket frames that a server sends."""

CONTINUATION, TEXT, BINARY, CLOSE, PING = 0x0, 0x1, 0x2, 0x8, 0x9

_SHORT, _TWO_BYTES = 126, 1 << 16


def frame(data: bytes, opcode: int = TEXT, *, last: bool = True) -> bytes:
    """Return one unmasked frame; `last` is False for a fragment that others follow."""
    first = bytes([opcode | (0x80 if last else 0)])
    if len(data) < _SHORT:
        return first + bytes([len(data)]) + data
    if len(data) < _TWO_BYTES:
        return first + b"\x7e" + len(data).to_bytes(2, "big") + data
    return first + b"\x7f" + len(data).to_bytes(8, "big") + data
