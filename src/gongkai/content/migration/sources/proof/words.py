"""Normalised words of a page with the boundaries of lines and sentences. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.matching.folding import brackets, fold

#: What old pages and databases write differently: quotes, dashes, dots.
_SAME = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "‘": "'",
        "’": "'",
        "—": "-",
        "–": "-",
        "―": "-",
        "•": "·",
        "・": "·",
        "…": ".",
    }
)
_SENTENCE = re.compile("[。!?]")
#: Lines that a system writes around or into a text, in one spelling: a page is read with and without them, a row always with them.
_FURNITURE = re.compile(
    r"〔?(?:打印|关闭|返回|分享|字体|字号|大中小|上一[篇条]|下一[篇条]|浏览次数|点击[数量率]|阅读次数|收藏|纠错|扫一扫|我要纠错).{0,20}"
)


def bare(words: str) -> str:
    """Return text in one spelling: half width, uniform brackets, quotes and dashes, no spaces.

    >>> bare("云府发［2019］９号　——“通知”") == bare('云府发〔2019〕9号--"通知"')
    True
    """
    return re.sub(r"\s+", "", brackets(fold(words)).translate(_SAME))


@dataclass(frozen=True)
class Words:
    """The lines of a page as one text. `starts` and `ends` are offsets of lines and sentences."""

    lines: tuple[str, ...]
    text: str
    starts: frozenset[int] = field(repr=False)
    ends: frozenset[int] = field(repr=False)

    def holds(self, words: str) -> bool:
        """Return true if these words are a contiguous run of whole lines or sentences."""
        at = self.text.find(words) if words else -1
        while at >= 0:
            if at in self.starts and at + len(words) in self.ends:
                return True
            at = self.text.find(words, at + 1)
        return False


def words_of(lines: Iterable[str], *, furniture: bool = True) -> Words:
    """Return lines as the words of a page, optionally without a system's words around a text."""
    kept = [text for text in map(bare, lines) if text and (furniture or not _FURNITURE.fullmatch(text))]
    starts, ends, at = {0}, set[int](), 0
    for line in kept:
        starts.add(at)
        sentences = {at + match.end() for match in _SENTENCE.finditer(line)}
        at += len(line)
        starts |= sentences
        ends |= sentences | {at}
    return Words(tuple(kept), "".join(kept), frozenset(starts), frozenset(ends))
