"""Mark differences between two texts; neutral words (see `neutral`) are never marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from gongkai.lib.chinese import lazy_re as re
from gongkai.work.notices.alignment.neutral import Token, tokens

SAME, GONE, NEW = "same", "del", "ins"
# Minimum changed share for a paragraph to count as added or removed.
WHOLE = 0.8
# Longer texts are compared by paragraph only, because comparing words takes too long.
MOST = 6000
_FIGURE = re.compile(
    r"\d|[一二三四五六七八九十两百]+(?:次|天|个|项|年|月|周|季|日|倍|成)|每(?:年|半年|季度?|月|周)"
)


@dataclass(frozen=True)
class Segment:
    """A kept, removed or added piece of text; `figure` if the change contains a number or date."""

    kind: str
    text: str
    figure: bool = False


@dataclass(frozen=True)
class Marked:
    """Two compared texts: segments in order, and paragraphs added or removed as a whole."""

    segments: tuple[Segment, ...] = ()
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


def mark(upper: str, own: str, names: Sequence[str] = ()) -> Marked:
    """Mark what the own text removes from and adds to the upper text; place `names` are ignored."""
    above, below = tokens(upper, names), tokens(own, names)
    keys = [token.key for token in above], [token.key for token in below]
    if keys[0] == keys[1]:
        return Marked((Segment(SAME, own),) if own else ())
    codes = (
        _codes(above, below) if max(map(len, keys)) <= MOST else [("replace", 0, len(above), 0, len(below))]
    )
    segments: list[Segment] = []
    gone, new = set[int](), set[int]()
    for code, a, b, c, d in codes:
        if code == "equal":
            segments.append(Segment(SAME, _words(below[c:d])))
            continue
        gone.update(range(a, b))
        new.update(range(c, d))
        segments += [_segment(GONE, above[a:b]), _segment(NEW, below[c:d])]
    return Marked(
        tuple(segment for segment in segments if segment.text),
        _whole(own, below, new),
        _whole(upper, above, gone),
    )


def _codes(above: list[Token], below: list[Token]) -> list[tuple[str, int, int, int, int]]:
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


def _words(found: Sequence[Token]) -> str:
    return "".join(token.printed for token in found)


def _segment(kind: str, found: Sequence[Token]) -> Segment:
    text = _words(found)
    if not any(token.key for token in found):  # Only punctuation.
        return Segment(SAME, text if kind == NEW else "")
    return Segment(kind, text, bool(_FIGURE.search("".join(token.key for token in found))))


def _whole(text: str, found: list[Token], changed: set[int]) -> tuple[str, ...]:
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
        if all_ and part >= WHOLE * all_
    )
