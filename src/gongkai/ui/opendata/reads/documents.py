"""Operations: documents: list, details with files and editions, text by article."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.content.editions import queries
from gongkai.content.editions.frozen import PUBLIC_FACT_LABELS
from gongkai.content.editions.models import EditionContent, Shelf
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.editions.parts import list_related_documents
from gongkai.content.editions.queries.lists import keyset_page
from gongkai.content.gazette.queries import is_issue
from gongkai.content.policies.queries.library import get_validity
from gongkai.core.units.actors import ANONYMOUS
from gongkai.lib.richtext import to_plain_text
from gongkai.lib.richtext.articles import split_articles
from gongkai.lib.richtext.pictures import add_picture_addresses
from gongkai.ui.opendata.operations import (
    COMMON_FIELDS,
    LINK_SHAPE,
    JsonAnswer,
    ObjectShape,
    RequestedSite,
    ValueShape,
    format_date,
    format_time,
    operation,
)
from gongkai.ui.opendata.parameters import ItemNotPublic, OperationParameter, ParameterValues
from gongkai.ui.opendata.reads.columns_and_units import COLUMN_SHAPE, describe_column
from gongkai.ui.opendata.reads.issue_contents import CONTAINED_TEXTS_FIELD, get_usage_note, list_issue_contents
from gongkai.ui.opendata.reads.validity import (
    VALIDITY_CHOICES,
    VALIDITY_CHOICES_TEXT,
    get_validity_label,
    make_validity_fields,
)

#: Kind of information → Chinese label.
KIND_LABELS = {str(value): str(label) for value, label in ItemKind.choices}

_LISTED_VALUES = {
    "id": ValueShape("number", "信息编号", 345),
    "title": ValueShape("text", "标题", "云岭市住房公积金提取办法"),
    "document_number": ValueShape("text", "发文字号，没有则为空", "云建发〔2026〕3号"),
    "kind": ValueShape("text", "类别", "policy"),
    "kind_label": ValueShape("text", "类别的名称", "政策文件"),
    "standing": ValueShape("text", "有效性，不适用则为空", "in_force"),
    "standing_label": ValueShape("text", "有效性的名称", "现行有效"),
    "unit_id": ValueShape("number", "发布单位编号", 3),
    "published_at": ValueShape("text", "首次公开时间", "2026-03-05T09:30:00+08:00"),
    "changed_at": ValueShape("text", "这一版公开的时间", "2026-03-05T09:30:00+08:00"),
    "url": ValueShape("text", "网页地址", "https://www.yunling.example/columns/12/345.html"),
    "api": ValueShape("text", "本接口中的地址", "https://www.yunling.example/api/v1/documents/345/"),
}
LISTED_SHAPE = ObjectShape("ListedDocument", "列表中的一条信息", **_LISTED_VALUES)
FILE_SHAPE = ObjectShape(
    "File",
    "一个附件或者图片",
    name=ValueShape("text", "文件名", "申请表.docx"),
    size=ValueShape("number", "字节数", 18233),
    sha256=ValueShape("text", "SHA-256 摘要", "9f2c…"),
    picture=ValueShape("yes", "是不是正文中的图片", False),
    url=ValueShape("text", "下载地址", "https://www.yunling.example/files/345/1/9f2c…"),
)
EDITION_SHAPE = ObjectShape(
    "Edition",
    "公开过的一版",
    number=ValueShape("number", "第几版", 1),
    visible_from=ValueShape("text", "公开时间", "2026-03-05T09:30:00+08:00"),
    digest=ValueShape("text", "校验值，与网页上的相同", "5d1e…"),
    url=ValueShape("text", "这一版的网页地址", "https://www.yunling.example/columns/12/345.html?version=1"),
)
RELATED_SHAPE = ObjectShape(
    "Related", "有关的信息", relation=ValueShape("text", "关系", "政策解读"), items=ValueShape([LINK_SHAPE], "信息")
)
DOCUMENT_SHAPE = ObjectShape(
    "Document",
    "一条信息",
    **COMMON_FIELDS,
    **_LISTED_VALUES,
    unit=ValueShape("text", "发布单位", "云岭市住房和城乡建设局"),
    index_number=ValueShape("text", "索引号", "115000000/2026-00012"),
    standing_since=ValueShape("text", "那一天的有效性从哪一天起；文件没有写明的为空", "2026-04-01"),
    standing_note=ValueShape("text", "有效性的说明", ""),
    validity=ValueShape("text", "有效性，一句话；不适用则为空", "现行有效，自2026年4月1日起施行"),
    on=ValueShape("text", "正文和有效性是哪一天的", "2026-11-20"),
    facts=ValueShape({}, "著录项，按字段名", {"issuer": "云岭市住房和城乡建设局"}),
    html=ValueShape("text", "正文（HTML）", "<p>第一条　为了……</p>"),
    text=ValueShape("text", "正文（纯文字）", "第一条　为了……"),
    files=ValueShape([FILE_SHAPE], "附件和图片"),
    columns=ValueShape([COLUMN_SHAPE], "所在的栏目"),
    editions=ValueShape([EDITION_SHAPE], "历次公开的版本，新的在前"),
    related=ValueShape([RELATED_SHAPE], "有关的信息：解读、被替代的文件等"),
    **CONTAINED_TEXTS_FIELD,
)
ARTICLE_SHAPE = ObjectShape(
    "Article",
    "一条（没有分条的，为一个大点）",
    label=ValueShape("text", "第几条；正文开头的部分为空", "第五条"),
    chapter=ValueShape("text", "所在章节，没有则为空", "第二章　提取条件"),
    text=ValueShape("text", "原文", "第五条　缴存人有下列情形之一的……"),
    url=ValueShape("text", "网页上这一条的地址", "https://www.yunling.example/columns/12/345.html#tiao-5"),
    sha256=ValueShape("text", "原文（UTF-8）的 SHA-256 摘要", "77aa…"),
)
ARTICLES_SHAPE = ObjectShape(
    "Articles",
    "一件文件的原文，按条",
    **COMMON_FIELDS,
    id=_LISTED_VALUES["id"],
    title=_LISTED_VALUES["title"],
    document_number=_LISTED_VALUES["document_number"],
    unit=ValueShape("text", "发布单位", "云岭市住房和城乡建设局"),
    standing=ValueShape("text", "那一天的有效性，不适用则为空", "in_force"),
    standing_label=_LISTED_VALUES["standing_label"],
    validity=ValueShape("text", "那一天的有效性，一句话；不适用则为空", "现行有效，自2026年4月1日起施行"),
    on=ValueShape("text", "原文和有效性是哪一天的", "2026-11-20"),
    edition=ValueShape("number", "第几版", 1),
    digest=ValueShape("text", "这一版的校验值，与网页上的相同", "5d1e…"),
    changed_at=_LISTED_VALUES["changed_at"],
    url=_LISTED_VALUES["url"],
    articles=ValueShape([ARTICLE_SHAPE], "各条原文；汇编（政府公报）没有自己的条文，见 contains"),
    **CONTAINED_TEXTS_FIELD,
)
#: Parameter with the id of a document.
ID_PARAMETER = OperationParameter("id", "信息编号", "number", example=1, in_path=True, required=True)
#: Parameter with the day whose text and validity are wanted.
ON_PARAMETER = OperationParameter("on", "要哪一天的原文和有效性，日期；不给则为今天", "day")
_FILTER_PARAMETERS = (
    OperationParameter("column", "只要这个栏目（含下级栏目）的信息，栏目编号", "number", example=12),
    OperationParameter("unit", "只要这个单位的信息，单位编号", "number", example=3),
    OperationParameter(
        "kind", "类别，如 policy 政策文件、interpretation 政策解读", "choice", tuple(KIND_LABELS.items()), "policy"
    ),
    OperationParameter("standing", f"有效性：{VALIDITY_CHOICES_TEXT}", "choice", VALIDITY_CHOICES, "in_force"),
    OperationParameter("year", "公开年份", "year", example=2026),
    OperationParameter("since", "只要这个时间以后公开或更新的，日期或带时区的时间", "moment", example="2026-11-01"),
)


def select_public_rows(site: RequestedSite, values: ParameterValues) -> QuerySet[Shelf]:
    """Return the public rows that a request selects, unordered."""
    shelves = queries.shelf_visible_to(ANONYMOUS).filter(website=site.number, column=values.get("column"))
    if values.get("unit") is not None:
        shelves = shelves.filter(body=values["unit"])
    if values.get("kind"):
        shelves = shelves.filter(kind=values["kind"])
    if values.get("standing"):
        shelves = shelves.filter(standing=values["standing"])
    if since := values.get("since"):
        shelves = shelves.filter(from_at__gte=since)
    if year := values.get("year"):
        shelves = shelves.filter(published_at__gte=_get_year_start(year), published_at__lt=_get_year_start(year + 1))
    return shelves


def _get_year_start(year: int) -> datetime:
    return timezone.make_aware(datetime(year, 1, 1))  # noqa: DTZ001


def describe_listed_document(row: Shelf, site: RequestedSite) -> JsonAnswer:
    """Return the description of a document that lists contain."""
    return LISTED_SHAPE.describe(
        row,
        id=row.document_id,
        document_number=row.number,
        kind_label=KIND_LABELS.get(row.kind, ""),
        standing_label=get_validity_label(row.standing),
        unit_id=row.body_id,
        changed_at=format_time(row.from_at),
        url=site.at(row.path),
        api=site.at(f"/api/v1/documents/{row.document_id}/"),
    )


def describe_document_link(row: Shelf, site: RequestedSite) -> JsonAnswer:
    """Return the title and URL of a document."""
    return {"title": row.title, "url": site.at(row.path)}


@operation(
    "listDocuments",
    "documents/",
    "信息列表",
    "按公开时间从新到旧。next 是下一页的地址，没有则为 null；一页最多 100 条。",
    LISTED_SHAPE,
    *_FILTER_PARAMETERS,
    listed=True,
)
def list_documents(site: RequestedSite, values: ParameterValues) -> JsonAnswer:
    """List documents, newest first, paged by key so that concurrent publications are not missed."""
    page = keyset_page(select_public_rows(site, values), after=values["cursor"], size=values["size"])
    return {"items": [describe_listed_document(row, site) for row in page.rows], "next": page.next}


def _find_document(
    site: RequestedSite, number: int, day: date | None = None
) -> tuple[Shelf, list[Shelf], queries.ShownDocument]:
    """Return a document's own row, all its rows, and its edition public on `day`.

    Raises:
        ItemNotPublic: unknown, withdrawn, or not public yet on that day.
    """
    rows = list(queries.shelf_visible_to(ANONYMOUS).filter(website=site.number, document=number))
    own_row = next((row for row in rows if row.column_id is None), None)
    moment = timezone.make_aware(datetime.combine(day, time.max)) if day else None
    document = queries.load_shown(ANONYMOUS, pk=number, on=moment) if own_row else None
    if own_row is not None and document is None and day and queries.load_shown(ANONYMOUS, pk=number):
        raise ItemNotPublic(
            f"这条信息在 {day.isoformat()} 还没有公开，首次公开于 {format_time(own_row.published_at)[:10]}。"
        )
    if own_row is None or document is None:
        raise ItemNotPublic("没有这条信息，或者已经撤回。")
    return own_row, rows, document


@operation(
    "getDocument",
    "documents/{id}/",
    "一条信息",
    "正文、著录项、有效性、附件、所在栏目、有关信息和历次公开的版本；on 要那一天公开着的文字和那一天的有效性，不给则为今天。",
    DOCUMENT_SHAPE,
    ID_PARAMETER,
    ON_PARAMETER,
)
def get_document(site: RequestedSite, values: ParameterValues) -> JsonAnswer:
    """Return a document with everything its page shows, on a day."""
    day = values["on"] or site.day
    own_row, shelf, document = _find_document(site, values["id"], values["on"])
    document_row, current = document.document, document.edition
    content: EditionContent | None = getattr(current, "content", None)
    validity = get_validity(document_row, day, content.facts if content else {})
    nodes = [site.tree.nodes.get(row.column_id) for row in shelf if row.column_id and row.direct]
    groups = list_related_documents(document_row, ANONYMOUS, site.number)
    return {
        **describe_listed_document(own_row, site),
        **({"title": content.title} if content else {}),
        "changed_at": format_time(current.visible_from),
        **make_validity_fields(validity),
        "on": day.isoformat(),
        "unit": document_row.body.name,
        "index_number": document_row.index_number,
        "standing_since": format_date(validity.since),
        "standing_note": validity.note,
        "facts": _select_public_facts(content.facts) if content else {},
        "html": _make_document_html(content, document_row.pk, current.number, site) if content else "",
        "text": to_plain_text(content.html) if content else "",
        "files": list_edition_files(content, document_row.pk, current.number, site) if content else [],
        "columns": [describe_column(node, site) for node in nodes if node],
        "editions": [
            EDITION_SHAPE.describe(edition, url=f"{site.at(own_row.path)}?version={edition.number}")
            for edition in document.editions
        ],
        "related": [
            {"relation": related.label, "items": [describe_document_link(row, site) for row in related.rows]}
            for related in groups
        ],
        "contains": list_issue_contents(document_row, current, content, site),
        "note": get_usage_note(compilation=is_issue(document_row)),
    }


@operation(
    "getArticles",
    "documents/{id}/articles/",
    "原文（按条）",
    "一件文件公开的原文，逐条给出地址和摘要值；article 只要其中一条；on 要那一天公开着的文字和那一天的有效性，不给则为今天。"
    "政府公报是汇编，没有自己的条文：contains 给出所载各文件和它们现在的有效性。引用政策请用这里的原文，并写明来源和日期。",
    ARTICLES_SHAPE,
    ID_PARAMETER,
    OperationParameter("article", "只要这一条，如 第五条", example="第一条"),
    ON_PARAMETER,
    tool="get_policy_text",
)
def get_articles(site: RequestedSite, values: ParameterValues) -> JsonAnswer:
    """Return a document's text by article (ItemNotPublic: no such document or article)."""
    day = values["on"]
    shelf, _, document = _find_document(site, values["id"], day)
    content: EditionContent | None = getattr(document.edition, "content", None)
    compilation = is_issue(document.document)
    # A gazette issue has no articles of its own; its documents have their own validity.
    pieces = split_articles(content.html) if content and not compilation else []
    label = values["article"].rstrip("、")
    articles = [article for article in pieces if not label or article.label == label]
    if label and not articles:
        about = "这是政府公报，没有自己的条文；请按所载文件各自的编号取原文。" if compilation else ""
        raise ItemNotPublic(about or f"这件文件没有“{label}”。")
    facts = content.facts if content else {}
    address = site.at(shelf.path)
    url = address if document.latest else f"{address}?version={document.edition.number}"
    return {
        "id": shelf.document_id,
        "title": content.title if content else shelf.title,
        "document_number": facts.get("document_number", "") if content else shelf.number,
        "unit": document.document.body.name,
        **make_validity_fields(get_validity(document.document, day or site.day, facts)),
        "on": (day or site.day).isoformat(),
        "edition": document.edition.number,
        "digest": document.edition.digest,
        "changed_at": format_time(document.edition.visible_from),
        "url": url,
        "articles": [
            {
                "label": article.label,
                "chapter": article.chapter,
                "text": article.text,
                "url": f"{url}{f'#{article.anchor}' if article.anchor else ''}",
                "sha256": hashlib.sha256(article.text.encode()).hexdigest(),
            }
            for article in articles
        ],
        "contains": list_issue_contents(document.document, document.edition, content, site),
        "note": get_usage_note(compilation=compilation),
    }


def _select_public_facts(facts: Mapping[str, object]) -> dict[str, str]:
    return {name: str(facts[name]) for name in PUBLIC_FACT_LABELS if facts.get(name)}


def _make_document_html(content: EditionContent, document: int, number: int, site: RequestedSite) -> str:
    return add_picture_addresses(content.html, lambda digest: f"{site.root}/files/{document}/{number}/{digest}")


def list_edition_files(content: EditionContent, document: int, number: int, site: RequestedSite) -> list[JsonAnswer]:
    """Return the files of an edition: name, size, digest, URL."""
    return [
        {
            "name": file["name"],
            "size": file["size"],
            "sha256": file["digest"],
            "picture": bool(file["picture"]),
            "url": site.at(f"/files/{document}/{number}/{file['digest']}"),
        }
        for file in content.files
    ]


def map_public_rows(site: RequestedSite, numbers: Sequence[int]) -> dict[int, Shelf]:
    """Return the public rows of documents on a site by document id."""
    shelves = queries.shelf_visible_to(ANONYMOUS).filter(website=site.number, column=None, document__in=numbers)
    return {row.document_id: row for row in shelves}
