"""Benchmark data: sites and public texts with all derived rows."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import Count
from django.utils import timezone

from benchmarks.province.hands import WrittenRows, list_missing_batches, write_batches
from benchmarks.province.size import ProvinceSize
from gongkai.content.editions.actions.editions import compute_edition_digest
from gongkai.content.editions.frozen import FrozenContent, freeze_text
from gongkai.content.editions.models import (
    Address,
    Column,
    Document,
    Edition,
    EditionContent,
    EditionEffect,
    Placement,
    Shelf,
    Website,
)
from gongkai.content.editions.shelves import EditionSpan, address_path, make_shelf_fields
from gongkai.content.publishing.actions import open_website
from gongkai.content.search import fulltext_table
from gongkai.content.search.fulltext_table import make_facet_tokens, make_search_rows
from gongkai.content.search.models import SearchRow
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.acts.chain import append_records, build_record
from gongkai.core.acts.digest import utc_timestamp
from gongkai.core.units.models import Body, BodyKind, Person
from gongkai.lib.richtext import clean_html
from gongkai.ops.demo.seeded import GROUND, PUBLISHED

if TYPE_CHECKING:
    from gongkai.core.acts.models import Movement

#: Texts written together.
BATCH_SIZE = 1_000
#: Number of different texts; titles, numbers, units and days differ for each.
TEXT_VARIANTS = 1_000
#: Number of days before today over which the texts are spread.
PUBLICATION_SPAN_DAYS = 3_650
TEXT_KINDS = ("notice", "policy", "plan", "finance", "normative", "interpretation")
TEXT_SUBJECTS = (
    *("义务教育招生", "城乡居民医疗保险", "农业支持保护补贴", "老旧小区改造", "生态环境监测", "安全生产检查"),
    *("财政预算执行", "重大建设项目", "公共租赁住房分配", "高校毕业生就业", "农村饮水安全", "食品药品抽检"),
    *("国有土地使用权出让", "社会救助标准", "行政许可事项", "政府采购目录", "防汛抗旱准备", "养老服务机构"),
)
FILLER_SENTENCES = (
    "各有关单位要明确责任分工，细化工作措施，按时完成各项任务。",
    "工作情况应当于每季度末向社会公开，接受群众监督。",
    "所需资金列入本级财政预算，专款专用，不得挪作他用。",
    "申请人可以到政务服务大厅窗口办理，也可以通过网上平台提交材料。",
    "对不符合条件的，应当一次性告知需要补正的全部内容。",
    "本年度计划实施的项目清单、进度安排和责任单位见附表。",
    "县级以上人民政府有关部门按照职责分工做好监督管理工作。",
    "鼓励社会力量依法参与，形成共建共治共享的工作格局。",
)


def create_sites(size: ProvinceSize) -> Iterator[int]:
    """Open the sites with their fixed columns; yield row counts."""
    person = Person.objects.order_by("pk").first()
    governments = Body.objects.filter(kind__in=[BodyKind.GOVERNMENT, BodyKind.DISTRICT]).order_by("pk")
    units = Body.objects.filter(kind=BodyKind.DEPARTMENT).order_by("pk")
    first = list(chain(governments, units[: size.sites]))[: size.sites]
    for number, body in enumerate(first[Website.objects.count() :], Website.objects.count()):
        host = "localhost" if number == 0 else f"s{number}.example.gov.cn"
        website = open_website(
            None, by=SYSTEM, person=person, name=body.name, host=host, body=body, is_default=number == 0
        )
        yield 3 + website.columns.count()


def create_texts(size: ProvinceSize, hands: int = 1) -> Iterator[WrittenRows]:
    """Create public texts, each in one column; yield the written rows of each batch.

    `hands` is the number of processes. If most texts are missing, the search indexes are built
    afterwards.
    """
    columns = _columns()
    places = list(Body.objects.order_by("pk").values_list("pk", flat=True))
    bodies = Body.objects.in_bulk(places)
    now = timezone.now().replace(microsecond=0)

    def work(numbers: range) -> int:
        made = [(n, bodies[places[n % len(places)]], columns[n % len(columns)]) for n in numbers]
        return _batch(made, now, size.texts)

    missing_batches = list_missing_batches(
        size.texts, BATCH_SIZE, lambda n: Document.objects.filter(source=f"seed/{n}").exists()
    )
    if 2 * BATCH_SIZE * len(missing_batches) > size.texts:
        fulltext_table.drop_word_indexes()
    yield from write_batches(work, missing_batches, hands)
    fulltext_table.install_table()


def _columns() -> list[Column]:
    """Return the open leaf columns, alternating between sites."""
    rows = Column.objects.filter(opened_at__isnull=False, provisional=False, kind="normal")
    leaves = rows.annotate(below=Count("children")).filter(below=0).select_related("website", "parent")
    return sorted(leaves, key=lambda one: (one.fixed, one.name, one.website_id))


@cache
def _words(variant: int) -> tuple[str, str]:
    """Return subject and cleaned HTML of one of a thousand texts."""
    chance = random.Random(variant)
    matter = TEXT_SUBJECTS[chance.randrange(len(TEXT_SUBJECTS))]
    paragraphs = (f"<p>{matter}：{''.join(chance.choices(FILLER_SENTENCES, k=6))}</p>" for _ in range(3))
    return matter, clean_html("".join(paragraphs))


def _frozen(number: int, body: Body) -> FrozenContent:
    matter, html = _words(number % TEXT_VARIANTS)
    year = 2026 - number % 10
    frozen = freeze_text(
        title=f"{body.label}关于{matter}有关事项的通知（第{number + 1}号）",
        html="",
        unit=body,
        kind=TEXT_KINDS[number % len(TEXT_KINDS)],
        facts={
            "document_number": f"规政发〔{year}〕{number + 1}号" if number % 3 == 0 else "",
            "issuer": body.name,
            "attribute": "proactive",
            "attribute_basis": "20.3",
            "formed_on": f"{year}-03-01",
        },
    )
    return replace(frozen, html=html)


@transaction.atomic
def _batch(made: Sequence[tuple[int, Body, Column]], now: datetime, count: int) -> int:
    frozen = [_frozen(n, body) for n, body, _ in made]
    times = [now - timedelta(days=PUBLICATION_SPAN_DAYS) * ((count - n) / count) for n, _, _ in made]
    documents = Document.objects.bulk_create(
        [
            Document(
                source=f"seed/{n}",
                body=body,
                kind=str(said.facts["kind"]),
                published_at=at,
                formed_on=at.date(),
                index_number=f"{body.pk:09d}/{at:%Y}-{n:07d}",
            )
            for (n, body, _), said, at in zip(made, frozen, times, strict=True)
        ]
    )
    editions = [_edition(d, said, at, now) for d, said, at in zip(documents, frozen, times, strict=True)]
    Edition.objects.bulk_create(editions)
    contents = [
        EditionContent(edition=one, title=said.title, html=said.html, facts=said.facts, files=[])
        for one, said in zip(editions, frozen, strict=True)
    ]
    EditionContent.objects.bulk_create(contents)
    for edition, content in zip(editions, contents, strict=True):
        edition.content = content
    rows = _derived(made, documents, editions)
    append_records([(_movement(one), "") for one in editions])
    return 4 * len(documents) + rows


def _edition(document: Document, frozen: FrozenContent, at: datetime, now: datetime) -> Edition:
    edition = Edition(
        document=document,
        number=1,
        act=EditionEffect.PUBLISH,
        visible_from=at,
        made_at=now,
        made_by=SYSTEM.name,
        audience=frozen.audience,
        circle=frozen.circle,
        approvals=[{"kind": GROUND}],
        content_digest=frozen.digest,
    )
    edition.digest = compute_edition_digest(edition)
    return edition


def _movement(edition: Edition) -> "Movement":
    facts = {
        "edition": edition.pk,
        "number": 1,
        "digest": edition.digest,
        "visible_from": utc_timestamp(edition.visible_from),
        "ground": GROUND,
    }
    stream = f"document/{edition.document_id}"
    return build_record(stream, None, action=PUBLISHED, by=SYSTEM, to_state="published", facts=facts)


def _derived(
    made: Sequence[tuple[int, Body, Column]], documents: Sequence[Document], editions: Sequence[Edition]
) -> int:
    """Write URLs, placements, shelves and search rows of texts; return the row count."""
    addresses, placements, shelves, search_rows, words = [], [], [], [], []
    for (_, _, column), document, edition in zip(made, documents, editions, strict=True):
        path = address_path(column.pk, document.pk)
        addresses.append(Address(website_id=column.website_id, document=document, path=path))
        placements.append(Placement(document=document, column=column))
        span = EditionSpan(edition, edition.visible_from, None)
        shared = make_shelf_fields(document, span)
        above = [int(part) for part in column.path.strip("/").split("/")]
        shelves += [
            Shelf(
                website_id=column.website_id, column_id=number, direct=number in {None, column.pk}, path=path, **shared
            )
            for number in (None, *above)
        ]
        stands = {(column.website_id, number): True for number in (None, *above)}
        row, put = make_search_rows(document, span, make_facet_tokens(document, stands))
        search_rows.append(row)
        words.append(put)
    derived: tuple[tuple[type[models.Model], Sequence[models.Model]], ...] = (
        (Address, addresses),
        (Placement, placements),
        (Shelf, shelves),
        (SearchRow, search_rows),
    )
    for model, rows in derived:
        model._default_manager.bulk_create(rows, batch_size=BATCH_SIZE)
    fulltext_table.index_new_editions(words)
    return len(addresses) + len(placements) + len(shelves) + 2 * len(search_rows)
