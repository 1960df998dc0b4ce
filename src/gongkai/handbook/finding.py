"""Search within the handbook: sections and terms by what somebody asks, in their own words."""

from dataclasses import dataclass
from functools import cache

from gongkai.handbook.contents import Page, Section, pages
from gongkai.handbook.places import address_of
from gongkai.handbook.terms import terms
from gongkai.matching import Index, Part

#: How much of a question must stand in a section (0 to 1), and how much its headings count.
ENOUGH, HEADINGS = 0.35, 2.0
#: How many characters of a section a hit shows.
SHOWN = 90


@dataclass(frozen=True)
class Answer:
    """A section that answers: its page, itself."""

    page: Page
    section: Section

    @property
    def title(self) -> str:
        """The page, and the heading where it is not the beginning."""
        return f"{self.page.title}：{self.section.title}" if self.section.title else self.page.title

    @property
    def url(self) -> str:
        """Its address."""
        return address_of(self.page.name, self.section.anchor)

    @property
    def beginning(self) -> str:
        """The first words of the section."""
        text = " ".join(self.section.text.split())
        return text if len(text) <= SHOWN else f"{text[:SHOWN]}……"


@cache
def _answers() -> dict[str, Answer]:
    rows = [Answer(page, section) for page in pages().values() for section in page.sections]
    glossary = pages()["terms"]
    for group in glossary.headings:
        rows += [
            Answer(glossary, Section(word, group.anchor, sentence))
            for word, sentence in terms().items()
            if f"{word}：{sentence}" in group.text
        ]
    return {f"{answer.page.name}#{answer.section.title}": answer for answer in rows if answer.section.text}


@cache
def _index() -> Index:
    return Index.build(
        (
            key,
            (
                Part(answer.section.title or answer.page.title, HEADINGS),
                Part(f"{answer.title}\n{answer.section.text}"),
            ),
        )
        for key, answer in _answers().items()
    )


def find(words: str, most: int = 10) -> list[Answer]:
    """Return the sections that answer best: what is called so, then what says most of it."""
    called = [key for key, answer in _answers().items() if words in answer.section.title]
    said = [hit.id for hit in _index().search(words, most) if hit.score >= ENOUGH]
    return [_answers()[key] for key in dict.fromkeys([*called, *said])][:most]
