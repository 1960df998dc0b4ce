"""Find answers of the Q&A base for a search, and render search results in Python."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape

from django.template import Context
from django.utils.formats import localize
from django.utils.safestring import SafeString, mark_safe

from gongkai.content.editions.models import ValidityState
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.gazette.composing import IssueArticle as Held
from gongkai.content.search.facets import FacetChoice
from gongkai.content.search.highlights import MarkedPiece
from gongkai.content.search.keywords import compute_matched_share
from gongkai.content.search.query import SearchHit
from gongkai.content.search.terminology import list_required_keywords
from gongkai.core.widgets.templatetags.ui import day, timestamp
from gongkai.lib.matching.folding import fold
from gongkai.work.consultation import answer_index, queries
from gongkai.work.consultation.models import KnownAnswer

#: Answers searched for a question; related ones shown below; related ones shown without a close
#: match.
MAX_SEARCHED, MAX_RELATED, MAX_RELATED_WITHOUT_MATCH = 12, 8, 5
#: Minimum share of the keywords that an answer contains.
MIN_KEYWORD_SHARE = 0.65


@dataclass(frozen=True)
class FoundAnswers:
    """Answers of the Q&A base for a search; `sure` if the first one answers it."""

    found: list[KnownAnswer] = field(default_factory=list)
    sure: bool = False
    related: list[KnownAnswer] = field(default_factory=list)


def find_answers(search_words: str) -> FoundAnswers:
    """Return the public answers that match some words closely, and related ones."""
    if not search_words.strip():
        return FoundAnswers()
    recalled = answer_index.search_answers(search_words[:200], k=MAX_SEARCHED)
    is_close = recalled.near and recalled.decision != "hand_over"
    near_answers = [match.answer for match in recalled.found if is_close and match.near]
    related = [
        match.answer for match in recalled.found if match.answer not in near_answers and (match.near or match.related)
    ]
    answers = filter_public_answers(near_answers)
    is_sure = recalled.decision == "answer" and answers[:1] == [recalled.found[0].answer]
    related_enough = [
        related_answer
        for related_answer in filter_public_answers(related)
        if contains_most_keywords(search_words, related_answer)
    ]
    return FoundAnswers(answers, is_sure, related_enough[: MAX_RELATED if near_answers else MAX_RELATED_WITHOUT_MATCH])


def contains_most_keywords(question: str, known_answer: KnownAnswer) -> bool:
    """Return true if an answer contains most of the keywords of a question."""
    keywords = list_required_keywords(question)
    return compute_matched_share(keywords, fold(f"{known_answer.question}\n{known_answer.answer}")) >= MIN_KEYWORD_SHARE


def filter_public_answers(found_answers: list[KnownAnswer]) -> list[KnownAnswer]:
    """Return the publicly visible answers, in order."""
    if not found_answers:
        return []
    answers = queries.list_public_answers().filter(pk__in=[known_answer.pk for known_answer in found_answers])
    numbers = set(answers.values_list("pk", flat=True))
    return [known_answer for known_answer in found_answers if known_answer.pk in numbers]


@dataclass(frozen=True)
class SearchResultLine:
    """A line of search results: the hit, its URL, the name of its site (`site`), and matching articles of
    an issue (`held`).
    """

    hit: SearchHit
    url: str
    site: str
    held: tuple[Held, ...] = ()

    @property
    def compiled(self) -> bool:
        """Return true for a gazette issue, a compilation whose documents may have been repealed
        since."""
        return bool(self.hit.row.kind == ItemKind.GAZETTE)


def render_marked(pieces: Iterable[MarkedPiece]) -> SafeString:
    """Render pieces of text (text, is a match), with matches marked."""
    return mark_safe(
        "".join([f"<mark>{escape(text)}</mark>" if is_match else escape(text) for text, is_match in pieces])
    )


def render_facets(choices: Iterable[tuple[FacetChoice, str, bool]], more: str = "") -> SafeString:
    """Render facet links from (choice, URL, chosen) triples; `more` follows each count."""
    return mark_safe(
        "".join([_render_facet_link(choice, url, more, is_chosen=chosen) for choice, url, chosen in choices])
    )


def _render_facet_link(choice: FacetChoice, url: str, hidden_text: str, *, is_chosen: bool) -> str:
    """Return the HTML of a facet choice with its count; a chosen one is shown as removable."""
    state = ' aria-current="true"' if is_chosen else ""
    off = '<span aria-hidden="true">✕ </span><span class="gk-sr">取消 </span>' if is_chosen else ""
    written = choice.count if (choice.count or 0) < 1_000 else localize(choice.count)
    count = "" if written is None else f' <span class="gk-soft">{written}{hidden_text}</span>'
    return f'<li><a href="{escape(url)}"{state}>{off}{escape(choice.label)}{count}</a></li>'


def render_search_result(context: Context, line: SearchResultLine, everywhere: bool) -> SafeString:
    """Render a search result; `everywhere` adds the site name."""
    search_hit, row = line.hit, line.hit.row
    facts = [f"<span>{escape(line.site or context['site']['name'])}</span>"] if everywhere else []
    facts.append(f"<span>{row.kind_label}</span>")
    if row.number:
        facts.append(f"<span>{render_marked(search_hit.number)}</span>")
    if row.standing:
        kind = "pk-status" if row.standing == ValidityState.IN_FORCE else "gk-tag"
        facts.append(f'<span class="{kind}">{row.get_standing_display()}</span>')
    if search_hit.archived:
        facts.append('<span class="gk-tag">已归档</span>')
    facts.append(f'<span><time datetime="{timestamp(row.published_at)}">{day(row.published_at)}</time>发布</span>')
    return mark_safe(
        f'<h3><a href="{escape(line.url)}">{render_marked(search_hit.title)}</a></h3>'
        f'<p class="pk-hits__facts">{" ".join(facts)}</p><p>{render_marked(search_hit.excerpt)}</p>'
    )
