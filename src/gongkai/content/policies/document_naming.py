"""Find the document that a text names: by its number, or by its title. Pure."""

from dataclasses import dataclass

from gongkai.content.policies.formats import number_key
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.document_numbers import find_numbers
from gongkai.lib.writing.titles import cited

#: A title, with the titles in it.
TITLES = re.compile(r"《(?:[^《》]|《[^《》]*》)*》")
BRACKETS = re.compile(r"（[^（）]*）|\([^()]*\)")
#: A title that a text dates, which a number after it must identify; and the longest such words.
_DATED = re.compile(r"(?:\d{4}年|日|此前)(?:印发|公布|发布)的$")
_LONGEST_DATED = 10


@dataclass(frozen=True)
class Named:
    """The document of a decision, as texts name it, the full name of its government, and the name of its body."""

    title: str
    number: str = ""
    government: str = ""
    body: str = ""

    @property
    def place(self) -> str:
        """Return the name of the place that its government governs; empty where it is unknown."""
        return self.government.removesuffix("人民政府") if self.government.endswith("人民政府") else ""


def without_titles(clause: str) -> str:
    """Return a clause with empty titles, so that words in a title are no verb."""
    return TITLES.sub("《》", clause)


def names_any(clause: str) -> bool:
    """Return whether a clause names any document."""
    return "《" in clause or bool(find_numbers(clause))


def names(clause: str, named: Named) -> bool:
    """Return whether a clause names a document: by its number, or by its title in 《》 without another number or a day of issue."""
    if named.number and named.number in map(number_key, find_numbers(without_titles(clause))):
        return True
    title = bare_title(cited(named.title))
    for found in TITLES.finditer(clause):
        behind = BRACKETS.match(clause, found.end())
        others = find_numbers(behind[0]) if behind else []
        dated = _DATED.search(clause, max(0, found.start() - _LONGEST_DATED), found.start())
        if bare_title(found[0]) == title and not (named.number and (others or dated)):
            return True
    return False


def mentions(text: str, named: Named) -> bool:
    """Return whether a text mentions a document: by its number, by its title or by the title in its title, also without 《》."""
    if named.number and named.number in map(number_key, find_numbers(text)):
        return True
    title, text = bare_title(cited(named.title))[1:-1], bare_title(text)
    return any(words in text for words in (title, *re.findall("《([^《》]+)》", title)))


def bare_title(text: str) -> str:
    """Return a title without white space, titles in it in 《》."""
    return "".join(text.split()).translate(str.maketrans("〈〉", "《》"))
