"""A local SMTP server that records messages (RFC 5321, as far as a sender needs it)."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP


@dataclass
class Mailbox:
    """Received envelopes and raw messages. `refuses`: temporary errors; `unknown`: permanent errors."""

    port: int = 0
    refuses: bool = False
    unknown: bool = False
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    @property
    def messages(self) -> list[EmailMessage]:
        """The messages, read."""
        return [BytesParser(policy=SMTP).parsebytes(one) for one in self.raw]  # type: ignore[arg-type,misc]


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Run the server for the duration of the block."""
    box = Mailbox()

    class Line(socketserver.StreamRequestHandler):
        def say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

        def handle(self) -> None:
            self.say("220 mailbox")
            sender, to = "", []
            while line := self.rfile.readline().decode().strip():
                verb = line.upper()
                if verb.startswith("MAIL FROM"):
                    sender, to = line[10:], []
                    self.say("250 ok")
                elif verb.startswith("RCPT TO"):
                    to.append(line[8:])
                    self.say("550 no such user" if box.unknown else "451 later" if box.refuses else "250 ok")
                elif verb == "DATA":
                    self.say("354 go on")
                    box.raw.append(self.text())
                    box.envelopes.append((sender, to))
                    self.say("250 taken")
                elif verb == "QUIT":
                    return self.say("221 bye")
                else:
                    self.say("250 8BITMIME" if verb.startswith("EHLO") else "250 ok")

        def text(self) -> bytes:
            lines = []
            while (line := self.rfile.readline()) not in {b".\r\n", b""}:
                lines.append(line[1:] if line.startswith(b"..") else line)
            return b"".join(lines)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Line) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield box
        server.shutdown()
