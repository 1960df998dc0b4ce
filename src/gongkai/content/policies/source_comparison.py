"""Compare an enforced text with its source, fetched where the setting allows it."""

import re

from django.conf import settings

from gongkai.content.editions.models import EditionEffect
from gongkai.content.editions.queries import load_shown
from gongkai.content.policies.models import PolicyLevel, PolicyRecord
from gongkai.content.policies.queries.office import visible_to
from gongkai.lib.fileformats.documents import UnreadFile, read_document
from gongkai.lib.fileformats.documents.model import describe_losses
from gongkai.lib.matching.folding import fold
from gongkai.lib.outbound import (
    HostNotPermitted,
    NoAnswer,
    RequestLimits,
    ResponseTooLarge,
    TooManyRedirects,
    send_request,
)
from gongkai.lib.richtext import to_plain_text
from gongkai.lib.richtext.difference import DifferenceLine, compare_lines

#: Levels of the texts that units enforce (L-02).
ENFORCED_LEVELS = (PolicyLevel.REGULATION, PolicyLevel.MINISTRY_RULE, PolicyLevel.GOVERNMENT_RULE)
MAX_SOURCE_BYTES = 5_000_000
#: Timeout of one request to a source.
TIMEOUT_SECONDS = 15
MAX_REDIRECTS = 3


class UnreadableSource(Exception):
    """Raised when a source cannot be read; the message is one Chinese line."""


def get_readable_text(user: object, record: PolicyRecord) -> str:
    """Return the text of a record as the user may read it: of other units, only the public edition."""

    if visible_to(user).filter(pk=record.pk).exists():
        return get_own_text(record)
    document = load_shown(user, pk=record.document_id) if record.document_id else None
    content = getattr(document.edition, "content", None) if document else None
    return to_plain_text(content.html) if content else ""


def get_own_text(record: PolicyRecord) -> str:
    """Return the text of a record for its own unit: of the latest published edition, else the waiting text.

    For other readers use `get_readable_text`.
    """
    if record.document_id:
        edition = (
            record.document.editions.filter(act=EditionEffect.PUBLISH, content__isnull=False)
            .select_related("content")
            .order_by("-number")
            .first()
            if record.document
            else None
        )
        if edition:
            return to_plain_text(edition.content.html)
    return to_plain_text(record.html)


def normalize_text(text: str) -> str:
    """Return a text without white space and with uniform character widths, for comparison."""
    return re.sub(r"\s+", "", fold(text))


def is_same_text(ours: str, theirs: str) -> bool:
    """Return true if two texts are equal except for white space and character widths."""
    return normalize_text(ours) == normalize_text(theirs)


def compare_texts(ours: str, theirs: str) -> list[DifferenceLine]:
    """Return the source's text with insertions and deletions compared with ours."""
    return compare_lines(_strip_lines(ours), _strip_lines(theirs))


def _strip_lines(text: str) -> str:
    return "\n".join(line.strip(" \u3000") for line in text.splitlines() if line.strip())


def make_source_limits() -> RequestLimits:
    """Return the limits for reading sources: the hosts in GONGKAI_SOURCES, which may be internal."""
    return RequestLimits(
        seconds=TIMEOUT_SECONDS,
        hosts=settings.GONGKAI_SOURCES,
        inner=True,
        proxy=True,
        hops=MAX_REDIRECTS,
        most=MAX_SOURCE_BYTES,
    )


def is_source_allowed(address: str) -> bool:
    """Return true if GONGKAI_SOURCES allows this address."""
    return make_source_limits().may_ask(address)


def fetch_source(address: str) -> tuple[str, list[str]]:
    """Return (text of a source's page, notes on content that is not in it).

    Raises:
        UnreadableSource: the source cannot be read.
    """
    if not settings.GONGKAI_SOURCES:
        raise UnreadableSource("本安装没有开放对外访问，请上传来源文件核对")
    try:
        with send_request(address, make_source_limits()) as answer:
            if answer.status >= 300:
                raise UnreadableSource(f"来源返回错误{answer.status}")
            return _read_source_text(answer.read(), answer.headers.get_content_type())
    except HostNotPermitted as error:
        raise UnreadableSource("来源网站不在允许访问的名单内，请上传来源文件核对") from error
    except TooManyRedirects as error:
        raise UnreadableSource("来源多次跳转") from error
    except ResponseTooLarge as error:
        raise UnreadableSource("来源页面过大") from error
    except NoAnswer as error:
        raise UnreadableSource("来源打不开或超时") from error


#: Suffixes of media types, for a source whose content does not show its kind.
_SUFFIXES = {"text/plain": "txt", "text/html": "html", "application/pdf": "pdf"}


def _read_source_text(data: bytes, kind: str) -> tuple[str, list[str]]:
    """Return (text of a source, notes on content that is not in it).

    Raises:
        UnreadableSource: it cannot be read.
    """
    try:
        document = read_document(data, f"来源.{_SUFFIXES.get(kind, 'html')}")
    except UnreadFile as error:
        raise UnreadableSource(f"来源读不出来（{str(error).rstrip('。')}）") from error
    return document.text, describe_losses(document.losses)
