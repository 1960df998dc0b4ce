"""Faults of public texts: jobs that test their links, pictures, sound and film, and order repairs.

External URLs are called only if `GONGKAI_LINK_CHECKS` allows it (off by default), with a short timeout and
few bytes. Any editor may enter a link; in internal networks only hosts that two officers registered are
called, with `all` (`outbound.permitted_hosts.INTERNAL_HOST_SOURCES`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from gongkai.content.checks import actions, links
from gongkai.content.checks.actions import get_correction_url, order_repair
from gongkai.content.checks.models import ColumnLook, Fault, Look
from gongkai.content.editions.models import Column, ColumnKind, Document, EditionContent
from gongkai.content.editions.queries import visible_to
from gongkai.content.editions.sources import find_source
from gongkai.content.editions.user_scope import bodies_seen
from gongkai.core.files.kinds import get_suffix
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.models import Entry, Rectification
from gongkai.core.ledger.rectification import FoundFault, report
from gongkai.core.ledger.states import RectificationState
from gongkai.core.units.actors import SYSTEM, get_actor
from gongkai.core.units.object_access import register_visible_to
from gongkai.lib.outbound import RequestLimits, find_opening_fault
from gongkai.lib.outbound.permitted_hosts import get_permitted_internal_hosts, reaches_ipv6
from gongkai.lib.outbound.reachability import find_ipv6_fault

_MPEG_LAYERS = {1: "III", 2: "II", 3: "I"}


def find_picture_error(data: bytes) -> str:
    """Return why a picture cannot be shown, or ""."""
    from gongkai.lib.fileformats.pictures import UnfitPicture, check_picture

    try:
        check_picture(data)
    except UnfitPicture as unfit:
        return str(unfit)
    return ""


def find_film_error(start: bytes, size: int) -> str:
    """Return why an MP4 cannot be played, or "": boxes (ISO/IEC 14496-12) must begin with `ftyp`
    and include `moov` and `mdat`.

    Args:
        start: the first bytes of the file, or the whole file.
        size: length of the whole file in bytes.
    """
    if start[4:8] != b"ftyp":
        return "不是 MP4 视频"
    seen, at = set(), 0
    while at + 8 <= len(start):
        length, name = int.from_bytes(start[at : at + 4], "big"), start[at + 4 : at + 8]
        if length == 1 and at + 16 <= len(start):
            length = int.from_bytes(start[at + 8 : at + 16], "big")
        length = size - at if length == 0 else length
        if length < 8:
            return "视频文件已损坏"
        if at + length > size:
            return "视频文件没有传完整"
        seen.add(name)
        at += length
    if at < size:
        return ""
    return "" if {b"moov", b"mdat"} <= seen else "视频文件不完整，不能播放"


def find_sound_error(start: bytes) -> str:
    """Return why an MP3 cannot be played, or "": an MPEG audio frame must follow the ID3 tag (ISO/IEC 11172-3)."""
    position = 0
    if start[:3] == b"ID3" and len(start) >= 10:
        position = 10
        for place, byte in enumerate(start[6:10]):
            position += (byte & 0x7F) << (7 * (3 - place))
    frame = start[position : position + 4]
    if position > len(start) and start[:3] == b"ID3":
        return ""
    good = (
        len(frame) == 4
        and frame[0] == 0xFF
        and frame[1] & 0xE0 == 0xE0
        and (frame[1] >> 1) & 3 in _MPEG_LAYERS
        and (frame[1] >> 3) & 3 != 1
        and frame[2] >> 4 not in (0, 15)
        and (frame[2] >> 2) & 3 != 3
    )
    return "" if good else "不是能播放的 MP3 音频"


def find_media_error(data: bytes, suffix: str, size: int) -> str:
    """Return why a picture, audio or video file of `size` bytes is broken, or ""; `data`: its beginning."""
    if suffix in ("png", "jpg", "jpeg", "gif"):
        return find_picture_error(data)
    if suffix == "mp4":
        return find_film_error(data, size)
    return find_sound_error(data) if suffix == "mp3" else ""


#: Source of the repair orders for links, as stored in rectifications.
RECTIFICATION_SOURCE = "links"
#: Basis of the repair orders: the indicators for government sites count each link that does not open.
RECTIFICATION_BASIS = "政府网站检查指标（国办秘函〔2019〕19号）：链接打不开"
#: Result of a repeated check when none of the named links fails any more.
LINKS_REPAIRED_TEXT = "系统复查：所列链接已经可以打开，或者已经更正、删去。"
#: Result of a repeated check when the text was withdrawn.
TEXT_WITHDRAWN_NOTE = "系统复查：这条信息已经撤回，不再公开。"
#: Number of hosts that must all be silent before our own network counts as cut off.
MIN_SILENT_HOSTS = 3
_SITE_ANSWERED_PREFIX = "网站应答"


def is_cut_off(heard: Mapping[str, str]) -> bool:
    """Return true if none of `MIN_SILENT_HOSTS` or more hosts answered in a run: our own network failed.

    Args:
        heard: URL → reason why it does not open, "" if it does.
    """
    if any(not reason or reason.startswith(_SITE_ANSWERED_PREFIX) for reason in heard.values()):
        return False
    return len({urlsplit(address).hostname for address in heard}) >= MIN_SILENT_HOSTS


def order_repair_of_links(
    document: Document, title: str, rows: Iterable[Fault], mended: str = LINKS_REPAIRED_TEXT
) -> None:
    """Order the repair of links that failed on two days; report orders after all their links are repaired.

    Args:
        document: the public text.
        title: its title.
        rows: the links in it that fail now.
        mended: the words of the report for repaired links.
    """
    dead = {row.target: row for row in rows}
    named: set[str] = set()
    for entry in _list_open_repairs(document):
        ordered = set(entry.rectification.found)
        named |= ordered
        if entry.state == RectificationState.ORDERED and not ordered & dead.keys():
            report(entry, by=SYSTEM, text=mended)
    today = timezone.localdate()
    fresh = {
        target: row.reason
        for target, row in dead.items()
        if target not in named and timezone.localdate(row.since) < today
    }
    if fresh:
        order_repair(document, _make_found_fault(document, title, fresh))


def _list_open_repairs(document: Document) -> list[Entry]:
    """Return the open rectification entries that these checks opened for a document."""
    rows = Rectification.objects.filter(
        source=RECTIFICATION_SOURCE, source_ref__startswith=f"{document.pk}/", entry__closed_at=None
    )
    return [row.entry for row in rows.select_related("entry__body")]


def _make_found_fault(document: Document, title: str, dead: Mapping[str, str]) -> FoundFault:
    """Return the fault of dead links in a public text, by link and reason."""
    address = get_correction_url(document)
    links_digest = sha256("\n".join(sorted(dead)).encode()).hexdigest()[:24]
    return FoundFault(
        source=RECTIFICATION_SOURCE,
        ref=f"{document.pk}/{links_digest}",
        title=f"链接打不开：{title}",
        what=f"已公开的“{title}”中有 {len(dead)} 个链接在不同日期两次检查都打不开",
        demand="改成能打开的网址，经审签后公开；不再需要的链接删去",
        basis=RECTIFICATION_BASIS,
        address=address,
        page=title if address else "",
        facts=dict(dead),
    )


#: Interval between two tests of the same text: links weekly, files monthly.
CHECK_INTERVALS = {"link": timedelta(days=7), "file": timedelta(days=30)}
#: Interval of tests after a failure, so that what was repaired leaves the list the next day.
RETRY_INTERVAL = timedelta(hours=20)
#: Names of sources whose links are tested daily, registered by higher layers (渝中府办〔2022〕24号（二）, P-15).
DAILY_LINK_SOURCES: list[Callable[[], Iterable[str]]] = []
#: Maximum number of texts tested in one run.
MAX_TEXTS_PER_RUN = {"link": 40, "file": 200}
#: Timeout of a connection.
LINK_TIMEOUT_SECONDS = 5
#: Timeout of a whole answer, so that a slow host does not delay the others.
ANSWER_TIMEOUT_SECONDS = 15
MAX_REDIRECTS = 3
#: Files up to this size are read completely; of larger ones only the beginning.
MAX_FULL_READ_BYTES = 30_000_000


def check_links() -> dict[str, int]:
    """Job: test links of public texts and link columns, if settings allow it; count `looked` texts and `faults`."""
    if not settings.GONGKAI_LINK_CHECKS:
        return {}
    counts = _test_texts("link")
    columns = _test_link_columns()
    return {name: counts[name] + columns[name] for name in counts}


def _test_link_columns() -> dict[str, int]:
    """Test the URLs of open link columns, the least recently tested first (L-01); return {"looked": tested, "faults": dead}."""
    counts = {"looked": 0, "faults": 0}
    for column in _find_due_columns(timezone.now())[: MAX_TEXTS_PER_RUN["link"]]:
        before = ColumnLook.objects.filter(column_id=column.pk, link=column.link).first()
        reason = links.find_url_error(column.link) or _probe_allowed_url(column.link)
        ColumnLook.objects.update_or_create(
            column_id=column.pk,
            defaults={
                "at": timezone.now(),
                "link": column.link,
                "reason": reason,
                "since": (before.since if before and before.reason else timezone.now()) if reason else None,
            },
        )
        counts["looked"] += 1
        counts["faults"] += bool(reason)
    return counts


def _find_due_columns(now: datetime) -> QuerySet[Column]:
    """Return link columns due for a test: failed ones daily, changed URLs at once."""
    lately = Q(at__gte=now - CHECK_INTERVALS["link"], reason="") | Q(at__gte=now - RETRY_INTERVAL)
    looks = ColumnLook.objects.filter(column_id=OuterRef("pk"))
    rows = Column.objects.filter(kind=ColumnKind.LINK, archived_at=None, opened_at__isnull=False)
    due = rows.exclude(link="").filter(~Exists(looks.filter(lately, link=OuterRef("link"))))
    return due.annotate(asked_at=Subquery(looks.values("at")[:1])).order_by(F("asked_at").asc(nulls_first=True), "pk")


def find_dead_link(column: Column) -> ColumnLook | None:
    """Return the last test of a link column's URL (a menu item that leads to another site) if it failed, or None."""
    if column.kind != ColumnKind.LINK:
        return None
    return ColumnLook.objects.filter(column_id=column.pk, link=column.link).exclude(reason="").first()


def _probe_allowed_url(address: str) -> str:
    """Return why an external URL cannot be opened, or "" (also for our own hosts)."""
    host = (urlsplit(address).hostname or "").lower()
    return probe_url(address) if host and not links.is_own_host(host) else ""


def check_files() -> dict[str, int]:
    """Job: test if the media and attachments of public texts open; count `looked` texts and `faults`."""
    return _test_texts("file")


def _test_texts(kind: str) -> dict[str, int]:
    """Test the links or files of texts that are due, store the faults, order repairs of links, and return counts."""
    _delete_old_faults(kind)
    counts = {"looked": 0, "faults": 0}
    heard: dict[str, str] = {}
    tested: list[tuple[Document, str]] = []
    for document, content in _iterate_due_texts(kind):
        faults = dict(_find_link_faults(content, heard) if kind == "link" else _find_file_faults(content))
        _store_faults(document, content, kind, faults)
        tested.append((document, content.title))
        counts["looked"] += 1
        counts["faults"] += len(faults)
    if kind == "link" and not is_cut_off(heard):
        for document, title in tested:
            rows = Fault.objects.filter(document_id=document.pk, kind=kind)
            order_repair_of_links(document, title, list(rows.order_by("pk")))
    return counts


def _iterate_due_texts(kind: str) -> Iterator[tuple[Document, EditionContent]]:
    """Yield (document, content) of a batch due for a test: with faults daily, new editions first; record the time of each."""
    field, now = ("links_at" if kind == "link" else "files_at"), timezone.now()
    editions = visible_to(SYSTEM).select_related("document__body", "content")
    looks = Look.objects.filter(document_id=OuterRef("document"))
    broken = Fault.objects.filter(kind=kind, document_id=OuterRef("document"))
    lately = looks.filter(
        Q((f"{field}__gte", now - CHECK_INTERVALS[kind])), Q((f"{field}__gte", OuterRef("visible_from")))
    )
    today = looks.filter(**{f"{field}__gte": now - RETRY_INTERVAL})
    daily = [source for named in DAILY_LINK_SOURCES for source in named()] if kind == "link" else []
    often = Q(Exists(broken)) | Q(document__source__in=daily)
    due = editions.filter(~Exists(lately) | (often & ~Exists(today)))
    done: set[int] = set()
    for edition in due.order_by("document_id", "-number").iterator(200):
        if len(done) >= MAX_TEXTS_PER_RUN[kind]:
            return
        if edition.document_id in done or not hasattr(edition, "content"):
            continue
        done.add(edition.document_id)
        Look.objects.update_or_create(document_id=edition.document_id, defaults={field: now})
        yield edition.document, edition.content


def _delete_old_faults(kind: str) -> None:
    """Delete the faults of texts that are no longer public, and report their repair orders."""
    rows = Fault.objects.filter(kind=kind)
    for number in rows.values_list("document_id", flat=True).distinct():
        if visible_to(SYSTEM).filter(document=number).exists():
            continue
        document = Document.objects.select_related("body").filter(pk=number).first()
        if kind == "file" and document is not None:
            actions.order_repair_of_files(document, "", {}, mended=actions.TEXT_WITHDRAWN_NOTE)
        elif document is not None:
            order_repair_of_links(document, "", [], mended=TEXT_WITHDRAWN_NOTE)
        rows.filter(document_id=number).delete()


def _store_faults(document: Document, content: EditionContent, kind: str, faults: dict[str, str]) -> None:
    """Store the faults ({target: reason}), delete those that work again, and order the repair of files."""
    old = Fault.objects.filter(document_id=document.pk, kind=kind)
    if kind == "file":
        actions.order_repair_of_files(document, content.title, faults)
    old.exclude(target__in=list(faults)).delete()
    has_item = document.item_number is not None and find_source(document.source) is not None
    for target, reason in faults.items():
        Fault.objects.update_or_create(
            document_id=document.pk,
            kind=kind,
            target=target,
            defaults={
                "reason": reason,
                "at": timezone.now(),
                "body_id": document.body_id,
                "item_id": document.item_number if has_item else None,
                "title": content.title,
            },
        )


def _find_file_faults(content: EditionContent) -> Iterator[tuple[str, str]]:
    """Yield (file name, Chinese reason) for each lost or broken file of a text."""
    for file in content.files:
        name = file["name"] or f"正文图片 {file['digest'][:12]}"
        stored = StoredFile.objects.filter(pk=file["digest"]).first()
        if stored is None or not stored.exists():
            yield name[:500], "文件丢失"
            continue
        with stored.open() as source:
            data = source.read(MAX_FULL_READ_BYTES)
        suffix = get_suffix(file["name"]) or {"image/png": "png", "image/gif": "gif"}.get(stored.type, "jpg")
        reason = find_media_error(data, suffix, stored.size)
        if reason:
            yield name[:500], reason


def _find_link_faults(content: EditionContent, heard: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (URL, Chinese reason) of the dead links; `heard` caches the results of external URLs during a run."""
    for link in {one.href: one for one in links.iterate_links(content.html)}.values():
        host = (urlsplit(link.href).hostname or "").lower()
        reason = links.find_url_error(link.href)
        if not reason and host and not links.is_own_host(host):
            if link.href not in heard:
                heard[link.href] = probe_url(link.href)
            reason = heard[link.href]
        if reason:
            yield link.href[:500], reason


def probe_url(address: str) -> str:
    """Return why an external URL cannot be opened, or "". Follows few redirects and reads no content."""
    inside = get_permitted_internal_hosts() if settings.GONGKAI_LINK_CHECKS == "all" else ()
    return find_opening_fault(
        address,
        RequestLimits(
            seconds=LINK_TIMEOUT_SECONDS,
            whole=ANSWER_TIMEOUT_SECONDS,
            inside=inside,
            hops=MAX_REDIRECTS,
            agent="gongkai-links",
        ),
    )


def probe_ipv6(host: str) -> str:
    """Return why a host does not serve over IPv6, or ""; on a machine without IPv6 only the DNS is queried."""
    return find_ipv6_fault(
        f"https://{host}/",
        RequestLimits(
            seconds=LINK_TIMEOUT_SECONDS, whole=ANSWER_TIMEOUT_SECONDS, hops=MAX_REDIRECTS, agent="gongkai-links"
        ),
        connected=reaches_ipv6(),
    )


def are_outside_links_tested() -> bool:
    """Return true if external links are tested."""
    return bool(settings.GONGKAI_LINK_CHECKS)


@register_visible_to(Fault)
def faults_visible_to(user: object) -> "QuerySet[Fault]":
    """Return the faults in texts of units that the user works for or supervises."""
    return Fault.objects.filter(body_id__in=bodies_seen(get_actor(user)).values("pk"))
