"""Read a mail folder over IMAP4rev1 (RFC 3501), read-only.

The standard library's client is enough for the four commands that are needed (decision: no library, nothing to keep up to date): EXAMINE, UID
SEARCH, UID FETCH of sizes and of bodies.
"""

import imaplib
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.permitted_hosts import NoAnswer

#: Number of messages requested in one IMAP command.
MESSAGES_PER_COMMAND = 200
_NON_ASCII_OR_AMPERSAND_RE = re.compile(r"&|[^\x00-\x7f]+")
_MESSAGE_SIZE_RE = re.compile(rb"UID (\d+).*?RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+).*?UID (\d+)")


@dataclass(frozen=True)
class MailboxAccount:
    """Server, folder and credentials of a mailbox; `plain` disables TLS (localhost only), `seconds` is the timeout."""

    host: str
    user: str
    password: str
    port: int = 993
    folder: str = "INBOX"
    plain: bool = False
    seconds: float = 30.0

    @property
    def name(self) -> str:
        """Return the name of the folder in logs: user, host, folder."""
        return f"{self.user}@{self.host}/{self.folder}"

    def __repr__(self) -> str:
        return f"<Account {self.name}>"


class MailFolder:
    """An open mail folder."""

    def __init__(self, client: imaplib.IMAP4, uid_validity: int) -> None:
        self.client, self.uid_validity = client, uid_validity

    def list_numbers(self, after: int) -> list[int]:
        """Return the UIDs above `after`, in order."""
        found = self._run_command("SEARCH", None, f"UID {after + 1}:*")
        numbers = {int(number) for line in found if isinstance(line, bytes) for number in line.split()}
        # `*` is the last message whatever its number, so one that was read already may come back.
        return sorted(number for number in numbers if number > after)

    def get_sizes(self, numbers: list[int]) -> dict[int, int]:
        """Return {number: size in bytes} of the messages that still exist."""
        sizes: dict[int, int] = {}
        for start in range(0, len(numbers), MESSAGES_PER_COMMAND):
            number_list = ",".join(map(str, numbers[start : start + MESSAGES_PER_COMMAND]))
            for line in self._run_command("FETCH", number_list, "(UID RFC822.SIZE)"):
                text = line[0] if isinstance(line, tuple) else line
                if isinstance(text, bytes) and (match := _MESSAGE_SIZE_RE.search(text)):
                    uid, size, size_first, last_uid = match.groups()
                    sizes[int(uid or last_uid)] = int(size or size_first)
        return sizes

    def fetch_message(self, number: int) -> bytes | None:
        """Return a message's bytes; None if it was deleted."""
        return self._fetch_part(number, "BODY.PEEK[]")

    def fetch_header(self, number: int) -> bytes | None:
        """Return a message's header; None if it was deleted."""
        return self._fetch_part(number, "BODY.PEEK[HEADER]")

    def _fetch_part(self, number: int, part: str) -> bytes | None:
        """Return a part of a message, None if the server returns none."""
        lines = self._run_command("FETCH", str(number), f"({part})")
        return next((line[1] for line in lines if isinstance(line, tuple)), None)

    def _run_command(self, command: str, *args: str | None) -> list[bytes | tuple[bytes, bytes] | None]:
        """Return the lines of the server's answer (NoAnswer: it refuses)."""
        status, lines = self.client.uid(command, *args)  # type: ignore[arg-type]
        if status != "OK":
            raise NoAnswer(f"邮件服务器拒绝了{command}")
        return list(lines)


@contextmanager
def open_folder(account: MailboxAccount) -> Iterator[MailFolder]:
    """Open a folder read-only, as a context manager.

    Raises:
        NoAnswer: no connection, a rejected login, or no such folder. No error contains the password.
    """
    try:
        client = _connect_to_mailbox(account)
    except (OSError, imaplib.IMAP4.error, ssl.SSLError) as error:
        raise NoAnswer(f"连不上邮件服务器（{type(error).__name__}）") from None
    try:
        try:
            client.login(account.user, account.password)
        except (imaplib.IMAP4.error, UnicodeError):  # the command LOGIN takes ASCII only
            raise NoAnswer("邮件服务器不接受账号或者密码") from None
        status, _ = client.select(f'"{_encode_folder_name(account.folder)}"', readonly=True)
        validity = client.response("UIDVALIDITY")[1]
        if status != "OK" or not validity or not validity[0]:
            raise NoAnswer(f"邮件服务器没有文件夹“{account.folder}”")
        yield MailFolder(client, int(validity[0]))
    except (OSError, imaplib.IMAP4.error) as error:
        raise NoAnswer(f"邮件服务器中断（{type(error).__name__}）") from None
    finally:
        _log_out(client)


def _encode_folder_name(name: str) -> str:
    """Return a Chinese folder name in modified UTF-7 (RFC 3501, 5.1.3); a name in ASCII unchanged."""

    def encode(found: re.Match[str]) -> str:
        if found[0] == "&":
            return "&-"
        return f"&{b64encode(found[0].encode('utf-16-be')).decode().rstrip('=').replace('/', ',')}-"

    return name if name.isascii() else _NON_ASCII_OR_AMPERSAND_RE.sub(encode, name)


def _connect_to_mailbox(account: MailboxAccount) -> imaplib.IMAP4:
    if account.plain:
        return imaplib.IMAP4(account.host, account.port, timeout=account.seconds)
    context = ssl.create_default_context()
    return imaplib.IMAP4_SSL(account.host, account.port, ssl_context=context, timeout=account.seconds)


def _log_out(client: imaplib.IMAP4) -> None:
    try:
        client.logout()
    except (OSError, imaplib.IMAP4.error):
        return
