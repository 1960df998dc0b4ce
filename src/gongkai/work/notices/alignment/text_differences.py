"""Mark differences between two texts; ignored words such as place names never count. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.dictionary import load_segmenter
from gongkai.lib.matching.facts import get_place_names
from gongkai.lib.matching.folding import fold

_LEVEL_NAMES_PATTERN = "区市县|市区县|区县|县区|省|市|州|区|县|旗"
_LOCAL_WORDS_PATTERN = (
    rf"(?:我|全|本|各|辖)(?:{_LEVEL_NAMES_PATTERN}|镇|乡|地)|(?:{_LEVEL_NAMES_PATTERN})(?:、(?:{_LEVEL_NAMES_PATTERN}))+"
    rf"|(?:{_LEVEL_NAMES_PATTERN})(?=(?:人民)?政府|级|直)|区县|县区|本级|同级"
    rf"|(?:省|(?<!城)市(?!场|民|政)|区(?!域|别|分)|县)(?=[{HAN}]{{1,9}}(?:局|厅|委(?!托|派|任)|办(?!理|法|事|结|好)|馆|中心))"
)
_LIST_NUMBER_PATTERN = (
    r"(?m:^\s*(?:\d{1,2}\s*[．.、](?!\d{1,3}(?!\d))|[（(][一二三四五六七八九十\d]{1,3}[）)]))"
    r"|(?<=[：:，,；;。（(〔])\d{1,2}\s*[．.、](?!\d)"
)
_NUMBER_PATTERN = r"\d+(?:\.\d+)?%?"
_WORD_PATTERN = re.compile(rf"[{HAN}○]+|[A-Za-z]+")
_LINE_BREAK_PATTERN = re.compile(r"\n")
_PLACE_NAME_TEMPLATE = rf"^([{HAN}]{{2,12}}%s(?:省|自治区|市|州|区|县|旗|镇|乡))"
_GOVERNMENT_NAME_PATTERN = re.compile(_PLACE_NAME_TEMPLATE % "" + "(?:人民)?政府")
_OFFICE_NAME_PATTERN = re.compile(_PLACE_NAME_TEMPLATE % "?" + rf"[{HAN}]{{0,12}}(?:局|委|办)")
_PLACE_LEVEL_SUFFIX_PATTERN = re.compile(r"(?:省|市|自治州|州|区|县|旗|镇|乡)$")
_PLACE_LEVEL_PREFIX_PATTERN = re.compile(rf"^(?:全|本|各|我)?(?:省|市|州|区|县)(?=[{HAN}]{{2}})")
_UNIT_GROUP_PATTERN = re.compile(
    r"^(?:各|有关|相关|其他|全|市级|区级|县级)|各[^、]*$|有关(?:部门|单位)|(?:部门|单位|等)$|区县政府$"
)


class ComparedToken(NamedTuple):
    """A token of a text: `key` is compared, `printed` is shown with the ignored words before it.

    `line` is the number of its line.
    """

    key: str
    printed: str
    line: int


def find_place_names(*texts: str) -> tuple[str, ...]:
    """Return place names in titles and in names of governments and offices, also without 市 or 县, longest first."""
    place_names: dict[str, None] = {}
    for text in texts:
        match = _GOVERNMENT_NAME_PATTERN.match(text.strip()) or _OFFICE_NAME_PATTERN.match(text.strip())
        name = match[1] if match else ""
        variants = [name, re.sub(rf"^[{HAN}]{{2,8}}?(?:省|市|州)(?=[{HAN}]{{2,}}(?:市|区|县|旗|镇|乡)$)", "", name)]
        for variant in variants:
            if 2 <= len(variant) <= 12:
                place_names[variant] = None
                short = _PLACE_LEVEL_SUFFIX_PATTERN.sub("", variant)
                if len(short) >= 2:
                    place_names[short] = None
    return tuple(sorted(place_names, key=lambda one: (-len(one), one)))


def split_tokens(text: str, names: Sequence[str]) -> list[ComparedToken]:
    """Split a text into tokens.

    Each token contains the ignored words before it, such as place `names`; the last one contains
    the rest.
    """
    tokens: list[ComparedToken] = []
    kept = 0
    line = 0
    for start, end, key in _iterate_pieces(text, tuple(names)):
        line += len(_LINE_BREAK_PATTERN.findall(text[kept:start]))
        tokens.append(ComparedToken(key, text[kept:end], line))
        line += len(_LINE_BREAK_PATTERN.findall(text[start:end]))
        kept = end
    return [*tokens, ComparedToken("", text[kept:], line)]


def _iterate_pieces(text: str, names: tuple[str, ...]) -> Iterable[tuple[int, int, str]]:
    """Yield (start, end, key) of each piece that is not neutral."""
    position = 0
    for hit in _make_neutral_pattern(names).finditer(text):
        yield from _iterate_words(text, position, hit.start())
        if hit.lastgroup == "figure":
            yield hit.start(), hit.end(), hit[0]
        position = hit.end()
    yield from _iterate_words(text, position, len(text))


def _iterate_words(text: str, start: int, end: int) -> Iterable[tuple[int, int, str]]:
    """Yield start, end and folded text of the words in a span."""
    for run in _WORD_PATTERN.finditer(text, start, end):
        index = run.start()
        for word in load_segmenter().cut(run[0]):
            yield index, index + len(word), fold(word).replace("○", "〇")
            index += len(word)


@lru_cache(maxsize=64)
def _make_neutral_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern of list numbers, places and local words, which are ignored, and of figures, which are not."""
    known = sorted({*names, *get_place_names()}, key=lambda one: (-len(one), one))
    places = "|".join(re.escape(value) for value in known)
    return re.compile(
        rf"(?P<number>{_LIST_NUMBER_PATTERN})|(?P<figure>{_NUMBER_PATTERN})|(?P<place>{places})|(?P<local>{_LOCAL_WORDS_PATTERN})"
    )


def normalize_unit(name: str, names: Sequence[str]) -> str:
    """Return a unit's name without place and level; a group gives an empty string."""
    core = fold(name).strip()
    for place in (*names, *(place for place in get_place_names() if core.startswith(place))):
        core = core.removeprefix(fold(place))
    core = _PLACE_LEVEL_PREFIX_PATTERN.sub("", core.removeprefix("市、"))
    if _UNIT_GROUP_PATTERN.search(core) or _UNIT_GROUP_PATTERN.search(name):
        return ""
    core = re.sub(rf"^(?:党)?委(?=[{HAN}]{{2}})", "", core)  # For example 区委网信办.
    core = re.sub(r"办公[厅室]$", "办", core)
    core = re.sub(r"委员会(?=$|办)", "委", core)
    core = re.sub(r"^(?:省|市|州|区|县)(?=政府)", "", core)
    return core.removeprefix("人民")


SAME, GONE, NEW = "same", "del", "ins"
# Minimum changed share for a paragraph to count as added or removed.
WHOLE_PARAGRAPH_SHARE = 0.8
#: Longest text, in tokens, whose words are compared; longer ones are compared by paragraph.
MAX_COMPARED_TOKENS = 6000
_FIGURE_PATTERN = re.compile(
    r"\d|[一二三四五六七八九十两百]+(?:次|天|个|项|年|月|周|季|日|倍|成)|每(?:年|半年|季度?|月|周)"
)


@dataclass(frozen=True)
class TextSegment:
    """A kept, removed or added piece of text; `figure` if the change contains a number or date."""

    kind: str
    text: str
    figure: bool = False


@dataclass(frozen=True)
class MarkedText:
    """Two compared texts: segments in order, and paragraphs added or removed as a whole."""

    segments: tuple[TextSegment, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Return true if any words differ except ignored ones."""
        return any(segment.kind != SAME for segment in self.segments)

    @property
    def figures(self) -> bool:
        """Return true if a number or date differs."""
        return any(segment.figure for segment in self.segments)


def mark_differences(upper_text: str, own_text: str, names: Sequence[str] = ()) -> MarkedText:
    """Mark the text that the own side removed or added; place `names` are ignored."""
    upper_tokens, own_tokens = split_tokens(upper_text, names), split_tokens(own_text, names)
    keys = [token.key for token in upper_tokens], [token.key for token in own_tokens]
    if keys[0] == keys[1]:
        return MarkedText((TextSegment(SAME, own_text),) if own_text else ())
    codes = (
        _list_opcodes(upper_tokens, own_tokens)
        if max(map(len, keys)) <= MAX_COMPARED_TOKENS
        else [("replace", 0, len(upper_tokens), 0, len(own_tokens))]
    )
    segments: list[TextSegment] = []
    removed_places, added_places = set[int](), set[int]()
    for code, a, b, c, d in codes:
        if code == "equal":
            segments.append(TextSegment(SAME, _join_printed_text(own_tokens[c:d])))
            continue
        removed_places.update(range(a, b))
        added_places.update(range(c, d))
        segments += [_build_segment(GONE, upper_tokens[a:b]), _build_segment(NEW, own_tokens[c:d])]
    return MarkedText(
        tuple(segment for segment in segments if segment.text),
        _find_changed_paragraphs(own_text, own_tokens, added_places),
        _find_changed_paragraphs(upper_text, upper_tokens, removed_places),
    )


def _list_opcodes(
    upper_tokens: list[ComparedToken], own_tokens: list[ComparedToken]
) -> list[tuple[str, int, int, int, int]]:
    """Return (`equal` or `change`, upper start, upper end, own start, own end); very short equal stretches are
    changes.
    """
    matcher = SequenceMatcher(
        None, [token.key for token in upper_tokens], [token.key for token in own_tokens], autojunk=False
    )
    out: list[tuple[str, int, int, int, int]] = []
    codes = matcher.get_opcodes()
    for place, (code, a, b, c, d) in enumerate(codes):
        alone = (
            code == "equal" and 0 < place < len(codes) - 1 and sum(len(token.key) for token in upper_tokens[a:b]) < 2
        )
        kind = "equal" if code == "equal" and not alone else "change"
        if out and out[-1][0] == kind == "change":
            out[-1] = (kind, out[-1][1], b, out[-1][3], d)
        else:
            out.append((kind, a, b, c, d))
    return out


def _join_printed_text(tokens: Sequence[ComparedToken]) -> str:
    return "".join(token.printed for token in tokens)


def _build_segment(kind: str, tokens: Sequence[ComparedToken]) -> TextSegment:
    """Return the segment of tokens; mere punctuation counts as the same."""
    text = _join_printed_text(tokens)
    if not any(token.key for token in tokens):  # Only punctuation.
        return TextSegment(SAME, text if kind == NEW else "")
    return TextSegment(kind, text, bool(_FIGURE_PATTERN.search("".join(token.key for token in tokens))))


def _find_changed_paragraphs(text: str, tokens: list[ComparedToken], changed: set[int]) -> tuple[str, ...]:
    """Return the paragraphs of which nearly everything has changed; `changed` are indexes of tokens."""
    lines = text.split("\n")
    size, changed_size = [0] * len(lines), [0] * len(lines)
    for place, token in enumerate(tokens):
        line = min(token.line, len(lines) - 1)
        size[line] += len(token.key)
        changed_size[line] += len(token.key) if place in changed else 0
    return tuple(
        line.strip()
        for line, all_, changed_length in zip(lines, size, changed_size, strict=True)
        if all_ and changed_length >= WHOLE_PARAGRAPH_SHARE * all_
    )
