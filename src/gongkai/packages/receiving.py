"""Writing what came through a package of the inner network: documents with their editions as they were made there, and sites."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.dateparse import parse_date, parse_datetime

from gongkai.acts.action import Refused, Step, action
from gongkai.acts.chain import append
from gongkai.editions.actions.editions import store_content, store_edition
from gongkai.editions.models import (
    Address,
    Document,
    Edition,
    EditionContent,
    Erasure,
    Placement,
    TreeStamp,
    Website,
)
from gongkai.editions.shelving import refresh
from gongkai.files.store import forget
from gongkai.packages.outer import is_package

RECEIVED = "publishing.receive_edition"
_FACTS = ("source", "item_number", "body_id", "kind", "index_number", "standing", "standing_note")


#: The package whose rows are being written in this very context.
_OPEN: ContextVar[str] = ContextVar("package", default="")


@contextmanager
def opened(package: str) -> Iterator[None]:
    """Write a package's rows within: whoever applies a checked package says so around it."""
    before = _OPEN.set(package)
    try:
        yield
    finally:
        _OPEN.reset(before)


def _within(package: str) -> None:
    """Refuse what does not come from the package that is being applied, on an outer installation.

    Raises:
        Refused: it does not.
    """
    if not settings.GONGKAI_OUTER:
        raise Refused("本系统不是外网端，不接收交换包中的信息。")
    if not package or _OPEN.get() != package or not is_package(package):
        raise Refused("没有正在应用的这个交换包，不能接收。")


def _system_only(by: Any, _: Any) -> list[str]:
    return [] if by.system else ["只由交换包写入。"]


@action("publishing.receive", label="接收交换包中的信息", rule=_system_only)
def receive(
    document: Document,
    *,
    by: Any,
    package: str,
    data: Mapping[str, Any] | None,
    texts: Mapping[int, Mapping[str, Any]],
) -> Step:
    """Write one document as a package has it.

    Args:
        document: under the number that it has on the inner side.
        by: the system.
        package: the package's stream (`package/12`); every edition's movement names it as its ground.
        data: the document's facts, editions, erasures, placements, addresses; None where only texts came.
        texts: edition number in the database → its text.
    """
    _within(package)
    made: list[Edition] = []
    columns = set(document.placements.values_list("column", flat=True))
    if data is not None:
        _facts(document, data)
        made = _editions(document, data["editions"])
    _texts(document, texts)
    if data is not None:
        _erase(document, data["erasures"])
        _placements(document, data["placements"])
        _addresses(document, data["addresses"])
    for edition in made:
        append(
            f"document/{document.pk}",
            action=RECEIVED,
            by=by,
            facts={
                "edition": edition.pk,
                "number": edition.number,
                "digest": edition.digest,
                "ground": package,
            },
        )
    refresh(document)
    columns |= {row["column"] for row in data["placements"]} if data else set()
    return Step(
        facts={"package": package, "columns": sorted(columns), "texts": sorted(texts)},
        stream=f"document/{document.pk}",
        result=document,
    )


def _facts(document: Document, data: Mapping[str, Any]) -> None:
    for name in _FACTS:
        setattr(document, name, data[name])
    document.published_at = _moment(data["published_at"]) if data["published_at"] else None
    document.formed_on = parse_date(data["formed_on"]) if data["formed_on"] else None
    document.standing_on = parse_date(data["standing_on"]) if data["standing_on"] else None
    document.save()


def _moment(words: str) -> datetime:
    found = parse_datetime(words)
    if found is None:
        raise Refused(f"“{words[:40]}”不是时间。")
    return found


def _editions(document: Document, rows: Sequence[Mapping[str, Any]]) -> list[Edition]:
    there = dict(document.editions.values_list("pk", "digest"))
    made = []
    for row in rows:
        if row["pk"] in there:
            if there[row["pk"]] != row["digest"]:
                raise Refused(f"信息{document.pk}第{row['number']}版与已接收的不一致。")
            continue
        edition = Edition(
            document=document,
            **{name: row[name] for name in row if name not in {"visible_from", "made_at"}},
            visible_from=_moment(row["visible_from"]),
            made_at=_moment(row["made_at"]),
        )
        store_edition(edition)
        made.append(edition)
    return made


def _texts(document: Document, texts: Mapping[int, Mapping[str, Any]]) -> None:
    for number, text in texts.items():
        edition = document.editions.filter(pk=number).first()
        if edition is None:
            raise Refused(f"第{number}号版本的内容来到时，版本本身不在。")
        if EditionContent.objects.filter(pk=number).exists():
            continue
        store_content(edition, text["title"], text["html"], text["facts"], text["files"])


def _erase(document: Document, rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        if not Erasure.objects.filter(pk=row["edition"]).exists():
            Erasure(
                edition_id=row["edition"],
                basis="依法删除（依据见内网）",
                at=_moment(row["at"]),
                by="内网",
            ).save(force_insert=True)
        EditionContent.objects.filter(pk=row["edition"]).delete()


def _placements(document: Document, rows: Sequence[Mapping[str, Any]]) -> None:
    wanted = {row["column"]: _moment(row["at"]) for row in rows}
    document.placements.exclude(column__in=wanted).delete()
    for column, at in wanted.items():
        Placement.objects.update_or_create(document=document, column_id=column, defaults={"at": at})


def _addresses(document: Document, rows: Sequence[Mapping[str, Any]]) -> None:
    kept = {(row["website"], row["path"]) for row in rows}
    for address in document.addresses.all():
        if (address.website_id, address.path) not in kept:
            address.delete()
    document.addresses.filter(current=True).update(current=False)
    for row in rows:
        Address.objects.update_or_create(
            website_id=row["website"],
            path=row["path"],
            defaults={"document": document, "current": row["current"], "since": _moment(row["since"])},
        )


@action("publishing.receive_site", label="接收交换包中的网站和栏目", rule=_system_only)
def receive_site(website: Website, *, by: Any, package: str) -> Step:
    """Say that a site or its columns changed through a package, so that every process and cache reads them anew."""
    _within(package)
    TreeStamp.bump()
    return Step(facts={"package": package})


def drop_files(marks: Sequence[str]) -> None:
    """Delete files that no edition carries any more; their bytes go when the transaction is committed."""
    for mark in marks:
        forget(mark)
