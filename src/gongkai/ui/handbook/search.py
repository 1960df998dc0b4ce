"""Search in the handbook, meanings of terms, and the page that explains a back-office URL."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.urls import reverse

from gongkai.lib import matching
from gongkai.lib.chinese import lazy_re as re
from gongkai.ui.handbook.contents import (
    HandbookPage,
    HandbookSection,
    cache_by_figures,
    load_page_names,
    load_pages,
    read_page_source,
)


def make_help_url(path: str, kind: str = "") -> str:
    """Return the handbook URL for a back-office page; `kind` is the kind of its record.

    Args:
        path: URL of the page.
        kind: kind of the shown entry, or "".
    """
    return _make_url(find_explaining_page(path.removeprefix(reverse("wagtailadmin_home")), kind))


@cache
def _make_url(place: str) -> str:
    page, _, anchor = place.partition("#")
    return make_handbook_url(page, anchor)


def make_handbook_url(page: str, anchor: str = "") -> str:
    """Return the URL of a handbook page or heading."""
    address = reverse("handbook:page", args=[page])
    return f"{address}#{anchor}" if anchor else address


def find_explaining_page(place: str, kind: str = "") -> str:
    """Return the handbook page, or page#heading, for a back-office URL or, first, for a kind of entry."""
    places = load_page_names("places")
    if f"kind:{kind}" in places:
        return places[f"kind:{kind}"]
    known_prefixes = (prefix for prefix in _list_prefixes() if place.startswith(prefix))
    return places[next(known_prefixes, "")]


@cache
def _list_prefixes() -> list[str]:
    return sorted(
        (begin for begin in load_page_names("places") if not begin.startswith("kind:")), key=len, reverse=True
    )


_TERM_PATTERN = re.compile(r"^- \*\*(.+?)\*\*：(.+)$", re.MULTILINE)


@cache_by_figures
def load_terms() -> Mapping[str, str]:
    """Return the explanations of the handbook by term."""
    return dict(_TERM_PATTERN.findall(read_page_source("terms")))


def find_meaning(term: str) -> str:
    """Return the explanation of a term, or ""."""
    return load_terms().get(term, "")


#: Minimum share of a question found in a section (0 to 1), and the weight of headings.
MIN_SCORE, HEADING_WEIGHT = 0.27, 2.0
#: The list of requirements mentions every subject, so its scores are multiplied by this.
LIST_PAGE_WEIGHT, LIST_PAGES = 0.5, {"demands"}
#: Words of a question that carry no meaning.
_STOP_WORDS_PATTERN = re.compile(
    "怎么办|怎么样|怎么|怎样|如何|能不能|可不可以|要不要|是什么|什么意思|为什么|在哪里看|在哪里|哪里|在哪|请问|一下|[了吗呢啊？?！!，,]"
)
#: Characters of a section shown in a result.
EXCERPT_CHARACTERS = 90


@dataclass(frozen=True)
class HandbookHit:
    """A section of the handbook that matches a question."""

    page: HandbookPage
    section: HandbookSection

    @property
    def title(self) -> str:
        """Return the title of the page, and of the section if it has one."""
        return f"{self.page.title}：{self.section.title}" if self.section.title else self.page.title

    @property
    def url(self) -> str:
        """Return the URL of the section."""
        return make_handbook_url(self.page.name, self.section.anchor)

    @property
    def beginning(self) -> str:
        """Return the beginning of the section."""
        text = " ".join(self.section.text.split())
        return text if len(text) <= EXCERPT_CHARACTERS else f"{text[:EXCERPT_CHARACTERS]}……"


@cache_by_figures
def _get_hits() -> dict[str, HandbookHit]:
    """Return every handbook section and glossary term that has text, by "page#title"."""
    rows = [HandbookHit(page, section) for page in load_pages().values() for section in page.sections]
    glossary = load_pages()["terms"]
    for group in glossary.headings:
        rows += [
            HandbookHit(glossary, HandbookSection(word, group.anchor, sentence))
            for word, sentence in load_terms().items()
            if f"{word}：{sentence}" in group.text
        ]
    return {f"{answer.page.name}#{answer.section.title}": answer for answer in rows if answer.section.text}


@cache_by_figures
def _get_index() -> "matching.Index":
    """Return the search index of the handbook: title, other names users ask for, text."""
    names = load_page_names("asked")
    return matching.Index.build(
        (
            key,
            (
                matching.EntryPart(answer.section.title or answer.page.title, HEADING_WEIGHT),
                matching.EntryPart(names.get(f"{answer.page.name}#{answer.section.anchor}", ""), HEADING_WEIGHT),
                matching.EntryPart(f"{answer.title}\n{answer.section.text}"),
            ),
        )
        for key, answer in _get_hits().items()
    )


def search_handbook(text: str, limit: int = 10) -> list[HandbookHit]:
    """Return the sections that match a question best: by title first, then by content."""
    titled_keys = [key for key, answer in _get_hits().items() if text in answer.section.title]
    scores = {
        hit.id: hit.score * (LIST_PAGE_WEIGHT if _get_hits()[hit.id].page.name in LIST_PAGES else 1)
        for hit in _get_index().search(_STOP_WORDS_PATTERN.sub(" ", text), limit)
    }
    text_keys = sorted((key for key in scores if scores[key] >= MIN_SCORE), key=lambda key: -scores[key])
    return [_get_hits()[key] for key in dict.fromkeys([*titled_keys, *text_keys])][:limit]
