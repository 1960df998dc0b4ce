"""Write a site with any number of documents in bulk. Only for measuring reads, never for demonstrations."""

import random
from datetime import timedelta

from django.utils import timezone

from gongkai.content.editions.models import (
    Address,
    Column,
    Document,
    Edition,
    EditionContent,
    Placement,
    Shelf,
)
from gongkai.content.editions.shelves import address_path
from gongkai.content.publishing.actions import open_website
from gongkai.content.search import facets, fulltext_table
from gongkai.content.search.models import SearchRow
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, BodyKind, Person
from gongkai.lib.matching.folding import make_number_without_year

WORDS = [
    *("规划", "预算", "决算", "公告", "通知", "方案", "计划", "办法", "细则", "名单", "补贴"),
    *("采购", "安全", "教育", "医疗", "住房", "交通", "环保", "水利", "农业", "养老", "就业"),
]
KINDS = ("policy", "normative", "interpretation", "notice", "finance", "guide")
#: Number of 文号 of each code and year.
NUMBERS_PER_CODE = 400
CODES = ("府", "教", "财", "民", "建", "农", "水", "环")


def fill(count: int) -> tuple[int, str]:
    """Write documents with their editions, shelves and search rows; return the addresses of a column and of a document."""
    random.seed(7)
    bodies, site, parent, columns = _site()
    now = timezone.now()
    path = ""
    for start in range(0, count, 2000):
        numbers = range(start, min(start + 2000, count))
        times = {n: now - timedelta(minutes=20 * (count - n)) for n in numbers}
        path = _batch(numbers, times, bodies, site, parent, columns)
    return columns[0].pk, path


def _site() -> tuple:
    """Create a city, forty units, a site, and sixty open columns under one parent."""
    city = Body.objects.create(name="云岭市人民政府", kind=BodyKind.GOVERNMENT)
    bodies = [Body.objects.create(name=f"云岭市第{n}局", parent=city) for n in range(40)]
    person = Person.objects.create(name="周一")
    site = open_website(
        None, by=SYSTEM, person=person, name="云岭市人民政府", host="localhost", body=city, is_default=True
    )
    facts = {"website": site, "owner": city, "opened_at": timezone.now()}
    parent = Column.objects.create(name="目录", key="目录", **facts)
    columns = [Column.objects.create(parent=parent, name=f"栏目{n}", key=f"目录>栏目{n}", **facts) for n in range(60)]
    return bodies, site, parent, columns


def _batch(numbers: range, times: dict, bodies: list, site: object, parent: object, columns: list) -> str:
    """Write some documents with all dependent rows; return the last one's address."""
    documents = Document.objects.bulk_create(
        Document(
            source=f"bench/{n}",
            body=bodies[n % 40],
            kind="policy",
            published_at=times[n],
            formed_on=times[n].date(),
        )
        for n in numbers
    )
    editions = Edition.objects.bulk_create(
        Edition(document=d, number=1, act="publish", visible_from=d.published_at, made_by="甲", digest="0" * 64)
        for d in documents
    )
    rows: dict[type, list] = {model: [] for model in (EditionContent, Address, Placement, Shelf, SearchRow)}
    path = ""
    for n, document, edition in zip(numbers, documents, editions, strict=True):
        # One column has a quarter of all documents, so that a long list is measured.
        column = columns[0] if n % 4 == 0 else columns[n % 60]
        path = address_path(column.pk, document.pk)
        _row(rows, n, document, edition, site, (parent, column), path)
    above = parent.pk
    words = []
    for row, shelf in zip(rows[SearchRow], rows[Shelf][2::3], strict=True):
        tags = facets.make_document_tokens(
            sites=[site.pk],
            columns=[above, shelf.column_id],
            kind=row.kind,
            body=row.body_id,
            published=row.published_at,
            standing=row.standing,
        )
        row.facets = " ".join(tags)
        words.append((row.edition_id, row.title, f"{row.number}\n{row.text}", tags))
    for model, made in rows.items():
        model.objects.bulk_create(made, batch_size=1000)
    fulltext_table.index_new_editions(words)
    return path


def _row(rows: dict, n: int, document: Document, edition: Edition, site: object, way: tuple, path: str) -> None:
    """Add the rows of one document: content, address, placement, shelves, search row."""
    title = f"云岭市{''.join(random.sample(WORDS, 3))}第{n}号"
    text = "".join(random.choices(WORDS, k=300))
    number = f"云{CODES[n % len(CODES)]}发〔{document.published_at.year}〕{n % NUMBERS_PER_CODE + 1}号"
    window = {
        "from_at": document.published_at,
        "published_at": document.published_at,
        "title": title,
        "kind": KINDS[n % len(KINDS)],
        "number": number,
        "standing": ("in_force", "", "repealed", "")[n % 4],
        "audience": "all",
        "circle": "/",
        "document": document,
        "edition": edition,
        "body": document.body,
    }
    html = f"<p>{text}</p>"
    rows[EditionContent].append(EditionContent(edition=edition, title=title, html=html, facts={"unit": "局"}, files=[]))
    rows[Address].append(Address(website=site, document=document, path=path))
    rows[Placement].append(Placement(document=document, column=way[-1]))
    rows[Shelf] += [Shelf(website=site, column=c, direct=c is way[-1], path=path, **window) for c in (None, *way)]
    rows[SearchRow].append(
        SearchRow(text=text, number_key=number, number_short=make_number_without_year(number), **window)
    )
