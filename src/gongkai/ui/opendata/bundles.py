"""Bundles: files with all documents of a year, the policy list or a table's rows.

A daily job writes them. A bundle with content that is no longer public is never served:
`is_current` compares its editions with the public ones.
"""

import csv
import gzip
import io
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import IO

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import ExtractYear
from django.utils import timezone

from gongkai.content.editions.erasure import BaseErasureHandler
from gongkai.content.editions.hosts import home_url
from gongkai.content.editions.models import Edition, EditionContent, Shelf
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.editions.queries.lists import keyset_page
from gongkai.content.policies.queries import library
from gongkai.core.files.models import StoredFile
from gongkai.core.files.store import delete_stored, write_content
from gongkai.core.spreadsheets.writer import csv_cell, escape_formula
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.widgets.responses import CSV_CONTENT_TYPE
from gongkai.lib.richtext import to_plain_text
from gongkai.ui.opendata.models import Bundle, pack_edition_ids
from gongkai.ui.opendata.operations import RequestedSite
from gongkai.ui.opendata.reads import documents
from gongkai.ui.opendata.reads.issue_contents import list_issue_contents
from gongkai.ui.portal.tree import load_sites
from gongkai.ui.portal.views.policies import LIBRARY_SHEET as POLICIES
from gongkai.work.tables import public
from gongkai.work.tables.fields import SchemaField
from gongkai.work.tables.models import TableSchema
from gongkai.work.tables.revisions import make_bases_cell
from gongkai.work.tables.texts import BASES_HEADING

#: Rows read at once; maximum rows of a file; maximum files per job run.
BATCH_SIZE, MAX_ROWS_PER_YEAR, MAX_FILES_PER_RUN = 500, 1_000_000, 12
#: Media type of compressed files.
GZIP_CONTENT_TYPE = "application/gzip"


@dataclass(frozen=True)
class BundlePlan:
    """A bundle to write; `write` returns the number of rows and the ids of its editions."""

    name: str
    label: str
    kind: str
    write: Callable[[IO[bytes]], tuple[int, list[int]]]


def list_bundle_plans(site: RequestedSite) -> list[BundlePlan]:
    """Return the bundles that a site should offer, newest year first."""
    plans = []
    for year in _list_years(site):
        plans.append(_plan_documents(site, year))
    if next(library.iterate_public_rows(site.number, portion=1), None):
        plans.append(_plan_library(site))
    for schema in public.list_schemas_on_site(site.number):
        plans.append(_plan_table(site, schema.schema, schema.label))
    return plans


def _list_public_rows(site: RequestedSite) -> QuerySet[Shelf]:
    return shelf_visible_to(ANONYMOUS).filter(website=site.number, column=None)


def _list_years(site: RequestedSite) -> list[int]:
    """Return the years in which public documents were published, newest first."""
    years = _list_public_rows(site).annotate(y=ExtractYear("published_at")).order_by().values_list("y", flat=True)
    return sorted(set(years.distinct()), reverse=True)


def _plan_documents(site: RequestedSite, year: int) -> BundlePlan:
    """Plan the bundle of all documents published in a year: compressed JSON lines."""

    def write(out: IO[bytes]) -> tuple[int, list[int]]:
        """Write the documents as compressed JSON lines; return (count, their editions)."""
        edition_ids: list[int] = []
        with gzip.GzipFile(fileobj=out, mode="wb", mtime=0, filename="") as packer:
            for portion in _iterate_batches(site, year):
                for row, line in _iterate_lines(portion, site):
                    packer.write(line.encode())
                    edition_ids.append(row.edition_id)
        return len(edition_ids), edition_ids

    return BundlePlan(f"documents-{year}.ndjson.gz", f"{year}年公开的信息，一行一条，含全文", GZIP_CONTENT_TYPE, write)


def _iterate_batches(site: RequestedSite, year: int) -> Iterator[list[Shelf]]:
    """Yield the public rows of a year in batches, until `MAX_ROWS_PER_YEAR` rows."""
    cursor, count = "", 0
    while count < MAX_ROWS_PER_YEAR:
        rows = documents.select_public_rows(site, {"year": year}).select_related("document", "edition", "body")
        page = keyset_page(rows, after=cursor, size=BATCH_SIZE)
        yield page.rows
        count += len(page.rows)
        cursor = page.next
        if not cursor:
            return


def _iterate_lines(portion: list[Shelf], site: RequestedSite) -> Iterator[tuple[Shelf, str]]:
    """Yield (row, its JSON line): description, edition, full text and files."""
    contents = EditionContent.objects.in_bulk([row.edition_id for row in portion])
    for row in portion:
        content, number = contents.get(row.edition_id), row.edition.number
        data = {
            **documents.describe_listed_document(row, site),
            "unit": row.body.name,
            "edition": number,
            "digest": row.edition.digest,
            "contains": list_issue_contents(row.document, row.edition, content, site),
            "text": to_plain_text(content.html) if content else "",
            "files": documents.list_edition_files(content, row.document_id, number, site) if content else [],
        }
        yield row, json.dumps(data, ensure_ascii=False) + "\n"


def _plan_library(site: RequestedSite) -> BundlePlan:
    """Plan the CSV file of the policy library, with all policies of the site."""

    def write(out: IO[bytes]) -> tuple[int, list[int]]:
        """Write the policy library as CSV; return (count, editions)."""
        text = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
        writer = csv.writer(text, quoting=csv.QUOTE_ALL)
        writer.writerow([column.head for column in POLICIES.columns])
        edition_ids: list[int] = []
        for rows in library.iterate_public_rows(site.number):
            for row in rows:
                line = replace(row, path=f"{site.root}{row.path}" if row.path else "")
                writer.writerow([csv_cell(column.value_of(line)) for column in POLICIES.columns])
            documents_of = [row.record.document_id for row in rows]
            edition_ids += (
                _list_public_rows(site).filter(document__in=documents_of).order_by().values_list("edition", flat=True)
            )
        text.detach()
        return len(edition_ids), edition_ids

    return BundlePlan("policies.csv", "政策文件库，每份文件的文号、日期和有效性", CSV_CONTENT_TYPE, write)


def _plan_table(site: RequestedSite, schema: TableSchema, label: str) -> BundlePlan:
    """Plan the CSV file of a table: all rows of all units and years."""

    def write(out: IO[bytes]) -> tuple[int, list[int]]:
        """Write the table's rows of all units as CSV; return (count of rows, editions)."""
        every = public.load_all_rows(site.number, schema)
        headings = {field.key: field.head for public_rows in every for field in public_rows.fields}
        text = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
        writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
        has_bases = any(any(public_rows.bases) for public_rows in every)
        tail_heads = [*([BASES_HEADING] if has_bases else []), "填报单位", "年度", "公开日期"]
        writer.writerow(number_repeated_headings([*map(escape_formula, headings.values()), *tail_heads]))
        count = 0
        for public_rows in every:
            for row_index, row in enumerate(public_rows.rows):
                texts_by_key = {
                    field.key: format_for_programs(field, row.get(field.key)) for field in public_rows.fields
                }
                bases = make_bases_cell(public_rows.list_bases_of_row(row_index)).values() if has_bases else ()
                tail = [
                    *bases,
                    public_rows.body.name,
                    public_rows.year or "",
                    timezone.localdate(public_rows.shelf.from_at),
                ]
                writer.writerow(
                    [format_csv_cell(cell) for cell in [*(texts_by_key.get(key, "") for key in headings), *tail]]
                )
                count += 1
        text.detach()
        return count, [public_rows.shelf.edition_id for public_rows in every]

    return BundlePlan(f"table-{schema.key}.csv", f"{label}，各单位各年度的全部行", CSV_CONTENT_TYPE, write)


def number_repeated_headings(headings: Iterable[str]) -> list[str]:
    """Return column headings with repeated ones numbered.

    >>> number_repeated_headings(["名称", "年度", "年度"])
    ['名称', '年度', '年度（2）']
    """
    counts: Counter[str] = Counter()
    numbered = []
    for head in headings:
        counts[head] += 1
        numbered.append(head if counts[head] == 1 else f"{head}（{counts[head]}）")
    return numbered


def format_for_programs(field: SchemaField, value: object) -> str | Decimal:
    """Return a stored value for programs: plain numbers, ISO dates."""
    if field.kind == "number" and value not in (None, ""):
        return Decimal(str(value))
    return field.show(value)


def format_csv_cell(value: object) -> str | int | Decimal:
    """Return a value for a CSV cell: plain numbers, other text safe against formulas."""
    return value if isinstance(value, int | Decimal) else escape_formula(str(value))


def is_current(bundle: Bundle) -> bool:
    """Return true if all editions in a bundle are the public ones now."""
    public_now = shelf_visible_to(ANONYMOUS).filter(website=bundle.website_id, column=None)
    return bundle.held <= set(public_now.values_list("edition_id", flat=True))


def list_bundles(website: int) -> QuerySet[Bundle]:
    """Return the bundles of a site: documents before tables, newest year first."""
    return Bundle.objects.filter(website=website).defer("editions")


def write_due_bundles() -> dict[str, int]:
    """Job: write missing and outdated bundles, and delete superfluous ones; idempotent."""
    written = dropped = 0
    for tree in load_sites():
        site = RequestedSite(tree, home_url(tree.website), timezone.localdate())
        plans_by_name = {bundle_plan.name: bundle_plan for bundle_plan in list_bundle_plans(site)}
        existing = dict(Bundle.objects.filter(website=site.number).values_list("name", "made_on"))
        for name in existing.keys() - plans_by_name.keys():
            dropped += delete_bundles(Bundle.objects.filter(website=site.number, name=name))
        for name, plan in plans_by_name.items():
            if existing.get(name) != site.day and written < MAX_FILES_PER_RUN:
                written += _write_bundle(site, plan)
    return {"written": written, "dropped": dropped}


def _write_bundle(site: RequestedSite, plan: BundlePlan) -> int:
    """Write a bundle's file and delete the earlier one of this name; return 1."""
    with tempfile.TemporaryFile() as out:
        count, edition_ids = plan.write(out)
        size = out.seek(0, io.SEEK_END)
        digest = write_content(out)
    facts = {
        "label": plan.label,
        "kind": plan.kind,
        "rows": count,
        "size": size,
        "made_on": site.day,
        "editions": pack_edition_ids(edition_ids),
    }
    with transaction.atomic():
        old_digest = Bundle.objects.filter(website=site.number, name=plan.name).values_list("file", flat=True).first()
        file, _ = StoredFile.objects.get_or_create(digest=digest, defaults={"size": size, "type": plan.kind})
        Bundle.objects.update_or_create(website_id=site.number, name=plan.name, defaults={**facts, "file": file})
        if old_digest and old_digest != digest:
            delete_stored(old_digest)
    return 1


def delete_bundles(rows: Iterable[Bundle]) -> int:
    """Delete bundles with their files; return the number of bundles."""
    count = 0
    for bundle in rows:
        digest = bundle.file_id
        bundle.delete()
        delete_stored(digest)
        count += 1
    return count


class BundleErasureHandler(BaseErasureHandler):
    """Deletes bundles that contain erased editions; the job writes them again."""

    def uses_file(self, digest: str) -> bool:
        """Return true if a file is a bundle."""
        return Bundle.objects.filter(file=digest).exists()

    def erase(self, edition: Edition) -> None:
        """Delete the bundles that contain an edition."""
        delete_bundles([bundle for bundle in Bundle.objects.all() if edition.pk in bundle.held])
