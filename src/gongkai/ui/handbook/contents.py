"""Contents of the handbook: parts and pages, loaded once from `contents.toml` and `pages/`."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from gongkai.lib.law.figures import LegalFigure, fill_in_figures, get_figures_in_force
from gongkai.ui.handbook.markup import get_plain_text, make_anchor, parse_page

if TYPE_CHECKING:
    from markdown_it.token import Token

T = TypeVar("T")
#: Folder of the handbook's pages and contents.
HANDBOOK_FOLDER = Path(__file__).parent
#: Title of the handbook.
HANDBOOK_TITLE = "政务公开工作平台使用手册"


@dataclass(frozen=True)
class HandbookSection:
    """The text under one heading of a handbook page; the first one has no anchor."""

    title: str
    anchor: str
    text: str


@dataclass(frozen=True)
class HandbookPage:
    """A handbook page: name, title, first paragraph and sections."""

    name: str
    title: str
    summary: str
    sections: tuple[HandbookSection, ...]

    @property
    def tokens(self) -> "list[Token]":
        """Return the markdown tokens below the title, parsed anew: those of all pages take 5 MB."""
        return parse_page(read_page_source(self.name))[3:]

    @property
    def headings(self) -> list[HandbookSection]:
        """Return the sections that have a heading."""
        return [section for section in self.sections if section.anchor]


@dataclass(frozen=True)
class HandbookPart:
    """Handbook pages under one heading of the contents."""

    title: str
    pages: tuple[HandbookPage, ...]


@cache
def load_contents_file() -> Mapping[str, object]:
    """Return the content of `contents.toml`."""
    return tomllib.loads((HANDBOOK_FOLDER / "contents.toml").read_text(encoding="utf-8"))


def cache_by_figures(load: Callable[[], T]) -> Callable[[], T]:
    """Decorate a function that reads pages: cache its result while the legal figures in force are the same."""
    cached: list[tuple[Mapping[str, LegalFigure], T]] = []

    @wraps(load)
    def load_or_reuse() -> T:
        figures = get_figures_in_force()
        if not cached or (cached[0][0] is not figures and cached[0][0] != figures):
            cached[:] = [(figures, load())]
        return cached[0][1]

    return load_or_reuse


@cache_by_figures
def load_parts() -> tuple[HandbookPart, ...]:
    """Return the parts of the handbook with their pages."""
    rows = load_contents_file()["parts"]
    assert isinstance(rows, list)
    return tuple(HandbookPart(row["title"], tuple(map(read_page, row["pages"]))) for row in rows)


@cache_by_figures
def load_pages() -> Mapping[str, HandbookPage]:
    """Return the pages by name, in order."""
    return {page.name: page for part in load_parts() for page in part.pages}


def load_page_names(table: str) -> Mapping[str, str]:
    """Return a table of `contents.toml` by its name.

    `roles` maps roles to pages, `places` URLs or kinds of entries to pages, `asked` headings to words used in searches.
    """
    rows = load_contents_file()[table]
    assert isinstance(rows, dict)
    return rows


def read_page_source(name: str) -> str:
    """Return a page's source with legal periods filled in: `<request.reply>`."""
    return fill_in_figures((HANDBOOK_FOLDER / "pages" / f"{name}.md").read_text(encoding="utf-8"))


def read_page(name: str) -> HandbookPage:
    """Parse a page: its title is the first heading, its summary the first paragraph."""
    tokens = parse_page(read_page_source(name))
    heads = [index for index, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
    bounds = [*heads, len(tokens)]
    sections = [HandbookSection("", "", get_plain_text(tokens[3 : bounds[0]]))]
    for start, end in zip(heads, bounds[1:], strict=True):
        title = get_plain_text(tokens[start : start + 3])
        sections.append(HandbookSection(title, make_anchor(title), get_plain_text(tokens[start + 3 : end])))
    return HandbookPage(name, get_plain_text(tokens[:3]), get_plain_text(tokens[3:6]), tuple(sections))
