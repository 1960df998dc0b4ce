"""The internet of a simulated year: sites, feeds and mailboxes with daily contents, without a network."""

import http.client
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from typing import Any, cast
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from django.core import mail
from django.utils import timezone

from factories import mails
from gongkai.lib.outbound import http_requests
from gongkai.ops.demo.outer_site import OuterSite, make_county_site
from gongkai.work.consultation.mailbox import fetching

RSS = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>论坛</title>{}</channel></rss>'
ITEM = "<item><title>{}</title><link>http://{}/t/{}.html</link><description>{}</description><guid>{}</guid></item>"
#: Response of messaging services.
MESSAGE_ACCEPTED = (
    b'{"errcode": 0, "code": 0, "success": true, "access_token": "t", "tenant_access_token": "t", "task_id": 1}'
)
TALK = ("网传城区学校停课", "小区停水三天没人管", "公租房分配名单不实", "路灯坏了很久")


#: The real sender: the sample city serves its sites itself.
REAL_SEND = http_requests._send_on_connection


class PreparedConnection:
    """A connection that returns a prepared response."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def makefile(self, *_: object) -> BytesIO:
        """Return what was answered."""
        return BytesIO(self.raw)


@lru_cache(16)
def site_of(host: str, day: Any) -> OuterSite:
    """Return a site's state in a week: faults are fixed in every second week, and texts change."""
    site = make_county_site(day, mended=day.isocalendar()[1] % 2 == 0)
    return site.replace_words("防汛备汛工作会议", f"第{day.isocalendar()[1]}次工作会议", site.host, host)


def make_response(host: str, target: str) -> tuple[int, str, bytes]:
    """Return the status, media type and body of a response."""
    day = timezone.localdate()
    if target.endswith(".xml"):
        rows = [ITEM.format(escape(one), host, f"{day}-{n}", one, f"{day}-{n}") for n, one in enumerate(TALK)]
        return 200, "application/rss+xml", RSS.format("".join(rows)).encode()
    status, page = site_of(host, day).respond(target)
    return status, "text/html; charset=utf-8", page.encode()


def send(
    connection: http.client.HTTPConnection,
    _reach: object,
    _until: float,
    method: str,
    target: str,
    _headers: Mapping[str, str],
    _body: bytes | None,
) -> http.client.HTTPResponse:
    """Answer a request."""
    parts = urlsplit(target)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    asks = method == "POST" or "token" in path  # a service by which messages are sent
    status, kind, content = (
        (200, "application/json", MESSAGE_ACCEPTED) if asks else make_response(parts.hostname or connection.host, path)
    )
    head = f"HTTP/1.1 {status} Simulated\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n"
    response = http.client.HTTPResponse(cast(Any, PreparedConnection(head.encode() + content)), method=method)
    response.begin()
    return response


class Folder:
    """A mailbox with one mail a day: a question, one with a file, an empty one, or a bounce."""

    uid_validity = 20261101

    def list_numbers(self, after: int) -> list[int]:
        """Return the number of today's mail."""
        return [number for number in [timezone.localdate().toordinal()] if number > after]

    def get_sizes(self, numbers: list[int]) -> dict[int, int]:
        """Return sizes of mails."""
        return dict.fromkeys(numbers, 2_000)

    def fetch_message(self, number: int) -> bytes | None:
        """Return a mail."""
        known: dict[str, str] = {"number": f"<m{number}@example.cn>", "subject": f"公租房申请{number}"}
        sent = [str(one.extra_headers.get("Message-ID", "")) for one in getattr(mail, "outbox", [])[-1:]]
        if number % 4 == 3 and sent and sent[0].endswith("@gongkai>"):
            return mails.bounce_report(sent[0].strip("<>").removesuffix("@gongkai"))
        made = mails.message_with_file("证明.txt", b"1", **known) if number % 4 == 1 else mails.message_bytes(**known)
        return made.as_bytes() if number % 4 != 2 else mails.message_bytes(" ", **known).as_bytes()

    fetch_header = fetch_message


@contextmanager
def open_folder(_account: object) -> Iterator[Folder]:
    """Open the mailbox."""
    yield Folder()


def intercept_requests() -> None:
    """Redirect all outgoing requests of the program to this module."""
    http_requests._send_on_connection = send  # type: ignore[assignment]
    fetching.open_folder = open_folder  # type: ignore[assignment]
