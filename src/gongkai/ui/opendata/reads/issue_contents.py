"""Contents of a gazette issue: documents with their own validity."""

from collections.abc import Iterable, Mapping

from gongkai.content.editions.models import Document, Edition, EditionContent
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.gazette.composing import IssueArticle
from gongkai.content.gazette.models import Issue
from gongkai.content.gazette.queries import COMPILATION_NOTICE, list_edition_articles
from gongkai.content.policies.queries.library import Validity, map_validities
from gongkai.core.units.actors import ANONYMOUS
from gongkai.ui.opendata.operations import JsonAnswer, ObjectShape, RequestedSite, ValueShape
from gongkai.ui.opendata.reads.validity import make_validity_fields

CONTAINED_SHAPE = ObjectShape(
    "Held",
    "汇编（政府公报）所载的一件",
    id=ValueShape("number", "文件自己的信息编号；只登载在公报上的没有", 345, nullable=True),
    title=ValueShape("text", "标题", "云岭市住房公积金提取办法"),
    standing=ValueShape("text", "这件文件现在的有效性，不适用则为空", "repealed"),
    standing_label=ValueShape("text", "有效性的名称", "已废止"),
    validity=ValueShape("text", "现在的有效性，一句话；不适用则为空", "已于2026年11月1日废止"),
    url=ValueShape(
        "text", "文件自己的网页地址；没有的，是公报中的这一篇", "https://www.yunling.example/columns/12/345.html"
    ),
    articles=ValueShape(
        "text", "原文（按条）的地址，没有则为空", "https://www.yunling.example/api/v1/documents/345/articles/"
    ),
)
#: Fields of every answer about a document; empty unless it is a gazette issue.
CONTAINED_TEXTS_FIELD = {
    "contains": ValueShape([CONTAINED_SHAPE], "汇编（政府公报）所载的文件，各有自己的有效性；不是汇编则没有"),
    "note": ValueShape("text", "用的时候要知道的；没有则为空", ""),
}


def list_issue_contents(
    document: Document, edition: Edition, content: EditionContent | None, site: RequestedSite
) -> list[JsonAnswer]:
    """Return the contents of a gazette issue; empty for other documents."""
    return describe_issue_articles(document, list_edition_articles(document, edition, content), site)


def describe_issue_articles(issue: Document, pieces: Iterable[IssueArticle], site: RequestedSite) -> list[JsonAnswer]:
    """Return articles of an issue with their documents, validity and URL."""
    some = list(pieces)
    documents = [article.document for article in some if article.document]
    numbers = [document.pk for document in documents]
    validities = map_validities(documents, site.day)
    shelves = shelf_visible_to(ANONYMOUS).filter(website=site.number, column=None, document__in=numbers)
    paths = dict(shelves.values_list("document", "path")) if numbers else {}
    number = issue.source.removeprefix(f"{Issue.source_name}/")
    return [_describe_article(piece, paths, validities, number, site) for piece in some]


def _describe_article(
    piece: IssueArticle, paths: Mapping[int, str], validities: Mapping[int, Validity], number: str, site: RequestedSite
) -> JsonAnswer:
    """Return a document contained in an issue with its validity; an id only if public itself."""
    document = piece.document
    path = paths.get(document.pk) if document else None
    validity = validities[document.pk] if document else Validity()
    return {
        "id": document.pk if document and path else None,
        "title": piece.title,
        **make_validity_fields(validity),
        "url": site.at(path or f"/gazette/{number}/?piece={piece.place}"),
        "articles": site.at(f"/api/v1/documents/{document.pk}/articles/") if document and path else "",
    }


def get_usage_note(*, compilation: bool) -> str:
    """Return the usage note of a gazette issue (`compilation`), "" for other documents."""
    return f"{COMPILATION_NOTICE}原文请按 contains 中各文件的地址取。" if compilation else ""
