"""Operation: full-text search of public content."""

from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.gazette.queries import filter_articles, list_edition_articles
from gongkai.content.search.models import SearchRow
from gongkai.content.search.query import PER_PAGE as HITS
from gongkai.content.search.query import SearchHit, SearchQuery, run_search
from gongkai.content.search.rows import find_cards
from gongkai.content.search.terminology import list_required_keywords
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.ui.opendata.operations import JsonAnswer, ObjectShape, RequestedSite, ValueShape, format_time, operation
from gongkai.ui.opendata.parameters import DEFAULT_PAGE_SIZE, OperationParameter, ParameterValues
from gongkai.ui.opendata.reads.documents import KIND_LABELS
from gongkai.ui.opendata.reads.issue_contents import CONTAINED_TEXTS_FIELD, describe_issue_articles, get_usage_note
from gongkai.ui.opendata.reads.validity import VALIDITY_CHOICES, get_validity_label

#: Maximum number of documents named for a found gazette issue.
MAX_CONTAINED = 5
CARD_SHAPE = ObjectShape(
    "Card",
    "直接联系、办理的地方",
    kind=ValueShape("text", "是什么：单位、服务或者网页", "单位"),
    title=ValueShape("text", "名称", "云岭市住房和城乡建设局"),
    about=ValueShape("text", "一句说明", ""),
    facts=ValueShape({}, "地址、电话、办公时间等", {"地址": "云岭市人民路1号", "办公时间": "工作日9:00—17:00"}),
    button=ValueShape("text", "网页上的按钮", "单位主页"),
    url=ValueShape("text", "网页地址", "https://www.yunling.example/units/3/"),
)
SEARCH_RESULT_SHAPE = ObjectShape(
    "Found",
    "找到的一条",
    id=ValueShape("number", "信息编号", 345),
    title=ValueShape("text", "标题", "云岭市住房公积金提取办法"),
    document_number=ValueShape("text", "发文字号", "云建发〔2026〕3号"),
    kind=ValueShape("text", "类别", "policy"),
    kind_label=ValueShape("text", "类别的名称", "政策文件"),
    standing=ValueShape("text", "有效性，不适用则为空", "in_force"),
    standing_label=ValueShape("text", "有效性的名称", "现行有效"),
    published_at=ValueShape("text", "公开时间", "2026-03-05T09:30:00+08:00"),
    excerpt=ValueShape("text", "正文中的一段", "……缴存人提取住房公积金，应当……"),
    url=ValueShape("text", "网页地址", "https://www.yunling.example/columns/12/345.html"),
    articles=ValueShape("text", "原文（按条）的地址", "https://www.yunling.example/api/v1/documents/345/articles/"),
    **CONTAINED_TEXTS_FIELD,
)


@operation(
    "search",
    "search/",
    "查找",
    "与网站的搜索相同：词、文号、索引号都可以，最合适的在前，现行有效的在已失效的前面，登载它们的政府公报在后；"
    f"公报是汇编，contains 是其中写有这些词的文件，各有自己的有效性。一页 {HITS} 条，最多给出前 500 条。"
    "missing 是哪些词没有任何信息提到：items 是其余的词的结果。"
    "cards 是与这些词相符的单位（地址、电话、办公时间）和服务（申请、提问、投诉等的办理网页），只在第一页给出。",
    SEARCH_RESULT_SHAPE,
    OperationParameter("q", "要找的词、文号或者索引号", example="公积金", required=True),
    OperationParameter("kind", "类别", "choice", tuple(KIND_LABELS.items()), "policy"),
    OperationParameter("standing", "有效性", "choice", VALIDITY_CHOICES, "in_force"),
    OperationParameter("year", "公开年份", "year", example=2026),
    tool="search_public_information",
    listed=True,
    extra={
        "cards": ValueShape([CARD_SHAPE], "与这些词相符的单位和服务"),
        "missing": ValueShape(["text"], "没有信息提到的词", ["拆迁"]),
    },
)
def search_site(site: RequestedSite, values: ParameterValues) -> JsonAnswer:
    """Return the results of the site search, best first."""
    page = min(parse_whole_number(values["cursor"], DEFAULT_PAGE_SIZE) or 1, DEFAULT_PAGE_SIZE)
    query = SearchQuery(
        values["q"], kind=values["kind"], standing=values["standing"], year=str(values["year"] or ""), page=page
    )
    results = run_search(ANONYMOUS, site.number, query)
    following = str(page + 1) if page < results.pages else ""
    is_first_page = page == 1 and not any(query.facets.values())
    cards = find_cards(site.tree.website, values["q"]) if is_first_page else []
    return {
        "cards": [CARD_SHAPE.describe(card, facts=dict(card.facts), url=site.at(card.url)) for card in cards],
        "missing": list(results.missing),
        "items": [_describe_hit(hit, site, values["q"]) for hit in results.hits],
        "next": following,
    }


def _describe_hit(hit: SearchHit, site: RequestedSite, search_words: str) -> JsonAnswer:
    """Return a search hit with excerpt; for a gazette issue also the matching documents in it."""
    row = hit.row
    compilation = row.kind == ItemKind.GAZETTE
    return {
        "id": row.document_id,
        "title": row.title,
        "document_number": row.number,
        "kind": row.kind,
        "kind_label": KIND_LABELS.get(row.kind, ""),
        "standing": row.standing,
        "standing_label": get_validity_label(row.standing),
        "published_at": format_time(row.published_at),
        "excerpt": "".join(text for text, _ in hit.excerpt),
        "url": site.at(hit.path),
        "articles": site.at(f"/api/v1/documents/{row.document_id}/articles/"),
        "contains": _describe_contained(row, search_words, site) if compilation else [],
        "note": get_usage_note(compilation=compilation),
    }


def _describe_contained(row: SearchRow, text: str, site: RequestedSite) -> list[JsonAnswer]:
    pieces = list_edition_articles(row.document, row.edition, getattr(row.edition, "content", None))
    return describe_issue_articles(
        row.document, filter_articles(pieces, list_required_keywords(text))[:MAX_CONTAINED], site
    )
