"""Write the documents and editions of a package, and invalidate caches of the sites it changed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.conf import settings
from django.utils.dateparse import parse_date, parse_datetime

from gongkai.content.editions.actions.editions import store_content, store_edition
from gongkai.content.editions.models import (
    Address,
    Document,
    Edition,
    EditionContent,
    EditionEffect,
    EditionFile,
    Erasure,
    Placement,
    Shelf,
    TreeStamp,
    Website,
)
from gongkai.content.editions.shelves import rebuild_document
from gongkai.content.packages.mailbag import is_package_stream
from gongkai.content.packages.validation import AddressRow, DocumentRow, EditionRow, ErasureRow, PlacementRow, TextRow
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.chain import append_record
from gongkai.core.files.store import delete_stored
from gongkai.lib.richtext.clean import is_hostile

#: Name of the action that writes an edition of a package.
RECEIVE_EDITION_ACTION = "publishing.receive_edition"
_DOCUMENT_FIELDS = ("source", "item_number", "body_id", "kind", "index_number", "standing", "standing_note")


# Stream of the package that is being written in this context.
_APPLIED_PACKAGE: ContextVar[str] = ContextVar("package", default="")


@contextmanager
def allow_package_writes(package: str) -> Iterator[None]:
    """Context manager in which rows of a verified package are written."""
    before = _APPLIED_PACKAGE.set(package)
    try:
        yield
    finally:
        _APPLIED_PACKAGE.reset(before)


def _require_outer_side(package: str) -> None:
    """Refuse unless this is the outer installation and `package` is the one being applied."""
    if not settings.GONGKAI_OUTER:
        raise Refused("本系统不是外网端，不接收交换包中的信息。")
    if not package or _APPLIED_PACKAGE.get() != package or not is_package_stream(package):
        raise Refused("没有正在应用的这个交换包，不能接收。")


def _check_system(by: Actor, _: object) -> list[str]:
    return [] if by.system else ["只由交换包写入。"]


@action("publishing.receive", label="接收交换包中的信息", rule=_check_system)
def receive_document(
    document: Document,
    *,
    by: Actor,
    package: str,
    data: DocumentRow | None,
    texts: Mapping[int, TextRow],
) -> ActionResult:
    """Write one document of a package.

    Args:
        document: the document, with the primary key that it has on the inner side.
        by: the system.
        package: the package's log stream (`package/12`), recorded as the basis of every edition.
        data: facts, editions, erasures, placements, URLs; None if only texts came.
        texts: primary key of an edition → its text.
    """
    _require_outer_side(package)
    editions: list[Edition] = []
    columns = set(document.placements.values_list("column", flat=True))
    if data is not None:
        _write_document(document, data)
        editions = _write_editions(document, data["editions"])
    _write_texts(document, texts)
    if data is not None:
        _write_erasures(document, data["erasures"])
        _write_placements(document, data["placements"])
        _write_addresses(document, data["addresses"])
    for edition in editions:
        append_record(
            f"document/{document.pk}",
            action=RECEIVE_EDITION_ACTION,
            by=by,
            facts={
                "edition": edition.pk,
                "number": edition.number,
                "digest": edition.digest,
                "ground": package,
            },
        )
    rebuild_document(document)
    columns |= {row["column"] for row in data["placements"]} if data else set()
    return ActionResult(
        facts={"package": package, "columns": sorted(columns), "texts": sorted(texts)},
        stream=f"document/{document.pk}",
        result=document,
    )


def _write_document(document: Document, data: DocumentRow) -> None:
    """Save the document with the row's facts."""
    said: Mapping[str, object] = data
    for name in _DOCUMENT_FIELDS:
        setattr(document, name, said[name])
    document.published_at = _parse_time(data["published_at"]) if data["published_at"] else None
    document.formed_on = parse_date(data["formed_on"]) if data["formed_on"] else None
    document.standing_on = parse_date(data["standing_on"]) if data["standing_on"] else None
    document.save()


def _parse_time(text: str) -> datetime:
    found = parse_datetime(text)
    if found is None:
        raise Refused(f"“{text[:40]}”不是时间，未应用。")
    return found


def _write_editions(document: Document, rows: Sequence[EditionRow]) -> list[Edition]:
    """Store the editions that are new here, and return them.

    Raises:
        Refused: one differs from the stored one, or its number is out of order.
    """
    stored_rows = list(document.editions.values_list("pk", "digest", "number"))
    existing = {pk: edition_digest for pk, edition_digest, _ in stored_rows}
    last_number = max((number for _, _, number in stored_rows), default=0)
    editions = []
    for row in rows:
        if row["pk"] in existing:
            if existing[row["pk"]] != row["digest"]:
                raise Refused(f"信息{document.pk}第{row['number']}版与已接收的不一致，未应用。")
            continue
        if row["number"] <= last_number or row["act"] not in EditionEffect.values:
            raise Refused(f"信息{document.pk}第{row['number']}版不能排在已接收的版本之前，未应用。")
        if Edition.objects.filter(pk=row["pk"]).exists():
            raise Refused(f"信息{document.pk}第{row['number']}版用了另一条信息的版本号，未应用。")
        last_number = row["number"]
        edition = Edition(
            document=document,
            **{name: value for name, value in row.items() if name not in {"visible_from", "made_at"}},
            visible_from=_parse_time(row["visible_from"]),
            made_at=_parse_time(row["made_at"]),
        )
        store_edition(edition)
        editions.append(edition)
    return editions


def _write_texts(document: Document, texts: Mapping[int, TextRow]) -> None:
    """Store the contents of editions.

    Raises:
        Refused: the edition is missing, its content was erased by law, or the markup is not allowed.
    """
    for number, text in texts.items():
        edition = document.editions.filter(pk=number).first()
        if edition is None:
            raise Refused(f"第{number}号版本的内容来到时，版本本身不在，未应用。")
        if EditionContent.objects.filter(pk=number).exists():
            continue
        if Erasure.objects.filter(pk=number).exists():
            raise Refused(f"信息{document.pk}的一版内容已依法删除，不能再次送入；请对方从交换包中去掉这一版。")
        if is_hostile(text["html"]):
            raise Refused(f"信息{document.pk}的内容含有不允许的标记（脚本、样式或嵌入的页面），未应用。")
        store_content(edition, text["title"], text["html"], text["facts"], text["files"])


def _write_erasures(document: Document, rows: Sequence[ErasureRow]) -> None:
    """Record erasures by law and delete the contents (Refused: an edition of another document)."""
    own_editions = set(document.editions.values_list("pk", flat=True))
    for row in rows:
        if row["edition"] not in own_editions:
            raise Refused(f"信息{document.pk}要删除另一条信息的内容，未应用。")
        if not Erasure.objects.filter(pk=row["edition"]).exists():
            Erasure(
                edition_id=row["edition"],
                basis="依法删除（依据见内网）",
                at=_parse_time(row["at"]),
                by="内网",
            ).save(force_insert=True)
        EditionContent.objects.filter(pk=row["edition"]).delete()


def _write_placements(document: Document, rows: Sequence[PlacementRow]) -> None:
    """Make the document's placements those of the rows; others are deleted."""
    wanted = {row["column"]: _parse_time(row["at"]) for row in rows}
    document.placements.exclude(column__in=wanted).delete()
    for column, at in wanted.items():
        Placement.objects.update_or_create(document=document, column_id=column, defaults={"at": at})


def _write_addresses(document: Document, rows: Sequence[AddressRow]) -> None:
    """Make a document's addresses equal to those of the package (Refused: another public document has one)."""
    kept_addresses = {(row["website"], row["path"]) for row in rows}
    for address in document.addresses.all():
        if (address.website_id, address.path) not in kept_addresses:
            address.delete()
    document.addresses.filter(current=True).update(current=False)
    for row in rows:
        _refuse_taken_address(document, row)
        Address.objects.update_or_create(
            website_id=row["website"],
            path=row["path"],
            defaults={"document": document, "current": row["current"], "since": _parse_time(row["since"])},
        )


def _refuse_taken_address(document: Document, row: AddressRow) -> None:
    """Refuse an address that another public document has."""
    address = Address.objects.filter(website=row["website"], path=row["path"]).exclude(document=document).first()
    if address and Shelf.objects.filter(document=address.document_id).exists():
        raise Refused(f"信息{document.pk}要用信息{address.document_id}的地址，未应用。")


@action("publishing.receive_site", label="接收交换包中的网站和栏目", rule=_check_system)
def receive_site(website: Website, *, by: Actor, package: str) -> ActionResult:
    """Invalidate caches of a site that changed through a package."""
    _require_outer_side(package)
    TreeStamp.increment()
    return ActionResult(facts={"package": package})


def drop_files(digests: Sequence[str]) -> None:
    """Delete the files with these digests unless an edition uses them.

    Bytes go after the commit.
    """
    named = set(EditionFile.objects.filter(digest__in=digests).values_list("digest", flat=True))
    for mark in digests:
        if mark not in named:
            delete_stored(mark)
