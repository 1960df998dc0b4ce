"""Find all disclosure paths of a text in order; `places` reads a single one."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.words.places import (
    ABBREVIATION_PATTERN,
    PATH_LABEL_PATTERN,
    Path,
    PrintedPaths,
    PublicationPlace,
    convert_to_columns,
    find_labelled_places,
    find_names_before,
    read_place_list,
)
from gongkai.lib.reading.words.prose_places import find_bare_paths, find_channel_lists, find_quoted_places

#: 标注“多渠道”的，是指政府网站、政务新媒体和政务公开专区.
_CHANNEL_DEFINITION_RE = re.compile(
    r"“(?P<name>[^”]{1,8}(?:渠道|方式|平台|途径|载体))”[^，。；]{0,4}，?(?:是?指|包括)(?P<names>[^，。；]+、[^，。；]+)"
)
_STRAIGHT_QUOTES_RE = re.compile(r'"([^"\n]{1,80})"')  # quotes of a typewriter

__all__ = [
    "PATH_LABEL_PATTERN",
    "Path",
    "PrintedPaths",
    "PublicationPlace",
    "convert_to_columns",
    "find_places",
    "read_place_list",
    "survey_paths",
]


def survey_paths(texts: list[str]) -> PrintedPaths:
    """Return the publication paths that a notice prints, and the channels that it means by 其他渠道 and the like."""
    printed = PrintedPaths()
    for text in texts:
        for match in ABBREVIATION_PATTERN.finditer(text):
            name = match["name"] or match["plain"]
            names = find_names_before(text[max(0, match.start() - 160) : match.start()])
            if len(names) > 1 and any(word in name for word in ("渠道", "方式", "平台", "途径", "载体")):
                printed.other.setdefault(name, names)
        for match in _CHANNEL_DEFINITION_RE.finditer(text):
            printed.other.setdefault(match["name"], find_names_before(match["names"]))
    for text in texts:
        for place in find_places(text, printed):
            printed.paths.extend(path for path in place.paths if path not in printed.paths and not place.inferred)
    return printed


def find_places(text: str, printed: PrintedPaths) -> list[PublicationPlace]:
    """Return the publication places that a text names, in order."""
    text = _STRAIGHT_QUOTES_RE.sub(r"“\1”", text)
    places: list[PublicationPlace] = []
    claimed = bytearray(len(text))
    for place in (
        *find_labelled_places(text, printed),
        *find_quoted_places(text, printed),
        *find_bare_paths(text),
        *find_channel_lists(text),
    ):
        if not any(claimed[place.start : place.end]):
            places.append(place)
            claimed[place.start : place.end] = b"\x01" * (place.end - place.start)
    return sorted(places, key=lambda place: place.start)
