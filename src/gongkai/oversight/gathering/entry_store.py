"""Store the result of a fetch: new, changed, moved and duplicate entries. Only actions call this."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from django.utils import timezone

from gongkai.content.editions.queries import shelf_visible_to
from gongkai.core.files.losses import record_losses
from gongkai.core.files.store import delete_stored, record_stored_file
from gongkai.core.units.actors import ANONYMOUS
from gongkai.lib.privacy import cache_findings, find
from gongkai.oversight.gathering.attachments import FetchedAttachment
from gongkai.oversight.gathering.boilerplate import find_boilerplate_lines
from gongkai.oversight.gathering.duplicate_rules import MIN_IDENTIFYING_TITLE_CHARACTERS
from gongkai.oversight.gathering.duplicates import cache_comparisons, call_cached, mark_duplicates, pair_duplicates
from gongkai.oversight.gathering.models import Gathered, GatheredFile, GatheredState, Source, is_same_site
from gongkai.oversight.gathering.near_duplicates import (
    MIN_LENGTH_SHARE,
    BoilerplateLines,
    choose_title,
    describe_change,
    digest_text,
    digest_title,
    excerpt_differs,
    get_minhash_columns,
    is_another_page,
    is_same_title,
    strip_punctuation,
)
from gongkai.oversight.gathering.texts import SourceEntry

#: Function that identifies a text of a source by title, address and day, or returns None.
_IdentityFunction = Callable[[str, str, datetime | None], tuple[str, object] | None]


def update_moved_entries(
    source: Source, entries: Mapping[str, SourceEntry], listed: Collection[str]
) -> dict[str, Gathered]:
    """Save the new address of stored entries that moved within their source, and return them by its key.

    A text is recognised by title and path if only the query string changed (`?from=list&t=…`), or
    by a telling title on the same day, and only if the match is unique.

    Args:
        source: the source.
        entries: entries at unknown addresses, by the key of the address.
        listed: all addresses that the source lists now.
    """
    keys = {digest_text(address) for address in listed}
    titles = {digest_title(entry.title) for entry in entries.values()}
    rows = source.gathered.filter(title_key__in=titles).exclude(state=GatheredState.ERASED)
    unlisted = [row for row in rows.prefetch_related("files") if row.key not in keys]
    moved: dict[str, Gathered] = {}
    paths = {urlsplit(address).path for address in listed}
    for make_key in (_make_path_key, _make_day_key) if 1 < len(listed) == len(paths) else (_make_day_key,):
        moved |= _pair_moved(make_key, {key: entry for key, entry in entries.items() if key not in moved}, unlisted)
        unlisted = [row for row in unlisted if row not in moved.values()]
    for key, row in moved.items():
        row.key, row.address = key, entries[key].address[:500]
        stored_ids = {file.stored_id for file in row.files.all()}
        entries[key].files = [file for file in entries[key].files if file.mark not in stored_ids]
    Gathered.objects.bulk_update(moved.values(), ["key", "address"], batch_size=200)
    return moved


def _make_path_key(title: str, address: str, written_at: datetime | None) -> tuple[str, object]:
    return digest_title(title), urlsplit(address).path


def _make_day_key(title: str, address: str, written_at: datetime | None) -> tuple[str, object] | None:
    """Return (title digest, day) of an entry, None if undated or of too short a title."""
    if written_at is None or len(strip_punctuation(title)) < MIN_IDENTIFYING_TITLE_CHARACTERS:
        return None
    return digest_title(title), timezone.localdate(written_at)


def _pair_moved(
    get_identity: _IdentityFunction, entries: Mapping[str, SourceEntry], gone: Sequence[Gathered]
) -> dict[str, Gathered]:
    """Return {entry key: disappeared row} of the entries that continue such a row; ambiguous ones are left out."""
    news = [(get_identity(entry.title, entry.address, entry.written_at), key) for key, entry in entries.items()]
    olds = [(get_identity(row.title, row.address, row.written_at), row) for row in gone]
    new, old = (Counter(said for said, _ in some) for some in (news, olds))
    by_mark = {said: row for said, row in olds if said and old[said] == 1}
    return {key: by_mark[said] for said, key in news if said in by_mark and new[said] == 1}


#: Entries stored in one statement.
BATCH_SIZE = 500
#: Characters of a text that are stored.
MAX_TEXT_CHARACTERS = 100_000


@dataclass
class StoredEntryCounts:
    """Numbers of new (`created`), duplicate and changed entries; `rows`: those of new and changed ones."""

    created: int = 0
    duplicates: int = 0
    changed: int = 0
    rows: list[Gathered] = field(default_factory=list)


#: Note on an attachment that the source replaced.
ATTACHMENT_REPLACED_NOTE = "来源已换成新的附件"
#: Reason why an entry is not listed automatically.
PERSONAL_TITLE_REASON = "标题中有个人信息，不自动列出"


def is_same_host(address: str, source_url: str) -> bool:
    """Return true if an entry is on its source's site, or the source has no host."""
    return not urlsplit(source_url).hostname or is_same_site(source_url, address)


@contextmanager
def precompute_comparisons(source: Source, entries: Sequence[SourceEntry]) -> Iterator[None]:
    """Context manager: compare new entries before the action that stores them."""
    entries = [entry for entry in entries if entry.title.strip() and entry.address]
    with cache_findings(), cache_comparisons():
        for index in range(0, len(entries), BATCH_SIZE):
            keys = {digest_text(entry.address): entry for entry in entries[index : index + BATCH_SIZE]}
            stored = set(source.gathered.filter(key__in=list(keys)).values_list("key", flat=True))
            now = timezone.now()
            fresh = [_make_row(source, key, entry, now) for key, entry in keys.items() if key not in stored]
            set_holding_reasons(fresh)
            pair_duplicates(fresh)
        yield


def store_entries(
    source: Source, entries: Sequence[SourceEntry], now: datetime, passed: frozenset[str] = frozenset()
) -> StoredEntryCounts:
    """Store new entries, duplicates and changes; skip those without title or address.

    Args:
        source: their source.
        entries: the entries as read.
        now: the time.
        passed: addresses assumed to be listed on skipped list pages.
    """
    counts = StoredEntryCounts()
    entries = list({entry.address[:500]: entry for entry in entries if entry.title.strip() and entry.address}.values())
    listed = {entry.address for entry in entries} | passed
    for index in range(0, len(entries), BATCH_SIZE):
        _store_batch(source, entries[index : index + BATCH_SIZE], listed, now, counts)
    return counts


def _store_batch(
    source: Source, entries: list[SourceEntry], listed: set[str], now: datetime, counts: StoredEntryCounts
) -> None:
    """Store a batch of entries and mark duplicates."""
    keys = {digest_text(entry.address): entry for entry in entries}
    stored = {gathered.key: gathered for gathered in source.gathered.filter(key__in=list(keys))}
    stored |= update_moved_entries(source, {key: entry for key, entry in keys.items() if key not in stored}, listed)
    fresh = [_make_row(source, key, entry, now) for key, entry in keys.items() if key not in stored]
    read = [(row.text, text[:MAX_TEXT_CHARACTERS]) for key, row in stored.items() if (text := keys[key].text)]
    boilerplate = find_boilerplate_lines(read, [row.title for row in stored.values()])
    for key, row in stored.items():
        if _update_row(row, keys[key], now, boilerplate):
            counts.changed += 1
            counts.rows.append(row)
    _store_or_delete_files(stored, keys)
    source.gathered.filter(key__in=list(stored)).update(seen_at=now)
    set_holding_reasons(fresh)
    Gathered.objects.bulk_create(fresh)
    counts.created += len(fresh)
    counts.rows += fresh
    counts.duplicates += mark_duplicates(fresh)
    _store_or_delete_files({gathered.key: gathered for gathered in fresh}, keys)
    for row in (*stored.values(), *fresh):
        losses = _list_losses(row, keys[row.key])
        if losses or (keys[row.key].html and not row.html):  # its page was unread until now
            record_losses(row.losses_key, row.title, losses)


def _list_losses(row: Gathered, entry: SourceEntry) -> list[str]:
    """Return the entry's losses, or one for an original that was never read."""
    if not entry.unread or row.html or row.state == GatheredState.ERASED:
        return entry.losses
    what = "现有文字只是来源列表中的摘要" if row.text else "现在没有正文"
    return [f"原文没有读到（{entry.unread}），{what}，请对照原文件核对。"]


def _make_row(source: Source, key: str, entry: SourceEntry, now: datetime) -> Gathered:
    title, text = " ".join(entry.title.split())[:300], (entry.text or entry.words)[:MAX_TEXT_CHARACTERS]
    return Gathered(
        source=source,
        key=key,
        address=entry.address[:500],
        title=title,
        title_key=digest_title(title),
        summary=entry.words[:MAX_TEXT_CHARACTERS],
        text=text,
        html=entry.html[:MAX_TEXT_CHARACTERS],
        page_digest=digest_text(text) if entry.html else "",
        digest=digest_text(f"{title}\n{text}"),
        **call_cached(get_minhash_columns, text),
        written_at=entry.written_at,
        found_at=now,
        seen_at=now,
    )


def _update_row(row: Gathered, entry: SourceEntry, now: datetime, boilerplate: BoilerplateLines) -> bool:
    """Update a known entry; return true if its title or text changed."""
    if row.state == GatheredState.ERASED:
        return False
    title, summary = (
        choose_title(row.title, " ".join(entry.title.split())[:300]),
        entry.words[:MAX_TEXT_CHARACTERS] or row.summary,
    )
    excerpt_changed = bool(row.summary and excerpt_differs(row.summary, summary))
    changed = not is_same_title(title, row.title) or (excerpt_changed and not row.html)
    facts: dict[str, object] = {"summary": summary} if summary != row.summary else {}
    if row.gone_at:
        facts["gone_at"], excerpt_changed = None, True  # its content is checked next
    text = row.text
    if entry.text and not (
        row.html and is_another_page(row.text, entry.text, title=row.title, boilerplate=boilerplate)
    ):
        text = choose_fuller_text(row.text, entry.text[:MAX_TEXT_CHARACTERS])
        changed |= (
            bool(row.html or not row.summary)
            and bool(row.text)
            and row.has_other_text(entry.text[:MAX_TEXT_CHARACTERS], boilerplate)
        )
        facts |= {"html": entry.html[:MAX_TEXT_CHARACTERS] or row.html, "looked_at": now}
        facts |= {"page_digest": digest_text(entry.text[:MAX_TEXT_CHARACTERS])} if entry.html else {}
    elif not row.html and summary and row.text in {"", row.summary}:
        text = summary
    if (title, text) != (row.title, row.text):
        facts |= _make_text_columns(title, text)
    if title != row.title and not row.reason and find(title):
        facts["reason"] = PERSONAL_TITLE_REASON
    if changed:
        title_change = "" if is_same_title(title, row.title) else f"标题原为“{row.title}”"
        facts |= {"changed_at": now, "change": (title_change or describe_change(row.text, text, title=title))[:300]}
    if (changed or excerpt_changed) and not entry.text:
        # The list entry changed: check its page next.
        facts["looked_at"] = row.found_at
    if facts:
        Gathered.objects.filter(pk=row.pk).update(**facts)
    return changed


def choose_fuller_text(stored: str, read: str) -> str:
    """Return the fetched text, or the stored one if that is twice as long."""
    return stored if len(read) < MIN_LENGTH_SHARE * len(stored) else read


def _make_text_columns(title: str, text: str) -> dict[str, object]:
    return {
        "title": title,
        "title_key": digest_title(title),
        "text": text,
        "digest": digest_text(f"{title}\n{text}"),
        **get_minhash_columns(text),
    }


def _store_or_delete_files(rows: dict[str, Gathered], entries: dict[str, SourceEntry]) -> None:
    """Store the entries' files; those of erased rows are deleted."""
    files = []
    for key, row in rows.items():
        if row.state != GatheredState.ERASED:
            files += [_make_file(row, attached) for attached in entries[key].files]
        else:
            for attached in entries[key].files:
                delete_stored(attached.mark)
    GatheredFile.objects.bulk_create(files, ignore_conflicts=True)


def renew_files(row: Gathered, files: Sequence[FetchedAttachment]) -> bool:
    """Store new or changed attachments; return true if there were any."""
    replaced = False
    for file in files:
        former = row.files.filter(name=file.name[:200]).exclude(stored=None)
        if former.filter(stored=file.mark).exists():
            former.filter(stored=file.mark).update(address=file.address[:500])
            continue
        former.update(why=ATTACHMENT_REPLACED_NOTE)
        GatheredFile.objects.bulk_create([_make_file(row, file)], ignore_conflicts=True)
        replaced = True
    return replaced


def _make_file(row: Gathered, attachment: FetchedAttachment) -> GatheredFile:
    stored = record_stored_file(attachment.mark, attachment.name, attachment.size) if attachment.mark else None
    return GatheredFile(
        gathered=row,
        name=attachment.name[:200],
        address=attachment.address[:500],
        stored=stored,
        why=attachment.why,
        found=attachment.found,
    )


def set_holding_reasons(rows: list[Gathered]) -> None:
    """Set, unsaved, the reason of the rows that must not be listed automatically, such as personal data in the title."""
    titles = [gathered.title for gathered in rows]
    existing = set(shelf_visible_to(ANONYMOUS).filter(column=None, title__in=titles).values_list("title", flat=True))
    for row in rows:
        if find(row.title):
            row.reason = PERSONAL_TITLE_REASON
        elif not is_same_host(row.address, row.source.address):
            row.reason = "不在来源网站上，不自动列出"
        elif row.title in existing:
            row.reason = "本站已公开同名信息，不自动列出"
