"""Split a known name into surnames and given names, in one spelling."""

from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.traditional import simplify
from gongkai.lib.privacy.persons import shape
from gongkai.lib.privacy.persons.elements import find_elements_end
from gongkai.lib.privacy.search_text import NAME_DOTS, to_half_width

#: Characters that may occur inside a name without belonging to it: spaces, line breaks, zero-width characters.
INVISIBLE_OR_SPACE_PATTERN = re.compile("[\\s\u200b-\u200f\u2060\ufeff\u00ad]")
_NAME_DOTS = dict.fromkeys(map(ord, f"{NAME_DOTS}．●"), "·")
#: A full stop of half width between two Chinese characters is the dot of a name.
_TYPED_DOT_RE = re.compile(rf"(?<=[{HAN}])\.(?=[{HAN}])")


@dataclass(frozen=True, slots=True)
class NameParts:
    """A full name with its possible surnames and given names.

    Attributes:
        characters: the characters of the given name; none for a dotted name.
        pieces: beginnings and ends of the long parts of a dotted name.
    """

    whole: str
    surnames: tuple[str, ...]
    given: tuple[str, ...]
    characters: str = ""
    pieces: tuple[str, ...] = ()


def split_name(name: str) -> NameParts:
    """Split a name into possible surnames and given names."""
    text = normalise_name(name)
    if "·" in text:
        sections = [section for section in text.split("·") if len(section) > 1]
        pieces = [piece for section in sections for piece in _list_ends(section)]
        long = [piece for section in sections if len(section) > 3 for piece in _list_ends(section)]
        return NameParts(text, (*sections, *pieces), tuple(sections), pieces=tuple(long))
    size = shape.get_surname_size(text)
    sizes = {size} if size == 2 else {1, 2} if len(text) > 3 or not size else {1}
    element_end = find_elements_end(text, 0)
    if 1 < element_end < len(text):
        sizes.add(element_end)
    cut = [at for at in sorted(sizes) if at < len(text)]
    given = tuple(text[at:] for at in cut if len(text) - at > 1)
    return NameParts(text, tuple(text[:at] for at in cut), given, text[cut[0] :] if cut else "")


_DOT_AFTER_NAME_PART_RE = re.compile(rf"[{HAN}]{{0,3}}·")
_DOT_BEFORE_NAME_PART_RE = re.compile(rf"·[{HAN}]{{0,3}}$")
_SURNAME_NAMED_RE = re.compile(r"(?<!百)姓")
_GIVEN_NAME_LABEL_RE = re.compile(rf"(?<![{HAN}])(?:本人|我|本|小|单|大)?名(?:字)?[叫为是作]?")
_ITS_NAME_RE = re.compile("(?:就|才)?是(?:我|本人)的?名")


def find_introduced_parts(text: str, parts: NameParts) -> list[tuple[int, int]]:
    """Return (start, end) of names introduced in parts (姓公冶，名长风) and later mentions."""
    spans = [
        (at.end(), at.end() + len(surname))
        for at in _SURNAME_NAMED_RE.finditer(text)
        for surname in parts.surnames
        if text.startswith(surname, at.end())
    ]
    given_starts = [at.end() for at in _GIVEN_NAME_LABEL_RE.finditer(text)]
    for given in {*parts.given, parts.characters} - {""}:
        places = [at.start() for at in re.compile(re.escape(given)).finditer(text)]
        introduced = [at for at in places if at in given_starts or _ITS_NAME_RE.match(text, at + len(given))]
        spans += [(at, at + len(given)) for at in (places if introduced and len(given) > 1 else introduced)]
    return spans


def _list_ends(part: str) -> list[str]:
    """Return the first and the last characters of a part, two at least: 迪丽 and 努尔 of 迪丽努尔."""
    sizes = range(2, len(part))
    return [piece for size in sizes for piece in (part[:size], part[-size:])]


def normalise_name_text(text: str) -> str:
    """Return a text in simplified characters with one kind of dot between the parts of a name."""
    return _TYPED_DOT_RE.sub("·", simplify(text).translate(_NAME_DOTS))


def normalise_name(name: str) -> str:
    """Return a name in half width and simplified characters, with one kind of dot, without spaces."""
    return normalise_name_text(INVISIBLE_OR_SPACE_PATTERN.sub("", to_half_width(name)))


def is_inside_dotted_name(text: str, start: int, end: int) -> bool:
    """Return whether a piece is part of another dotted name: 努尔 in 阿依努尔·托合提."""
    return bool(
        _DOT_AFTER_NAME_PART_RE.match(text, end) or _DOT_BEFORE_NAME_PART_RE.search(text, max(0, start - 4), start)
    )
