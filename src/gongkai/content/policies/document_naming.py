"""Find the document that a text names: by its number, or by its title. Pure."""

from dataclasses import dataclass

from gongkai.content.policies.formats import number_key
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.document_numbers import find_numbers
from gongkai.lib.writing.titles import cited

#: A title, with the titles in it.
TITLES = re.compile(r"《(?:[^《》]|《[^《》]*》)*》")
_BRACKETS = re.compile(r"（[^（）]*）|\([^()]*\)")


@dataclass(frozen=True)
class Named:
    """The document of a decision, as texts name it, the full name of its government, and the name of its body."""

    title: str
    number: str = ""
    government: str = ""
    body: str = ""


def without_titles(clause: str) -> str:
    """Return a clause with empty titles, so that words in a title are no verb."""
    return TITLES.sub("《》", clause)


def names_any(clause: str) -> bool:
    """Return whether a clause names any document."""
    return "《" in clause or bool(find_numbers(clause))


def names(clause: str, named: Named) -> bool:
    """Return whether a clause names a document: by its number, or by its title in 《》 without another number behind it."""
    if named.number and named.number in map(number_key, find_numbers(without_titles(clause))):
        return True
    title = _bare(cited(named.title))
    for found in TITLES.finditer(clause):
        behind = _BRACKETS.match(clause, found.end())
        others = find_numbers(behind[0]) if behind else []
        if _bare(found[0]) == title and not (named.number and others):
            return True
    return False


def _bare(text: str) -> str:
    return "".join(text.split()).translate(str.maketrans("〈〉", "《》"))
