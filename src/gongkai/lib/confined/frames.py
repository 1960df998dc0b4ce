"""Message frames between caller and child: kind, length and bytes over one socket."""

import socket
import struct
from collections.abc import Iterator

FRAME_HEADER = struct.Struct(">cI")
#: How far it is; the answer; the file is refused; it needs more than ordinary limits; the reader failed; the child is gone (said by the template).
SAID, ANSWER, REFUSED, NEEDS, FAILED, GONE = b"P", b"R", b"X", b"N", b"E", b"Z"


def send(line: socket.socket, kind: bytes, data: bytes) -> None:
    """Send one frame."""
    line.sendall(FRAME_HEADER.pack(kind, len(data)))
    line.sendall(data)


class Frames:
    """Incremental frame decoder; buffers at most `most` bytes."""

    def __init__(self, most: int) -> None:
        self.held = bytearray()
        self.most = most

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield the complete frames.

        Raises:
            OverflowError: a frame is longer than is taken.
        """
        self.held += data
        while len(self.held) >= FRAME_HEADER.size:
            kind, size = FRAME_HEADER.unpack_from(self.held)
            if size > self.most:
                raise OverflowError
            end = FRAME_HEADER.size + size
            if len(self.held) < end:
                return
            yield kind, bytes(memoryview(self.held)[FRAME_HEADER.size : end])
            del self.held[:end]
