"""Check brackets, quotation marks and punctuation."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.search_text import SearchText

_BRACKET_PAIRS = {"（": "）", "《": "》", "〔": "〕", "【": "】", "“": "”", "‘": "’", "「": "」"}
_CLOSING_BRACKETS = {close: open_ for open_, close in _BRACKET_PAIRS.items()}
_BRACKET_SIGN_RE = re.compile("[" + "".join(_BRACKET_PAIRS) + "".join(_CLOSING_BRACKETS) + "()]")
#: 1） a） ① ）: a closing bracket that numbers an item needs no opening one.
_ITEM_NUMBER = re.compile(r"(?:^|[\s。；;，,：:、）)])[0-9一二三四五六七八九十a-zA-Z①-⑳]{1,3}[）)]$")
#: A bracket that is not closed within this many characters counts as left open.
_MAX_BRACKET_CHARACTERS = 600
_MAX_INDENT_CHARACTERS = 40


def find_unpaired_brackets(search_text: SearchText) -> Iterator[Finding]:
    """Yield brackets and quotation marks without their partner."""
    text = search_text.source
    open_: list[tuple[str, int]] = []
    for match in _BRACKET_SIGN_RE.finditer(text):
        sign, place = match[0], match.start()
        sign = {"(": "（", ")": "）"}.get(sign, sign)
        while open_ and place - open_[0][1] > _MAX_BRACKET_CHARACTERS:
            yield from _report_unclosed(text, *open_.pop(0))
        if sign in _BRACKET_PAIRS:
            open_.append((sign, place))
        elif any(item[0] == _CLOSING_BRACKETS[sign] for item in open_):
            while open_[-1][0] != _CLOSING_BRACKETS[sign]:
                # Within a pair that closes, the mark is missing somewhere up to there.
                yield from _report_unclosed(text, *open_.pop(), place)
            open_.pop()
        elif not _ITEM_NUMBER.search(text[max(0, place - 5) : place + 1]):
            before = _CLAUSE_BEFORE_MARK_RE.search(text, max(0, place - 40), place)
            start = before.start() if before else place
            yield _make_finding(text, start, f"“{match[0]}”前面缺少“{_CLOSING_BRACKETS[sign]}”", place + 1)
    for sign, place in open_:
        yield from _report_unclosed(text, sign, place)


def _report_unclosed(text: str, sign: str, place: int, end: int = 0) -> Iterator[Finding]:
    """Yield a finding for a bracket or quotation mark without its partner.

    `end`: offset before which the partner is missing; 0: unknown.
    """
    if sign in "“‘" and _opens_paragraph(text, place):
        return  # a quotation of several paragraphs opens each and closes the last
    span_end = end if "\n" not in text[place:end] and end - place < 60 else 0
    if not end:
        # Nobody knows where the partner is missing: within the clause, or at the end of what is said (说：“…。).
        is_speech = sign == "“" and text[max(0, place - 1) : place] in ("：", ":")
        span_end = (_PARAGRAPH_TEXT_RE if is_speech else _CLAUSE_TEXT_RE).match(text, place).end()  # type: ignore[union-attr]
    yield _make_finding(text, place, f"“{text[place]}”没有对应的“{_BRACKET_PAIRS[sign]}”", span_end)


def _opens_paragraph(text: str, place: int) -> bool:
    """Return true if only an indent precedes an offset in its line."""
    before = text[max(0, place - _MAX_INDENT_CHARACTERS) : place].rstrip(" \t\u3000\xa0\r")
    return before.endswith("\n") or (not before and place < _MAX_INDENT_CHARACTERS)


#: Text after an opening mark that is never closed: the rest of the clause, or the paragraph of a speech.
_CLAUSE_TEXT_RE = re.compile(r"[^，,。；;：:！？\n]{1,80}")
_CLAUSE_BEFORE_MARK_RE = re.compile(r"[^，,。；;：:！？\n”》）]*$")
_PARAGRAPH_TEXT_RE = re.compile(r"[^\n]{1,200}")


def _make_finding(text: str, place: int, reason: str, end: int = 0) -> Finding:
    end = end or place + 1
    return Finding("bracket", place, end, text[place:end], f"括号、引号或书名号不成对：{reason}")


_FULL_WIDTH_MARKS = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_HALF_WIDTH_MARK_RE = re.compile(
    rf"(?<=[{HAN}”》）〕])[,;:?!](?=[\s]?[{HAN}“《（〔])|(?<=[{HAN}”》）〕])[,:;?!](?=\s*$)", re.MULTILINE
)
_HALF_WIDTH_STOP_RE = re.compile(rf"(?<=[{HAN}]{{2}})\.(?=[{HAN}]{{2}}|\s*$)", re.MULTILINE)
_REPEATED_MARKS_RE = re.compile(r"[，、；：]{2,}|[，、；：][。！？]|。[，、；：]|。{2}(?!。)|(?<!。)。{2}$|[！]{4,}")
#: Number of half-width marks from which they are the habit of the text and are reported once.
_HABIT_COUNT = 10


def find_punctuation_errors(search_text: SearchText) -> Iterator[Finding]:
    """Yield half-width punctuation between Chinese characters, and repeated marks."""
    text = search_text.source
    half = [*_HALF_WIDTH_MARK_RE.finditer(text), *_HALF_WIDTH_STOP_RE.finditer(text)]
    half.sort(key=lambda found: found.start())
    for match in half[:1] if len(half) >= _HABIT_COUNT else half:
        correct = _FULL_WIDTH_MARKS.get(match[0], "。")
        reason = f"中文之间应用全角标点“{correct}”"
        if len(half) >= _HABIT_COUNT:
            reason += f"（全文共{len(half)}处，只列第一处）"
        yield Finding("punctuation", match.start(), match.end(), match[0], reason, correct)
    for match in _REPEATED_MARKS_RE.finditer(text):
        yield Finding(
            "punctuation",
            match.start(),
            match.end(),
            match[0],
            "标点重复或连用",
            match[0][-1] if "。" in match[0] else match[0][0],
        )
