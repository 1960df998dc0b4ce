"""Reading an IMAP folder: only four commands, no changes, and no error that contains the password."""

import socketserver
import threading
from collections.abc import Iterator

import pytest

from gongkai.lib.outbound.imap import MailboxAccount, open_folder
from gongkai.lib.outbound.permitted_hosts import NoAnswer

FOLDERS = {b'"INBOX"', b'"&U9ZO9g-/&e1Q-&-&TmA-"'}
MESSAGES = {3: b"Subject: three\r\n\r\nthree\r\n", 8: b"Subject: eight\r\n\r\neight\r\n"}


class _Imap(socketserver.StreamRequestHandler):
    """A minimal IMAP server."""

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            mark, command, *rest = line.split()
            said = {b"SELECT": b"", b"STORE": b""}.get(command.upper(), self._answer(command.upper(), rest))
            status = b"NO wrong" if said == b"no" else b"OK done"
            self.wfile.write((b"" if said == b"no" else said) + mark + b" " + status + b"\r\n")

    def _answer(self, command: bytes, rest: list[bytes]) -> bytes:
        if command == b"CAPABILITY":
            return b"* CAPABILITY IMAP4REV1\r\n"
        if command == b"LOGIN":
            return b"" if rest[1] == b'"secret"' else b"no"
        if command == b"EXAMINE":
            return b"* 2 EXISTS\r\n* OK [UIDVALIDITY 42] valid\r\n" if rest[0] in FOLDERS else b"no"
        if command == b"UID" and rest[0].upper() == b"SEARCH":
            return b"* SEARCH 8 3\r\n"
        if command == b"UID" and b"SIZE" in rest[-1]:
            return b"".join(b"* 1 FETCH (UID %d RFC822.SIZE %d)\r\n" % (n, len(m)) for n, m in MESSAGES.items())
        if command == b"UID":
            content = MESSAGES.get(int(rest[1]), b"")
            return b"* 1 FETCH (UID %s BODY[] {%d}\r\n%s)\r\n" % (rest[1], len(content), content) if content else b""
        return b""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Imap) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def account(port: int, **facts: str) -> MailboxAccount:
    return MailboxAccount("127.0.0.1", "xinxiang", **{"password": "secret", **facts}, port=port, plain=True, seconds=5)


def test_new_messages_are_read_in_order_with_sizes(port: int) -> None:
    with open_folder(account(port)) as folder:
        assert folder.uid_validity == 42
        assert folder.list_numbers(0) == [3, 8]
        assert folder.list_numbers(3) == [8]
        assert folder.get_sizes([3, 8]) == {n: len(m) for n, m in MESSAGES.items()}
        assert folder.fetch_message(8) == MESSAGES[8]
        assert folder.fetch_message(9) is None


def test_chinese_folder_is_opened(port: int) -> None:
    with open_folder(account(port, folder="取件/答&习")) as folder:
        assert folder.list_numbers(3) == [8]


@pytest.mark.parametrize("wrong", [{"password": "geheim"}, {"password": "geheim密"}, {"folder": "无"}])
def test_errors_do_not_contain_password(port: int, wrong: dict[str, str]) -> None:
    with pytest.raises(NoAnswer) as said, open_folder(account(port, **wrong)):
        pass
    assert "geheim" not in str(said.value)
    with pytest.raises(NoAnswer, match="连不上"), open_folder(account(1)):
        pass
