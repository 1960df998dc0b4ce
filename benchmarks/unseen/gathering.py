"""Measure sources that are read on three days: reported changes, kept texts, detected repeats.

Another process serves a folder (`--at`: the address; `AT/__state?n=2` sets the day). `gold.json` names the sources, the
only texts that truly change (`changes`), pages that fail for a day (`keep`), texts that are repeats (`repeats`) or not
(`not_repeats`), and the number of characters of each page. Every entry is watched like those of a source whose links
are listed; between two readings a day is simulated by dating back the last checks.
"""

import json
from collections import Counter
from datetime import timedelta
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

from benchmarks.unseen.city import installation

#: A page: its source and its path.
Page = tuple[str, str]
#: Minimum share of a page's stated characters that its kept text must have.
MIN_TEXT_SHARE = 0.95


def measure(folder: Path, at: str, show: bool = False) -> dict[str, float]:
    """Read all sources on each of their days; return counts."""
    gold = json.loads((folder / "gold.json").read_text())
    host = urlsplit(at).netloc
    with installation({"GONGKAI_GATHER_HOSTS": host, "GONGKAI_GATHER_INSIDE": host, "GONGKAI_GATHER_RATE": "0"}):
        days = [_simulate_day(at, gold, number) for number, _ in enumerate(gold["read_days"], 1)]
        counts = _changes(gold, days, show=show) | _repeats(gold, days[0], show=show) | _texts(gold, days, show=show)
    return counts


def _simulate_day(at: str, gold: dict[str, Any], number: int) -> dict[Page, dict[str, Any]]:
    """Simulate one day: read every source, check every page; return the state of each page afterwards."""
    from django.db.models import F
    from django.utils import timezone

    from factories.publishing import website
    from gongkai.core.units.actors import SYSTEM
    from gongkai.oversight.gathering import actions, source_checks
    from gongkai.oversight.gathering.models import Gathered, Source

    with urlopen(f"{at}/__state?n={number}") as answer:
        answer.read()
    if number == 1:
        collection = actions.add_collection(website().body, by=SYSTEM, name="各地要闻")
        for one in gold["sources"]:
            facts = {
                "name": one["id"],
                "unit_name": one["name"],
                "way": "list" if one["type"] == "list" else "feed",
            }
            actions.add_source(collection, by=SYSTEM, address=f"{at}/{one['id']}{one['entry']}", **facts)
    day = timedelta(days=1)
    Gathered.objects.update(looked_at=F("looked_at") - day, found_at=F("found_at") - day, changed_at=None)
    Source.objects.update(due_at=timezone.now() - day)
    while Source.objects.filter(due_at__lte=timezone.now()).exists():
        source_checks.fetch_due_sources()
    # All entries of law libraries are watched, from now on only: editions of a law would not count as repeats.
    Source.objects.update(laws=True)
    while source_checks.recheck_due_entries()["looked"]:
        pass
    rows = Gathered.objects.select_related("source").order_by("pk")
    return {
        (row.source.name, urlsplit(row.address).path.removeprefix(f"/{row.source.name}")): {
            "pk": row.pk,
            "changed": row.changed_at is not None,
            "gone": row.gone_at is not None,
            "of": row.double_of_id,
            "text": row.text,
            "address": row.address,
            "title": row.title,
        }
        for row in rows
    }


def _changes(gold: dict[str, Any], days: list[dict[Page, dict[str, Any]]], *, show: bool) -> dict[str, float]:
    said = {(number, page) for number, day in enumerate(days, 1) for page, row in day.items() if row["changed"]}
    true = {(one["to"], (one["source"], one["path"])) for one in gold["changes"]}
    new = {(one["source"], one["path"]) for one in gold["new"]}
    first = set(days[0])
    strange = [page for page in days[-1] if page not in first and page not in new]
    if show:
        print("    false changes:", sorted(said - true))
        print("    lost changes:", sorted(true - said))
        print("    false new:", strange, "lost new:", sorted(new - set(days[-1])))
    return {
        "true changes": len(true),
        "false changes": len(said - true),
        "lost changes": len(true - said),
        "pages": len(days[-1]),
        "new entries that are none": len(strange),
        "new entries lost": len(new - set(days[-1])),
    }


def _repeats(gold: dict[str, Any], day: dict[Page, dict[str, Any]], *, show: bool) -> dict[str, float]:
    groups: dict[int, set[Page]] = {}
    for page, row in day.items():
        groups.setdefault(row["of"] or row["pk"], set()).add(page)
    held = {frozenset(pair) for group in groups.values() for pair in combinations(group, 2)}

    def pairs(name: str) -> set[frozenset[Page]]:
        return {
            frozenset(pair)
            for one in gold[name]
            for pair in combinations([(item["source"], item["path"]) for item in one["items"]], 2)
        }

    true = pairs("repeats")
    if show:
        for label, some in (("false", held - true), ("lost", true - held)):
            for pair in some:
                print(
                    f"    {label} repeat:",
                    [(*page, day[page]["title"] if page in day else None) for page in sorted(pair)],
                )
    return {
        "pairs that repeat": len(true),
        "repeats lost": len(true - held),
        "repeats false": len(held - true),
        "pairs alike that do not": len(pairs("not_repeats")),
    }


def _texts(gold: dict[str, Any], days: list[dict[Page, dict[str, Any]]], *, show: bool) -> dict[str, float]:
    poor: Counter[str] = Counter()
    true = {(one["source"], one["path"]) for one in gold["changes"]}
    for number, day in enumerate(days, 1):
        for (source, path), row in day.items():
            said = gold["text_chars"].get(source, {}).get(path)
            has = len("".join(row["text"].split()))
            if said and has < MIN_TEXT_SHARE * said and (source, path) not in true:
                poor["poor"] += 1
                if show:
                    print(f"    poor on day {number}: {source} {path} {has} of {said}")
    for number, (before, after) in enumerate(pairwise(days), 2):
        for page, row in before.items():
            if page in after and len(after[page]["text"]) < len(row["text"]) and not after[page]["changed"]:
                poor["shrunk"] += 1
                if show:
                    print(f"    shrunk on day {number}: {page}")
    return {
        "texts kept poorer than their page": poor["poor"],
        "texts that shrank without a change": poor["shrunk"],
    }
