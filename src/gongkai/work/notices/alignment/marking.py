"""Mark differences between two texts; neutral words (see `neutral`) are never marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from gongkai.lib.chinese import lazy_re as re
from gongkai.work.notices.alignment.neutral import ComparedToken, split_tokens

SAME, GONE, NEW = "same", "del", "ins"
# Minimum changed share for a paragraph to count as added or removed.
WHOLE_PARAGRAPH_SHARE = 0.8
# Longer texts are compared by paragraph only, because comparing words takes too long.
MAX_COMPARED_TOKENS = 6000
_FIGURE = re.compile(
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
        """True if any words differ except neutral ones."""
        return any(segment.kind != SAME for segment in self.segments)

    @property
    def figures(self) -> bool:
        """True if a number or date differs."""
        return any(segment.figure for segment in self.segments)


def mark_differences(upper: str, own: str, names: Sequence[str] = ()) -> MarkedText:
    """Mark what the own text removes from and adds to the upper text; place `names` are ignored."""
    above, below = split_tokens(upper, names), split_tokens(own, names)
    keys = [token.key for token in above], [token.key for token in below]
    if keys[0] == keys[1]:
        return MarkedText((TextSegment(SAME, own),) if own else ())
    codes = (
        _list_opcodes(above, below)
        if max(map(len, keys)) <= MAX_COMPARED_TOKENS
        else [("replace", 0, len(above), 0, len(below))]
    )
    segments: list[TextSegment] = []
    gone, new = set[int](), set[int]()
    for code, a, b, c, d in codes:
        if code == "equal":
            segments.append(TextSegment(SAME, _join_printed(below[c:d])))
            continue
        gone.update(range(a, b))
        new.update(range(c, d))
        segments += [_build_segment(GONE, above[a:b]), _build_segment(NEW, below[c:d])]
    return MarkedText(
        tuple(segment for segment in segments if segment.text),
        _find_changed_paragraphs(own, below, new),
        _find_changed_paragraphs(upper, above, gone),
    )


def _list_opcodes(
    above: list[ComparedToken], below: list[ComparedToken]
) -> list[tuple[str, int, int, int, int]]:
    """Return the differences; equal parts shorter than two characters join the changes around them."""
    matcher = SequenceMatcher(
        None, [token.key for token in above], [token.key for token in below], autojunk=False
    )
    out: list[tuple[str, int, int, int, int]] = []
    codes = matcher.get_opcodes()
    for place, (code, a, b, c, d) in enumerate(codes):
        alone = (
            code == "equal" and 0 < place < len(codes) - 1 and sum(len(token.key) for token in above[a:b]) < 2
        )
        kind = "equal" if code == "equal" and not alone else "change"
        if out and out[-1][0] == kind == "change":
            out[-1] = (kind, out[-1][1], b, out[-1][3], d)
        else:
            out.append((kind, a, b, c, d))
    return out


def _join_printed(found: Sequence[ComparedToken]) -> str:
    return "".join(token.printed for token in found)


def _build_segment(kind: str, found: Sequence[ComparedToken]) -> TextSegment:
    text = _join_printed(found)
    if not any(token.key for token in found):  # Only punctuation.
        return TextSegment(SAME, text if kind == NEW else "")
    return TextSegment(kind, text, bool(_FIGURE.search("".join(token.key for token in found))))


def _find_changed_paragraphs(text: str, found: list[ComparedToken], changed: set[int]) -> tuple[str, ...]:
    """Return paragraphs of which nearly everything has changed."""
    lines = text.split("\n")
    size, hit = [0] * len(lines), [0] * len(lines)
    for place, one in enumerate(found):
        line = min(one.line, len(lines) - 1)
        size[line] += len(one.key)
        hit[line] += len(one.key) if place in changed else 0
    return tuple(
        line.strip()
        for line, all_, part in zip(lines, size, hit, strict=True)
        if all_ and part >= WHOLE_PARAGRAPH_SHARE * all_
    )
