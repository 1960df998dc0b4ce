"""Site search: facets, marked excerpts, suggestions."""

from dataclasses import replace
from typing import TypedDict
from urllib.parse import quote_plus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import get_template
from django.utils import timezone

from gongkai.content.editions.models import ColumnKind
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.gazette.queries import filter_articles, list_edition_articles
from gongkai.content.policies.queries.library import list_subjects
from gongkai.content.policies.usage_counts import count_search, list_frequent_searches
from gongkai.content.search.highlights import suggest_titles as titles
from gongkai.content.search.keywords import (
    compute_matched_share,
    has_unknown_piece,
    is_homophone,
    is_misspelled,
    replaces_words,
)
from gongkai.content.search.parser import interpret_search, replace_relative_years
from gongkai.content.search.query import FacetChoice, SearchHit, SearchQuery, SearchResults, run_search
from gongkai.content.search.rows import find_cards
from gongkai.content.search.spelling import has_public_results, is_alike, load_vocabulary, suggest_corrections
from gongkai.content.search.terminology import list_required_keywords, load_terminology
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.lib.chinese.normalisation import clean_query
from gongkai.lib.matching.folding import fold
from gongkai.ui.portal.caching import finish_response, get_reader
from gongkai.ui.portal.context import find_site_by_id, get_site, get_sites, get_url_prefix, render
from gongkai.ui.portal.search_results import SearchResultLine, contains_most_keywords, find_answers
from gongkai.ui.portal.service_cards import is_answered_by_unit, remove_unit_words
from gongkai.ui.portal.tree import ColumnNode, SiteTree
from gongkai.work.consultation.models import KnownAnswer

#: Facets with labels; "site" only when all sites are searched.
FACET_LABELS = {
    "site": "站点",
    "kind": "类别",
    "standing": "有效性",
    "year": "年份",
    "body": "发布机构",
    "column": "栏目",
}
#: Maximum length of search text and choices, which every link of the page repeats.
MAX_SEARCH_CHARACTERS = 100
#: Maximum number of choices of one facet.
MAX_CHOICES_PER_FACET = 8
#: Maximum number of suggested columns.
MAX_SUGGESTED_COLUMNS = 6
#: Maximum number of themes on the empty search page.
MAX_THEMES_SHOWN = 16
#: If the best title contains a smaller share of the searched words, the page also states where to
#: ask.
DOUBTFUL_TITLE_SHARE = 0.5
#: Maximum number of documents named in a gazette hit.
MAX_NAMED_DOCUMENTS = 3


def search_page(request: HttpRequest) -> HttpResponse:
    """Page: search this site, or all sites (`scope=all`)."""
    tree, query = get_site(request), _read_query(request)
    search_urls = SearchUrls(request)
    results = run_search(get_reader(request), tree.website.pk, query)
    if query.page > results.pages > 0:
        return HttpResponseRedirect(search_urls.make_url_with(page=str(results.pages)))
    is_first_page = query.page == 1 and not any(query.facets.values())
    cards = find_cards(tree.website, replace_relative_years(query.words, timezone.localdate())) if is_first_page else []
    answers: FoundAnswersShown = _find_answers(query.words, results) if is_first_page else {"answers": []}
    helping: SearchHelp = (
        {} if cards or (answers["answers"] and not results.partial) else _build_help(request, tree, query, results)
    )
    meant = ""
    proposed = helping.get("spellings", []) if is_first_page else []
    if answers["answers"]:  # an answer to the words as typed: only a slip of the pen is corrected
        proposed = [value for value in proposed[:1] if is_alike(fold(query.words).strip(), fold(value))]
    if proposed and _is_proposal_searched(query.words, proposed[0], results):
        meant = helping["spellings"].pop(0)  # asked of the live tables before it was proposed
        results = run_search(get_reader(request), tree.website.pk, replace(query, words=meant))
        cards, answers = find_cards(tree.website, meant), _find_answers(meant, results)
    elif (
        is_first_page
        and (results.searched or not results.total)
        and not answers["answers"]
        and (other_words := remove_unit_words(tree.website, query.words))
    ):
        # 教育局 转学 电话: the unit has its card, the other words are looked for
        corrected = suggest_corrections(other_words, tree.website.pk) if other_words.isascii() else []
        meant = (corrected or [other_words])[0]
        if is_answered_by_unit(meant):
            meant = ""
        else:
            results = run_search(get_reader(request), tree.website.pk, replace(query, words=meant))
            answers = _find_answers(meant, results)
    if (results.total or answers["answers"]) and not meant:
        helping = {**helping, "spellings": []}
    if is_first_page and query.words.strip():
        count_search(query.words, results.whole + len(cards) + len(answers["answers"]))
    lines = _build_result_lines(request, tree, results, query.words)
    context = {
        "meant": meant,
        "doubtful": is_first_page
        and not cards
        and (bool(results.missing) or _is_doubtful(meant or query.words, results, answers)),
        "by_request": tree.find_fixed_column("request"),
        **answers,
        "cards": cards,
        "query": query.words,
        "asked": query,
        "results": results,
        "lines": lines,
        "narrowed": any(query.facets.values()),
        **_build_links(request, search_urls, query, results),
    }
    return render(request, "portal/search.html", {**context, **helping, **_build_themes(tree, query)}, keep="private")


def _read_query(request: HttpRequest) -> SearchQuery:
    """Return the search that the query string asks for."""
    return SearchQuery(
        words=_read_search_words(request),
        everywhere=request.GET.get("scope") == "all" and len(get_sites(request)) > 1,
        **{name: request.GET.get(name, "")[:20] for name in FACET_LABELS},
        newest=request.GET.get("order") == "newest",
        page=parse_whole_number(request.GET.get("page", ""), 9999) or 1,
    )


def _build_links(
    request: HttpRequest, search_urls: "SearchUrls", query: SearchQuery, results: SearchResults
) -> dict[str, object]:
    """Return the links of the result page: facets, scopes, orders and further pages."""
    return {
        "facets": [(label, _build_choices(search_urls, name, results)) for name, label in FACET_LABELS.items()],
        "scopes": _build_scopes(request, search_urls, query),
        "bare": search_urls.make_url_with(**dict.fromkeys(FACET_LABELS, ""), order="", page=""),
        "orders": [
            ("按相关度", search_urls.make_url_with(order="", page=""), not query.newest),
            ("按时间", search_urls.make_url_with(order="newest", page=""), query.newest),
        ],
        "next": search_urls.make_url_with(page=str(query.page + 1)) if query.page < results.pages else "",
        "previous": search_urls.make_url_with(page=str(query.page - 1)) if 1 < query.page <= results.pages else "",
    }


def _is_proposal_searched(typed: str, proposed: str, results: SearchResults) -> bool:
    """Return true if the corrected words are searched at once."""
    folded, proposal = fold(typed).strip(), fold(proposed).strip()
    if replaces_words(folded, proposal) or (not is_alike(folded, proposal) and not is_misspelled(folded, proposal)):
        return False
    if not results.total:
        return True
    if results.partial and (has_unknown_piece(interpret_search(typed).keywords) or is_misspelled(folded, proposal)):
        return True
    return not results.whole and is_homophone(folded, proposal)


class FoundAnswersShown(TypedDict, total=False):
    """Answers of the Q&A base for a search, and true if they are better than the first result."""

    answers: list[KnownAnswer]
    answers_first: bool


def _find_answers(text: str, results: SearchResults) -> FoundAnswersShown:
    """Return answers with most of the keywords, and whether they come before the results."""
    required = list_required_keywords(text)
    answers: list[KnownAnswer] = []
    for spelling in (text, *interpret_search(text, load_terminology().synonyms).variants[:1]):
        found_answers = find_answers(spelling)
        answers = answers or [
            answer
            for answer in [*found_answers.found, *found_answers.related]
            if contains_most_keywords(spelling, answer)
        ]
    shares = [compute_matched_share(required, fold(answer.question)) for answer in answers]
    answers = [answer for _, answer in sorted(zip(shares, answers, strict=True), key=lambda row: -row[0])]
    title = max((compute_matched_share(required, fold(hit.row.title)) for hit in results.hits[:1]), default=0.0)
    is_exact_title = any(fold(hit.row.title) == fold(text) for hit in results.hits[:1])
    return {
        "answers": answers,
        "answers_first": not is_exact_title and bool(answers) and max(shares) > max(title, 0.49),
    }


def _build_result_lines(
    request: HttpRequest, tree: SiteTree, results: SearchResults, search_words: str
) -> list[SearchResultLine]:
    return [line for hit in results.hits if (line := _build_line(request, tree, hit, search_words))]


def _build_line(request: HttpRequest, tree: SiteTree, hit: SearchHit, search_words: str) -> SearchResultLine | None:
    """Return a hit with its URL, other site and matching documents; None if its site is gone."""
    hit_tree = find_site_by_id(request, hit.website_id)
    if hit_tree is None:
        return None
    row = hit.row
    articles = (
        list_edition_articles(row.document, row.edition, getattr(row.edition, "content", None))
        if row.kind == ItemKind.GAZETTE
        else []
    )
    matching_articles = tuple(filter_articles(articles, list_required_keywords(search_words))[:MAX_NAMED_DOCUMENTS])
    return SearchResultLine(
        hit, get_url_prefix(request, hit_tree) + hit.path, _get_other_site_name(tree, hit_tree), matching_articles
    )


def _build_scopes(request: HttpRequest, search_urls: "SearchUrls", query: SearchQuery) -> list[tuple[str, str, bool]]:
    """Return the scopes (label, URL, chosen), none if there is only one site."""
    if len(get_sites(request)) < 2:
        return []
    cleared = {"site": "", "column": "", "page": ""}
    return [
        ("本站", search_urls.make_url_with(scope="", **cleared), not query.everywhere),
        ("全部站点", search_urls.make_url_with(scope="all", **cleared), query.everywhere),
    ]


class SearchHelp(TypedDict, total=False):
    """Help for a search with few results: spellings, and columns of similar name."""

    spellings: list[str]
    columns: list[tuple[ColumnNode, str, str]]


def _has_found_answers(proposal: str) -> bool:
    return bool(_find_answers(proposal, SearchResults())["answers"])


def _build_help(request: HttpRequest, tree: SiteTree, query: SearchQuery, results: SearchResults) -> SearchHelp:
    """Return corrected spellings and similar columns if nothing matches all words."""
    if not query.words.strip() or results.whole:
        return {}
    trees = get_sites(request) if query.everywhere else [tree]
    site = None if query.everywhere else tree.website.pk
    return {
        "spellings": suggest_corrections(
            query.words, site, lambda one: has_public_results(one, site) or _has_found_answers(one)
        ),
        "columns": [
            (
                node,
                node.url if node.leads_away else get_url_prefix(request, there) + node.url,
                _get_other_site_name(tree, there),
            )
            for there in trees
            for node in find_similar_columns(there, query.words, MAX_SUGGESTED_COLUMNS // len(trees) or 1)
        ][:MAX_SUGGESTED_COLUMNS],
    }


def _is_doubtful(text: str, results: SearchResults, answers: FoundAnswersShown) -> bool:
    """Return true if no result names most of the searched words in its title."""
    required = list_required_keywords(text)
    named = [compute_matched_share(required, fold(hit.row.title)) for hit in results.hits]
    exact = interpret_search(text).exact
    return not (exact or answers["answers"]) and max(named, default=0.0) < DOUBTFUL_TITLE_SHARE


def _build_themes(tree: SiteTree, query: SearchQuery) -> dict[str, object]:
    """Return frequent searches, subjects and topics, shown before anything is typed."""
    if query.words.strip():
        return {}
    topics = [n for n in tree.nodes.values() if n.kind == ColumnKind.TOPIC and not n.archived_at]
    return {
        "hot": list_frequent_searches(public_words=load_vocabulary(tree.website.pk).counts),
        "subjects": list_subjects(tree.website.pk)[:MAX_THEMES_SHOWN],
        "topics": topics[:MAX_CHOICES_PER_FACET],
    }


def _get_other_site_name(tree: SiteTree, other_tree: SiteTree) -> str:
    return "" if other_tree.website.pk == tree.website.pk else other_tree.website.name


def find_similar_columns(tree: SiteTree, text: str, max_columns: int = MAX_SUGGESTED_COLUMNS) -> list[ColumnNode]:
    """Return open columns whose names share the most characters with the words."""
    typed = fold(text).strip()
    pairs = {typed[i : i + 2] for i in range(len(typed) - 1)}
    scored = []
    for node in tree.nodes.values():
        name = fold(node.name)
        score = sum(pair in name for pair in pairs) + (10 if typed and typed in name else 0)
        if score and not node.archived:
            scored.append((-score, len(name), node.pk, node))
    return [node for *_, node in sorted(scored, key=lambda row: row[:3])[:max_columns]]


def suggest_titles(request: HttpRequest) -> HttpResponse:
    """Fragment: public titles and columns for the typed text."""
    tree = get_site(request)
    words = _read_search_words(request).strip()
    enough = len(words) > 1
    context = {
        "cards": find_cards(tree.website, words) if enough else [],
        "titles": titles(words, tree.website.pk) if enough else [],
        "columns": [n for n in find_similar_columns(tree, words, 2) if fold(words) in fold(n.name)] if enough else [],
    }
    text = get_template("portal/suggestions.html").render(context)
    return finish_response(request, HttpResponse(text), "private")


def _read_search_words(request: HttpRequest) -> str:
    return clean_query(request.GET.get("q", ""), MAX_SEARCH_CHARACTERS)


class SearchUrls:
    """The URLs of the present search with some parameters changed."""

    def __init__(self, request: HttpRequest) -> None:
        names = ("q", "scope", *FACET_LABELS, "order", "page")
        self.asked = {name: request.GET.get(name, "") for name in names}
        self.kept = {name: quote_plus(value[:MAX_SEARCH_CHARACTERS]) for name, value in self.asked.items()}

    def make_url_with(self, **changed: str) -> str:
        """Return the URL with changed parameters; "" removes one."""
        values = self.kept | {name: quote_plus(value) for name, value in changed.items()}
        return "?" + "&".join([f"{name}={value}" for name, value in values.items() if value])


def _build_choices(search_urls: SearchUrls, name: str, results: SearchResults) -> list[tuple[FacetChoice, str, bool]]:
    """Return the first choices of a facet as (choice, URL, chosen)."""
    chosen, choices = search_urls.asked[name], results.facets.get(name, [])
    return [
        (
            choice,
            search_urls.make_url_with(**{name: "" if choice.value == chosen else choice.value}, page=""),
            choice.value == chosen,
        )
        for choice in choices[:MAX_CHOICES_PER_FACET]
    ]
