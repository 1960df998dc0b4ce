"""Recognise paragraph numbers and their depth: 一、（一）1．（1）①."""

from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.numerals import to_int

#: Depth → pattern of a number of that depth at the beginning of a paragraph.
NUMBER_STYLES: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(r"第?([一二三四五六七八九十百]{1,4})\s?(?:、|部分[：:、\s]|[．.](?!\d)|章[\s　])")),
    (1, re.compile(r"([Ⅰ-Ⅻ])\s?[、.．:：\s]")),
    (1, re.compile(r"(?:重点|专项|工作|主要|存在)?(?:任务|事项|问题)([一二三四五六七八九十]{1,3})[：:、 \u3000]")),
    (1, re.compile(r"[【\[](?:任务|事项|问题|工作)(\d{1,2}|[一二三四五六七八九十]{1,3})[】\]]")),
    (3, re.compile(r"(?:任务|事项|问题)(\d{1,2})[：:、.． \u3000]")),
    (1, re.compile(r"([A-H])\s?[．.、](?=\s|[^\x00-\x7f])")),
    (3, re.compile(r"([a-k])\s?[)）](?=\s|[^\x00-\x7f])")),
    (2, re.compile(r"[（(【]\s*([一二三四五六七八九十]{1,3})\s*[）)】]、?")),
    (3, re.compile(r"第(\d{1,2}|[一二三四五六七八九十]{1,3})项[：:、.．\s\u3000]")),
    (4, re.compile(r"[（(]\s*(\d{1,2})\s*[）)]")),
    (4, re.compile(r"([⑴-⑽])")),
    (3, re.compile(r"(\d{1,2})\s?(?:[．、]|\.(?!\d+(?:[亿万倍%％]|\.)|\d{1,2}(?:日|号)?(?:以|之)?前))")),
    (3, re.compile(r"([⒈-⒑])")),
    (5, re.compile(r"(\d{1,2})[）)]")),
    (5, re.compile(r"([①-⑳])")),
)
_CHARACTER_RANGES = (("A", "H"), ("a", "k"), ("Ⅰ", "Ⅻ"), ("①", "⑳"), ("⑴", "⑽"), ("⒈", "⒑"))


@dataclass(frozen=True, slots=True)
class ParagraphNumber:
    """The list number of a paragraph: depth from 1 (一、) to 5 (①), value from 1, and its length as printed."""

    depth: int
    value: int
    length: int


def _parse_number(text: str) -> int | None:
    """Return the value of a Chinese, Arabic or circled number, or None."""
    for first, last in _CHARACTER_RANGES:
        if first <= text <= last:
            return ord(text) - ord(first) + 1
    return to_int(text)


def find_number(paragraph: str) -> ParagraphNumber | None:
    """Return the list number with which a paragraph begins, or None."""
    text = paragraph.lstrip()
    skipped = len(paragraph) - len(text)
    for depth, pattern in NUMBER_STYLES:
        if (match := pattern.match(text)) and (value := _parse_number(match.group(1))) is not None:
            return ParagraphNumber(depth, value, skipped + match.end())
    return None


def remove_number(paragraph: str) -> str:
    """Return the paragraph without its list number."""
    number = find_number(paragraph)
    return paragraph[number.length :].strip() if number else paragraph.strip()


_INLINE_NUMBER_RE = re.compile(
    r"(?<=[。！])\s*(?=\d{1,2}[．.、](?!\d+[亿万倍%％.])|[（(]\d{1,2}[）)])|(?<=[；;])\s*(?=[（(]\d{1,2}[）)])"
)


_BEFORE_CIRCLED_NUMBER_RE = re.compile(r"(?<=[。；;：:！）)\s])\s*(?=[①-⑳])")


def split_circled(line: str) -> list[str]:
    """Split a line before each of ①…②…③…; return it whole if they are not consecutive."""
    pieces = [piece.strip() for piece in _BEFORE_CIRCLED_NUMBER_RE.split(line) if piece.strip()]
    numbers = [number.value for piece in pieces if (number := find_number(piece)) and number.depth == 5]
    return pieces if len(numbers) >= 3 and numbers == list(range(1, len(numbers) + 1)) else [line]


def split_inline(paragraph: str) -> list[str]:
    """Split a paragraph before inline numbers (1．…。2．…。) if they are consecutive."""
    pieces = [piece.strip() for piece in _INLINE_NUMBER_RE.split(paragraph)]
    out = [pieces[0]]
    last: dict[int, int] = {}
    deepest = 0
    if number := find_number(pieces[0]):
        last[number.depth] = number.value
        deepest = number.depth
    for piece in pieces[1:]:
        number = find_number(piece)
        if number and _continues_list(number, last, deepest):
            out.append(piece)
            last = {depth: value for depth, value in last.items() if depth <= number.depth} | {
                number.depth: number.value
            }
            deepest = number.depth
        else:
            out[-1] += piece
    return out


def _continues_list(number: ParagraphNumber, last: dict[int, int], max_depth: int) -> bool:
    """Return true if a number follows the last of its depth or begins a list."""
    if number.depth in last:
        return number.value == last[number.depth] + 1
    return number.value == 1 or 3 <= number.depth < max_depth
