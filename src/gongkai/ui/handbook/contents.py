"""What the handbook holds: its parts and pages in their order, read once from `contents.toml` and `pages/`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from gongkai.lib.law.figures import with_figures
from gongkai.ui.handbook.markup import anchor_of, parsed, words_of

if TYPE_CHECKING:
    from markdown_it.token import Token

FOLDER = Path(__file__).parent
#: What the handbook is called, on its pages and on paper.
TITLE = "政务公开工作平台使用手册"


@dataclass(frozen=True)
class Section:
    """What stands under one heading of a page, as plain text; the first section of a page, before any heading, has no anchor."""

    title: str
    anchor: str
    text: str


@dataclass(frozen=True)
class Page:
    """A page: its file's name without the ending, title, first paragraph, sections, the tokens that it is drawn from."""

    name: str
    title: str
    summary: str
    sections: tuple[Section, ...]
    tokens: "tuple[Token, ...]"

    @property
    def headings(self) -> list[Section]:
        """The sections that have a heading."""
        return [section for section in self.sections if section.anchor]


@dataclass(frozen=True)
class Part:
    """Pages under one heading of the contents."""

    title: str
    pages: tuple[Page, ...]


@cache
def settings() -> Mapping[str, object]:
    """Return `contents.toml`."""
    return tomllib.loads((FOLDER / "contents.toml").read_text(encoding="utf-8"))


@cache
def parts() -> tuple[Part, ...]:
    """Return the parts with their pages."""
    rows = settings()["parts"]
    assert isinstance(rows, list)
    return tuple(Part(row["title"], tuple(map(read_page, row["pages"]))) for row in rows)


@cache
def pages() -> Mapping[str, Page]:
    """Return name → page, in the order of the contents."""
    return {page.name: page for part in parts() for page in part.pages}


def names_for(table: str) -> Mapping[str, str]:
    """Return a table of `contents.toml`: `roles` (role → page), `places` (where in the office → page or page#heading)."""
    rows = settings()[table]
    assert isinstance(rows, dict)
    return rows


def text_of(name: str) -> str:
    """Return a page as it is written, with the periods of the law that it names: `<request.reply>`."""
    return with_figures((FOLDER / "pages" / f"{name}.md").read_text(encoding="utf-8"))


def read_page(name: str) -> Page:
    """Read a page: its title is the heading of the first level, its summary the paragraph behind that."""
    tokens = parsed(text_of(name))
    heads = [at for at, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
    bounds = [*heads, len(tokens)]
    sections = [Section("", "", words_of(tokens[3 : bounds[0]]))]
    for start, end in zip(heads, bounds[1:], strict=True):
        title = words_of(tokens[start : start + 3])
        sections.append(Section(title, anchor_of(title), words_of(tokens[start + 3 : end])))
    return Page(name, words_of(tokens[:3]), words_of(tokens[3:6]), tuple(sections), tuple(tokens[3:]))
