"""Operations: gazette issues and their articles."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gongkai.content.gazette.composing import IssueArticle
from gongkai.content.gazette.queries import find_articles, list_public_issues, read_issue
from gongkai.content.policies.queries.library import Validity, map_validities
from gongkai.ui.opendata.operations import (
    COMMON_FIELDS,
    JsonAnswer,
    ObjectShape,
    RequestedSite,
    ValueShape,
    operation,
    take_page,
)
from gongkai.ui.opendata.parameters import ItemNotPublic, OperationParameter, ParameterValues
from gongkai.ui.opendata.reads.validity import make_validity_fields

if TYPE_CHECKING:
    from gongkai.content.gazette.models import Issue

_ISSUE_VALUES = {
    "id": ValueShape("number", "公报编号", 4),
    "title": ValueShape("text", "名称", "云岭市人民政府公报2026年第3期（总第187期）"),
    "year": ValueShape("number", "年份", 2026),
    "number": ValueShape("number", "期号", 3),
    "issued_on": ValueShape("text", "出版日期", "2026-03-31"),
    "url": ValueShape("text", "网页地址", "https://www.yunling.example/gazette/4/"),
    "pdf": ValueShape("text", "PDF 的地址", "https://www.yunling.example/gazette/4/issue.pdf"),
}
ISSUE_SHAPE = ObjectShape("GazetteIssue", "一期政府公报", **_ISSUE_VALUES)
GAZETTE_ARTICLE_SHAPE = ObjectShape(
    "GazetteArticle",
    "公报中的一篇",
    section=ValueShape("text", "栏目", "市政府文件"),
    title=ValueShape("text", "标题", "云岭市人民政府关于……的通知"),
    standing=ValueShape("text", "登载的文件现在的有效性，不适用则为空", "repealed"),
    standing_label=ValueShape("text", "有效性的名称", "已废止"),
    validity=ValueShape("text", "现在的有效性，一句话；不适用则为空", "已废止，自2026年11月1日起废止，仅供查阅"),
    text=ValueShape("text", "正文", "各区县人民政府……"),
    url=ValueShape("text", "网页地址", "https://www.yunling.example/gazette/4/?piece=1"),
)
WHOLE_ISSUE_SHAPE = ObjectShape(
    "GazetteIssueWhole",
    "一期政府公报，逐篇",
    **COMMON_FIELDS,
    **_ISSUE_VALUES,
    edition=ValueShape("number", "第几版", 1),
    digest=ValueShape("text", "校验值", "5d1e…"),
    articles=ValueShape([GAZETTE_ARTICLE_SHAPE], "各篇"),
)


@operation(
    "listGazetteIssues",
    "gazette/",
    "政府公报",
    "历年公报，新的在前；q 只要登载了这些词的各期。",
    ISSUE_SHAPE,
    OperationParameter("year", "年份", "year", example=2026),
    OperationParameter("q", "公报正文中的词", example="办法"),
    listed=True,
)
def list_issues(site: RequestedSite, values: ParameterValues) -> JsonAnswer:
    """List public issues, newest first; with words only those that contain them."""
    rows = list_public_issues(site.number, values["year"])
    if values["q"]:
        matching_ids = {match.issue.pk for match in find_articles(site.number, values["q"])}
        rows = [row for row in rows if row.issue.pk in matching_ids]
    some, following = take_page(rows, values)
    return {"items": [_describe_issue(row.issue, site) for row in some], "next": following}


def _describe_issue(issue: "Issue", site: RequestedSite) -> JsonAnswer:
    """Return a gazette issue with the URLs of its page and PDF."""
    url = site.at(f"/gazette/{issue.pk}/")
    return ISSUE_SHAPE.describe(issue, id=issue.pk, title=str(issue), url=url, pdf=f"{url}issue.pdf")


@operation(
    "getGazetteIssue",
    "gazette/{id}/",
    "一期公报",
    "一期公报的各篇正文；登载的文件后来废止、失效的，逐篇写明。",
    WHOLE_ISSUE_SHAPE,
    OperationParameter("id", "公报编号", "number", example=1, in_path=True, required=True),
)
def get_issue(site: RequestedSite, values: ParameterValues) -> JsonAnswer:
    """Return one issue with its articles (ItemNotPublic: not public here)."""
    reading = read_issue(values["id"], site.number)
    if reading is None:
        raise ItemNotPublic("没有这一期公报，或者还没有公开。")
    documents = [piece.document for piece in reading.articles if piece.document]
    validities = map_validities(documents, site.day)
    return {
        **_describe_issue(reading.issue, site),
        "edition": reading.edition_number,
        "digest": reading.edition_digest,
        "articles": [_describe_article(piece, validities, reading.issue.pk, site) for piece in reading.articles],
    }


def _describe_article(
    article: IssueArticle, validities: Mapping[int, Validity], issue: int, site: RequestedSite
) -> JsonAnswer:
    """Return an article of an issue with its text and validity."""
    return GAZETTE_ARTICLE_SHAPE.describe(
        article,
        **make_validity_fields(validities[article.document.pk] if article.document else Validity()),
        url=site.at(f"/gazette/{issue}/?piece={article.place}"),
    )
