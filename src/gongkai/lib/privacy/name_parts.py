"""Split a known name into surnames and given names, in one spelling."""

from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.traditional import simplify
from gongkai.lib.privacy.frame import NAME_DOTS, to_half_width
from gongkai.lib.privacy.persons import shape
from gongkai.lib.privacy.persons.elements import find_elements_end

#: Characters that may stand inside a name without belonging to it: spaces, line breaks, characters without width.
INVISIBLE_OR_SPACE = re.compile("[\\s\u200b-\u200f\u2060\ufeff\u00ad]")
_NAME_DOTS = dict.fromkeys(map(ord, f"{NAME_DOTS}．●"), "·")
#: A full stop of half width between two Chinese characters is the dot of a name.
_TYPED_DOT = re.compile(rf"(?<=[{HAN}])\.(?=[{HAN}])")


@dataclass(frozen=True, slots=True)
class NameParts:
    """The full name with its possible surnames and given names.

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
    whole = remove_spaces(name)
    if "·" in whole:
        parts = [part for part in whole.split("·") if len(part) > 1]
        pieces = [piece for part in parts for piece in _ends_of(part)]
        long = [piece for part in parts if len(part) > 3 for piece in _ends_of(part)]
        return NameParts(whole, (*parts, *pieces), tuple(parts), pieces=tuple(long))
    size = shape.surname_size(whole)
    sizes = {size} if size == 2 else {1, 2} if len(whole) > 3 or not size else {1}
    first = find_elements_end(whole, 0)
    if 1 < first < len(whole):
        sizes.add(first)
    cut = [at for at in sorted(sizes) if at < len(whole)]
    given = tuple(whole[at:] for at in cut if len(whole) - at > 1)
    return NameParts(whole, tuple(whole[:at] for at in cut), given, whole[cut[0] :] if cut else "")


def _ends_of(part: str) -> list[str]:
    """Return the first and the last characters of a part, two at least: 迪丽 and 努尔 of 迪丽努尔."""
    sizes = range(2, len(part))
    return [piece for size in sizes for piece in (part[:size], part[-size:])]


def normalise_name_text(text: str) -> str:
    """Return simplified characters with one kind of dot."""
    return _TYPED_DOT.sub("·", simplify(text).translate(_NAME_DOTS))


def remove_spaces(name: str) -> str:
    """Return the name in half width without spaces and invisible characters."""
    return normalise_name_text(INVISIBLE_OR_SPACE.sub("", to_half_width(name)))
