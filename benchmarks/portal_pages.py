"""Fill a site with documents in bulk and ask its pages many times (`python -m benchmarks.portal_pages DOCUMENTS`)."""

import json
import os
import random
import sys
import time
from datetime import timedelta

WORDS = [
    *("规划", "预算", "决算", "公告", "通知", "方案", "计划", "办法", "细则", "名单", "补贴"),
    *("采购", "安全", "教育", "医疗", "住房", "交通", "环保", "水利", "农业", "养老", "就业"),
]


def _fill(count: int) -> tuple[int, str]:
    """Write documents with their editions, shelves and search rows; return a column and a document's address."""
    from django.utils import timezone

    from gongkai.publishing.actions import open_website
    from gongkai.publishing.models import (
        Address,
        Column,
        Document,
        Edition,
        EditionContent,
        Placement,
        SearchRow,
        Shelf,
    )
    from gongkai.publishing.search import table
    from gongkai.publishing.shelving import address_path
    from gongkai.units.actors import SYSTEM
    from gongkai.units.models import Body, BodyKind, Person

    random.seed(7)
    city = Body.objects.create(name="云岭市人民政府", kind=BodyKind.GOVERNMENT)
    bodies = [Body.objects.create(name=f"云岭市第{n}局", parent=city) for n in range(40)]
    person = Person.objects.create(name="周一")
    site = open_website(
        None, by=SYSTEM, person=person, name="云岭市人民政府", host="localhost", body=city, is_default=True
    )
    parent = Column.objects.create(
        website=site, name="目录", key="目录", owner=city, opened_at=timezone.now()
    )
    columns = [
        Column.objects.create(
            website=site,
            parent=parent,
            name=f"栏目{n}",
            key=f"目录>栏目{n}",
            owner=city,
            opened_at=timezone.now(),
        )
        for n in range(60)
    ]
    now = timezone.now()
    for start in range(0, count, 2000):
        numbers = range(start, min(start + 2000, count))
        times = {n: now - timedelta(minutes=5 * (count - n)) for n in numbers}
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
            Edition(
                document=d,
                number=1,
                act="publish",
                visible_from=d.published_at,
                made_by="甲",
                digest="0" * 64,
            )
            for d in documents
        )
        contents, shelves, searches, addresses, placements = [], [], [], [], []
        for n, document, edition in zip(numbers, documents, editions, strict=True):
            # One column takes a quarter of everything, so that a long list is measured.
            column = columns[0] if n % 4 == 0 else columns[n % 60]
            title = f"云岭市{''.join(random.sample(WORDS, 3))}第{n}号"
            text = "".join(random.choices(WORDS, k=60))
            path = address_path(column.pk, document.pk)
            window = {
                "from_at": document.published_at,
                "published_at": document.published_at,
                "title": title,
                "kind": "policy",
                "audience": "all",
                "circle": "/",
                "document": document,
                "edition": edition,
                "body": document.body,
            }
            contents.append(
                EditionContent(
                    edition=edition, title=title, html=f"<p>{text}</p>", facts={"unit": "局"}, files=[]
                )
            )
            addresses.append(Address(website=site, document=document, path=path))
            placements.append(Placement(document=document, column=column))
            shelves += [
                Shelf(website=site, column=c, direct=c is column, path=path, **window)
                for c in (None, parent, column)
            ]
            searches.append(SearchRow(text=text, **window))
        for model, rows in (
            (EditionContent, contents),
            (Address, addresses),
            (Placement, placements),
            (Shelf, shelves),
            (SearchRow, searches),
        ):
            model.objects.bulk_create(rows, batch_size=1000)
        for row in searches:
            table.put(row.edition_id, row.title, row.text)
    return columns[0].pk, path


def main(count: int) -> None:
    """Fill, ask, print JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.test import Client

    from benchmarks.pages import measure
    from gongkai.publishing.models import Column, Shelf

    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    with transaction.atomic():
        column, item = _fill(count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    filled = time.perf_counter() - started
    row = Shelf.objects.filter(column=column).order_by("published_at")[count // 8]
    client = Client(SERVER_NAME="localhost")
    parent = Column.objects.get(pk=column).parent_id
    addresses = {
        "front": "/",
        "column": f"/columns/{column}/",
        "column with all below": f"/columns/{parent}/",
        "column, far down": f"/columns/{column}/?after={row.published_at.isoformat().replace('+', '%2B')}_{row.document_id}",
        "item": item,
        "search, rare": "/search/?q=第4242号",
        "search, common": "/search/?q=预算",
        "feed": "/feed/",
    }
    figures = {name: measure(client, address) for name, address in addresses.items()}
    print(json.dumps({"fill_s": filled, "pages": figures}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
