"""Settling what a pull brought among what is there: new, changed, repeated. Called by actions only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Q

from gongkai.editions.queries import shelf_visible_to
from gongkai.gathering.fetching import Entry
from gongkai.gathering.likeness import bands, bare, key_of, near, titles_agree
from gongkai.gathering.models import Gathered, GatheredState, Source
from gongkai.privacy import find
from gongkai.units.actors import ANONYMOUS

#: A title of fewer characters says too little to be the same text by itself.
TELLING = 12
PORTION = 500
MOST_TEXT = 100_000


@dataclass
class Settled:
    """How many entries were new, of them repeats, and how many had changed."""

    made: int = 0
    doubles: int = 0
    changed: int = 0


#: Why an entry is not listed by itself.
PERSONAL = "标题中有个人信息，不自动列出"


def same_host(address: str, home: str) -> bool:
    """Whether an entry lies on the site of its source: the listing decision that was reviewed is about that site."""
    own, its = ((urlsplit(one).hostname or "").split(".")[-3:] for one in (home, address))
    return own in ([""], its)


def settle(source: Source, entries: Sequence[Entry], now: datetime) -> Settled:
    """Keep entries: new ones with what they repeat, changes of known ones. A known address makes nothing new."""
    done = Settled()
    entries = list({one.address[:500]: one for one in entries if one.title.strip() and one.address}.values())
    for at in range(0, len(entries), PORTION):
        _portion(source, entries[at : at + PORTION], now, done)
    return done


def _portion(source: Source, entries: list[Entry], now: datetime, done: Settled) -> None:
    keys = {key_of(one.address): one for one in entries}
    known = {one.key: one for one in source.gathered.filter(key__in=list(keys))}
    fresh = [_row(source, key, one, now) for key, one in keys.items() if key not in known]
    for key, row in known.items():
        done.changed += _renew(row, keys[key], now)
    source.gathered.filter(key__in=list(known)).update(seen_at=now)
    _hold(fresh)
    Gathered.objects.bulk_create(fresh)
    done.made += len(fresh)
    done.doubles += _find_doubles(fresh)


def _row(source: Source, key: str, one: Entry, now: datetime) -> Gathered:
    title, text = " ".join(one.title.split())[:300], (one.text or one.words)[:MOST_TEXT]
    marks = bands(text)
    return Gathered(
        source=source,
        key=key,
        address=one.address[:500],
        title=title,
        title_key=key_of(bare(title)),
        text=text,
        html=one.html[:MOST_TEXT],
        digest=key_of(f"{title}\n{text}"),
        band0=marks[0],
        band1=marks[1],
        band2=marks[2],
        band3=marks[3],
        written_at=one.written_at,
        found_at=now,
        seen_at=now,
    )


def _renew(row: Gathered, one: Entry, now: datetime) -> bool:
    """Take what changed of a known entry; whether anything did. Words read for the first time are no change."""
    title, text = " ".join(one.title.split())[:300], (one.text or one.words)[:MOST_TEXT] or row.text
    facts: dict[str, Any] = {"gone_at": None} if row.gone_at else {}
    if (title, text) == (row.title, row.text):
        if facts:
            Gathered.objects.filter(pk=row.pk).update(**facts)
        return bool(facts)
    changed = title != row.title or bool(row.text)
    facts |= {
        "title": title,
        "title_key": key_of(bare(title)),
        "text": text,
        "digest": key_of(f"{title}\n{text}"),
    }
    if not row.reason and find(title):
        facts["reason"] = PERSONAL
    facts |= dict(zip(("band0", "band1", "band2", "band3"), bands(text), strict=True))
    Gathered.objects.filter(pk=row.pk).update(**facts, **({"changed_at": now} if changed else {}))
    return changed


def _hold(rows: list[Gathered]) -> None:
    """Say what keeps an entry from being listed by itself: personal data in its title, the same title on the own site."""
    titles = [one.title for one in rows]
    there = set(
        shelf_visible_to(ANONYMOUS).filter(column=None, title__in=titles).values_list("title", flat=True)
    )
    for row in rows:
        if find(row.title):
            row.reason = PERSONAL
        elif not same_host(row.address, row.source.address):
            row.reason = "不在来源网站上，不自动列出"
        elif row.title in there:
            row.reason = "本站已公开同名信息，不自动列出"


def _find_doubles(fresh: list[Gathered]) -> int:
    """Mark new entries that repeat one that is there: the same address, the same words, the same telling title, nearly the same text."""
    first = min((one.pk for one in fresh), default=0)
    condition = Q(key__in=[one.key for one in fresh]) | Q(title_key__in=[one.title_key for one in fresh])
    for name in ("band0", "band1", "band2", "band3"):
        condition |= Q(
            **{f"{name}__in": {getattr(one, name) for one in fresh if getattr(one, name) is not None}}
        )
    fields = ("pk", "key", "title_key", "digest", "title", "text", "band0", "band1", "band2", "band3")
    older = list(
        Gathered.objects.filter(condition, pk__lt=first, double_of=None).only(*fields).order_by("pk")
    )
    index = _Index(older)
    found = []
    for row in fresh:
        same = index.of(row)
        if same is not None:
            row.double_of, row.state = same, GatheredState.DOUBLE
            found.append(row)
        else:
            index.add(row)
    Gathered.objects.bulk_update(found, ["double_of", "state"])
    return len(found)


class _Index:
    """Entries by what makes others their repeats."""

    def __init__(self, rows: Sequence[Gathered]) -> None:
        self.by: dict[tuple[str, Any], list[Gathered]] = {}
        for row in rows:
            self.add(row)

    def add(self, row: Gathered) -> None:
        """Enter one."""
        for mark in self._marks(row):
            self.by.setdefault(mark, []).append(row)

    def of(self, row: Gathered) -> Gathered | None:
        """Return what an entry repeats."""
        for mark in self._marks(row):
            for other in self.by.get(mark, []):
                if self._same(mark[0], row, other):
                    return other
        return None

    @staticmethod
    def _marks(row: Gathered) -> list[tuple[str, Any]]:
        quarters = [(f"band{at}", mark) for at, mark in enumerate(_bands(row)) if mark is not None]
        return [("key", row.key), ("digest", row.digest), ("title", row.title_key), *quarters]

    @staticmethod
    def _same(by: str, row: Gathered, other: Gathered) -> bool:
        if by in {"key", "digest"}:
            return by == "key" or bool(row.text) or len(bare(row.title)) >= TELLING
        if by == "title":
            wordless = not row.text or not other.text
            return wordless and len(bare(row.title)) >= TELLING
        return titles_agree(row.title, other.title) and near(row.text, other.text)


def _bands(row: Gathered) -> list[int | None]:
    return [row.band0, row.band1, row.band2, row.band3]
