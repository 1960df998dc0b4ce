"""Invariants of public pages and exported files. `invariants` registers them."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from io import BytesIO

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from lxml import html
from openpyxl import load_workbook

from gongkai.content.editions.hosts import find_site_of_host
from gongkai.content.editions.models import Edition, EditionContent, Placement, Shelf, Website
from gongkai.content.editions.models import EditionEffect as EditionAct
from gongkai.content.policies.models import PolicyLevel, PolicyRecord
from gongkai.content.search.models import SearchRow
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES
from gongkai.core.registers.register import Register
from gongkai.core.spreadsheets import read_table, write_xlsx
from gongkai.core.spreadsheets.importers import IMPORTERS_BY_NAME
from gongkai.core.units.models import Body
from gongkai.lib.law.annual_form import NEW, TABLE3_COLUMNS
from gongkai.oversight.annual.queries.figures import count_figures
from gongkai.ui.opendata.operations import API_ROOT
from gongkai.ui.opendata.reads import OPERATIONS_BY_NAME
from gongkai.work.requests.queries.statistics import ReportPeriod
from simulation.invariants import Asked, invariant, slow, some_rows

#: Personal numbers used to fill forms.
PERSONAL_NUMBERS = ("11010519491231002X", "13800000000")
#: A unit's complaints number, which is no personal number.
HOTLINE = re.compile(r"监督电话：\s*\d+")
#: Limits of a round: API lists and items opened; registers whose exports are read; withdrawn texts.
MAX_LISTS, MAX_ITEMS, MAX_EXPORTS, MAX_WITHDRAWN_TEXTS = 6, 3, 2, 3
MAX_EXPORTED_ROWS = 300
#: Importers of tables that change a draft only, or make one.
DRAFT_IMPORTERS = {"indicators", "catalogue"}
ADDRESS = re.compile(r"https?://([^/\s\"<:]+)(?::\d+)?(/[^\s\"<]*)")


@invariant
def persons_are_not_named_in_public(asked: Asked) -> Iterator[str]:
    """No public page shows a personal number that a form contained."""
    public = asked.player.client("")
    pages = ["/progress/", "/messages/", "/decisions/", "/policies/", "/answers/", f"/search/?q={PERSONAL_NUMBERS[0]}"]
    rows = some_rows(asked, Entry.objects.exclude(closed_at=None).order_by("pk"), 2)
    for page in [*asked.rng.sample(pages, 3), *(f"/search/?q={entry.title[:20]}" for entry in rows)]:
        for number in personal_numbers(public.get(page).content.decode(), page):
            yield f"{page} shows {number}"


def personal_numbers(text: str, page: str) -> Iterator[str]:
    """Yield personal numbers on a public page outside its forms and its own query string."""
    if any(number in text and number not in page for number in PERSONAL_NUMBERS):
        words = " ".join(html.fromstring(text).xpath("//body//text()[not(ancestor::form) and not(ancestor::script)]"))
        words = HOTLINE.sub("", words)
        yield from (number for number in PERSONAL_NUMBERS if number in words and number not in page)


@invariant
def withdrawn_is_gone(asked: Asked) -> Iterator[str]:
    """A withdrawn text is in no list, feed, search result, sitemap or API response."""
    public, now = asked.player.client(""), timezone.now()
    shown = Shelf.objects.filter(from_at__lte=now).exclude(until_at__lte=now).values("document")
    ended = Shelf.objects.filter(until_at__lte=now).exclude(document__in=shown)
    for shelf in ended.exclude(column=None).order_by("-until_at", "pk")[:MAX_WITHDRAWN_TEXTS]:
        path = shelf.path
        for place in (f"/columns/{shelf.column_id}/", f"/columns/{shelf.column_id}/feed/", f"/units/{shelf.body_id}/"):
            if path in public.get(place).content.decode():
                yield f"{place} still leads to {path}, which was withdrawn"
        if path in public.get("/search/", {"q": shelf.title}).content.decode():
            yield f"the search still finds {path}, which was withdrawn"
    for edition in Edition.objects.filter(act=EditionAct.WITHDRAW).order_by("-pk")[:MAX_WITHDRAWN_TEXTS]:
        if Edition.objects.filter(document=edition.document_id, pk__gt=edition.pk).exists():
            continue  # published again
        yield from find_withdrawn(asked, edition)


def find_withdrawn(asked: Asked, edition: Edition) -> Iterator[str]:
    """Yield public places of a text whose last edition withdraws it."""
    public = asked.player.client("")
    for shelf in Shelf.objects.filter(document=edition.document_id)[:1]:
        yield f"document {shelf.document_id}, which was withdrawn, is still on a shelf"
    for column in Placement.objects.filter(document=edition.document_id).values_list("column", flat=True)[:2]:
        path = f"/columns/{column}/{edition.document_id}.html"
        if path in public.get(f"/columns/{column}/").content.decode():
            yield f"/columns/{column}/ still leads to {path}, which was withdrawn"
        if public.get(path).status_code == 200:
            yield f"{path}, which was withdrawn, still opens"
    shown = Edition.objects.filter(document=edition.document_id, content__isnull=False).select_related("content")
    for one in shown.order_by("-pk")[:1]:
        for file in one.content.files[:2]:
            path = f"/files/{one.document_id}/{one.number}/{file['digest']}"
            if public.get(path).status_code == 200:
                yield f"{path}, a file of a text that was withdrawn, still opens"


@invariant
def what_is_given_out_opens(asked: Asked) -> Iterator[str]:
    """Links in the API, the feeds and the sitemap open as pages."""
    drawn = asked.rng.sample(API_LISTS, min(MAX_LISTS, len(API_LISTS)))
    yield from find_given_out(asked, [*drawn, asked.rng.choice(("/feed/", "/sitemap-1.xml"))])


API_LISTS = [f"{API_ROOT}{one.path}" for one in OPERATIONS_BY_NAME.values() if one.listed and "{" not in one.path]


def find_given_out(asked: Asked, lists: list[str], number: str = "") -> Iterator[str]:
    """Yield pages in lists that do not open: a sample, or all whose path contains a primary key."""
    public = asked.player.client("")
    for path in lists:
        answer = public.get(path)
        if answer.status_code >= 500:
            yield f"{path}: {answer.status_code}"
        if answer.status_code != 200:
            continue
        text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
        text = json.dumps(json.loads(text), ensure_ascii=False) if path.startswith(API_ROOT) else text
        site = find_site_of_host("testserver", Website.objects.all())
        own = {path for host, path in ADDRESS.findall(text) if host == site.host.partition(":")[0]}
        pages = sorted(one for one in own if not one.startswith(("/api/", "/files/")))
        about = [one for one in pages if re.search(rf"/{number}(?=[/.])", one)] if number else None
        for to in asked.rng.sample(pages, min(MAX_ITEMS, len(pages))) if about is None else about:
            if (status := public.get(to.partition("#")[0]).status_code) >= 400:
                yield f"{path} gives out {to}: {status}"


@invariant
def files_hold_what_lists_hold(asked: Asked) -> Iterator[str]:
    """An exported file has at most as many lines as its list has rows for the user."""
    login = asked.rng.choice([one for one in asked.world.logins if asked.works(one)])
    by, client = asked.player.actor(login), asked.player.client(login)
    registers = [
        one
        for one in asked.player.registers.values()
        if not one.parent and type(one).file_objects is Register.file_objects and not one.file_sheet
    ]
    for register in asked.rng.sample(registers, MAX_EXPORTS):
        try:
            hidden = register.model._base_manager.count() - register.rows(by).count()
        except (Http404, PermissionDenied):
            continue
        if not hidden:
            continue
        answer = client.get(register.url(), {"export": "1"})
        if answer.status_code != 200 or "sheet" not in answer.get("Content-Type", ""):
            continue
        data = b"".join(answer.streaming_content) if answer.streaming else answer.content
        lines = sum(1 for row in load_workbook(BytesIO(data), read_only=True).worksheets[0].iter_rows() if row) - 1
        if lines > (count := register.rows(by).count()):
            yield f"the file of {register.name} gives {login} {lines} lines, the list has {count}"


@invariant
def exported_tables_come_back_unchanged(asked: Asked) -> Iterator[str]:
    """An exported table, brought back untouched, has no errors and changes nothing."""
    login = asked.rng.choice([one for one in asked.world.logins if asked.works(one)])
    by = asked.player.actor(login)
    importers = [one for one in IMPORTERS_BY_NAME.values() if one.name not in DRAFT_IMPORTERS and not one.why_not(by)]
    for importer in asked.rng.sample(importers, min(len(importers), MAX_EXPORTS)):
        rows = list(importer.rows(by))
        if not rows or len(rows) > MAX_EXPORTED_ROWS:
            continue
        table = read_table(write_xlsx(importer.sheet, rows), importer.sheet)
        plan = importer.plan(table, by=by)
        for error in [*table.errors, *plan.errors][:1]:
            yield f"{login} exports {importer.name} and gets back: {error}"
        for change in plan.changes[:1]:
            yield f"{login} exports {importer.name}, and its import would change {change.label}"


@invariant
def search_index_has_its_rows(asked: Asked) -> Iterator[str]:
    """The full-text table has exactly one row for each searchable text."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid FROM search_fulltext")
        indexed = {row[0] for row in cursor.fetchall()}
    rows = set(SearchRow.objects.values_list("pk", flat=True))
    if indexed - rows:
        yield f"the index has {len(indexed - rows)} texts that nobody may find"
    if rows - indexed:
        yield f"the index lacks {len(rows - indexed)} texts"


@slow
@invariant
def erased_leaves_nothing(asked: Asked) -> Iterator[str]:
    """The title of a text erased by law is in no row; undoing a migration is no erasure."""
    asked.titles |= dict(Edition.objects.filter(content__isnull=False).values_list("pk", "content__title"))
    by_law = Edition.objects.filter(act=EditionAct.PUBLISH, content=None, erasure__asked_by__gt="")
    erased = by_law.filter(pk__in=asked.titles).values_list("pk", flat=True)
    shown = EditionContent.objects.all()
    titles = {
        title
        for pk in erased
        if len(title := asked.titles[pk]) > 8
        and not shown.filter(
            Q(title__contains=title) | Q(html__contains=title)
        ).exists()  # that names a text in another
    }
    if not titles or connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'PRAGMA table_info("{table}")')
            columns = [row[1] for row in cursor.fetchall() if "char" in row[2].lower() or "text" in row[2].lower()]
            for title in sorted(titles) if columns else ():
                where = " OR ".join(f'instr("{one}", %s)' for one in columns)
                cursor.execute(f'SELECT count(*) FROM "{table}" WHERE {where}', [title] * len(columns))
                if found := cursor.fetchone()[0]:
                    yield f"{table} still has the title of an erased text, {found} rows"


@invariant
def annual_figures_equal_their_rows(asked: Asked) -> Iterator[str]:
    """An annual report's issued documents and received requests equal a row-by-row count."""
    year = timezone.localdate().year
    bodies = some_rows(asked, Body.objects.filter(active_to=None, merged_into=None).order_by("pk"), 4)
    # A split request is counted by its parts, in the year of the split if received earlier.
    new = Entry.objects.filter(kind="request", request__counted_on__year=year).exclude(
        outcome__in=("void", "carried"), request__ended_on__year=year
    )
    received = Counter(new.values_list("body", flat=True))
    issued = Counter(
        one.issuers_key.split("、")[1]
        for one in PolicyRecord.objects.filter(level=PolicyLevel.NORMATIVE)
        if one.issuers_key.count("、") > 1 and (on := one.made_on or one.published_on) and on.year == year
    )
    for body in bodies:
        values = count_figures(body, ReportPeriod.of(year, date(year, 12, 31)))
        shown = values["table2/normative_documents/issued"] or 0
        names = {body.name, body.short_name, *body.aliases.values_list("name", flat=True)} - {""}
        if shown != (rows := sum(issued[name] for name in names)):
            yield f"{body.name} issued {shown} documents, its rows are {rows}"
        shown = sum(values[f"table3/{NEW}/{kind}"] or 0 for kind in TABLE3_COLUMNS if kind != "total")
        merged = Body.objects.filter(merged_into=body).exists()
        if not merged and shown != received[body.pk]:
            yield f"{body.name} received {shown} requests, its rows are {received[body.pk]}"


@invariant
def ledgers_count_each_entry_once(asked: Asked) -> Iterator[str]:
    """The ledger's number of open entries for a unit's staff equals the unit's rows."""
    login = asked.rng.choice([one for one in asked.world.logins if asked.works(one)])
    by = asked.player.actor(login)
    if {post.role for post in by.posts} - set(ENTRY_STAFF_ROLES):
        return
    words = " ".join(
        html.fromstring(asked.player.client(login).get("/admin/ledger/?mine=body").content.decode())
        .text_content()
        .split()
    )
    if found := re.search(r"未办结 ([\d,]+)", words):
        rows = len({*visible_to(by).open().filter(body__in=by.bodies).values_list("pk", flat=True)})
        if int(found[1].replace(",", "")) != rows:
            yield f"the ledger shows {login} {found[1]} open entries, the rows are {rows}"
