"""Find document numbers (发文字号) and numbers of orders (令第N号) in text and normalise them.

Source of the form: 党政机关公文处理工作条例 第九条 (issuer's mark, year, serial) and GB/T 9704-2012 (年份用六角括号括入，序号不加“第”，
不编虚位). Two ways to read: `iterate_numbers` takes what is printed as a number; `iterate_typed_numbers` also what
people type for one (any bracket, no 号).
Every pattern is linear: quantifiers are possessive, and each stretch of text is looked at a bounded number of times.
"""

from collections.abc import Iterator
from typing import NamedTuple

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN

_SPACE = r"[\s\u200b\u2060\ufeff]"
_SPACES = _SPACE + "*+"
_DIGIT = "[0-9０-９]"
_SERIAL_NUMBER = rf"{_DIGIT}(?:{_SPACES}{_DIGIT})*+"
#: Text that follows the mark: ``〔2020〕3号``; or the end of an order: ``令第3号``.
_NUMBER_TAIL_RE = re.compile(
    rf"[〔﹝\[［【(（]{_SPACES}(?P<year>{_DIGIT}(?:{_SPACES}{_DIGIT}){{3}}){_SPACES}[〕﹞\]］】)）]{_SPACES}(?:第{_SPACES})?+(?P<serial>{_SERIAL_NUMBER}){_SPACES}号"
    rf"|令{_SPACES}第{_SPACES}(?P<order>{_SERIAL_NUMBER}){_SPACES}号"
)
#: The end of a document number as people type it, in text that was folded to half width: any bracket, 年 in it, 第 or none, zeros, without 号.
_TYPED_TAIL_RE = re.compile(
    r"[〔\[［【〖﹝⦗⟦(（﹙<〈＜] ?(?P<year>(?:19|20)[0-9]{2}) ?年? ?[〕\]］】〗﹞⦘⟧)）﹚>〉＞]"
    r" ?第? ?0{0,4}(?P<serial>[1-9][0-9]{0,4})(?![0-9])(?: ?号)?"
)
_NORMAL_FORM_RE = re.compile(rf"[{HAN}]{{1,30}}〔(?:19|20)[0-9]{{2}}〕[1-9][0-9]*号")
_HAN_RE = re.compile(f"[{HAN}]")
_SPACE_RE = re.compile(_SPACE)
_BLANK_RUN_RE = re.compile(rf"{_SPACE}+")
_ASCII_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")

#: Before 令 these make another word, which is no order: 责令第3号…, 命令, 司令.
_NOT_ORDER_PREFIXES = "责命司"

#: Words after which a mark begins.
LEAD_IN_WORDS = tuple(
    re.findall(
        "..",
        "根据按照依据依照参照遵照转发落实贯彻执行详见参见印发废止修订遵循违反适用对照引用代替替代取代修改撤销关于收到现将文号字号",
    )
)
_LEAD_IN_WORD_RE = re.compile("|".join(LEAD_IN_WORDS))
_TYPED_LEAD_IN_WORDS = re.findall("..", "批转文件通知通告公告意见规定办法决定批复以及")
#: Words that in what people type stand before a number; two characters of the mark at least are left.
_TYPED_LEAD_IN_RE = re.compile("|".join([*LEAD_IN_WORDS, *_TYPED_LEAD_IN_WORDS]) + "|号[和与及或]?|[的与及或]")
_MAX_TYPED_MARK = 12  # characters of a mark that nothing parts from what stands before it
_MAX_MARK_CHARACTERS = 5  # a run no longer than this is taken to be a mark and nothing else
#: Text between a number and the one before it.
_JOINING_WORD_RE = re.compile(r"(?:文件|文)?(?:以及|和|及|与|或)")
#: Between two numbers this still counts as right after.
_CLOSING_MARKS = re.compile(rf"(?:{_SPACE}|[)）\]］】〕〉》」』”’\"'])*+")
#: One-character prepositions, cut only before words that begin a mark beyond doubt.
_PREPOSITION_RE = re.compile("[经由以按依据见被对将](?=国办|国发|国函|国令|国务院|中办|中发|中华人民共和国)")
#: A counted noun right after a digit ends what stands before the mark: 3月5日国办发…, 第5号国办发….
_COUNTED_NOUN_RE = re.compile("[号日年月条款项]")


class DocumentNumber(NamedTuple):
    """A document number: issuer's mark, year ("" for an order), serial, and its position in the text."""

    mark: str
    year: str
    serial: str
    start: int
    end: int
    certain: bool = True  # false: no separator before the mark shows where it begins

    def __str__(self) -> str:
        """Return the normal form: 某政办发〔2020〕3号, 某省人民政府令第3号."""
        return f"{self.mark}〔{self.year}〕{self.serial}号" if self.year else f"{self.mark}令第{self.serial}号"


def find_numbers(text: str) -> list[str]:
    """Return the normalised document numbers in a text, each once, in order.

    A mark begins after punctuation, white space that is not inside the number, or a lead-in word (`LEAD_IN_WORDS`); right after
    another number also after 和、及、与、或、以及. ``某政办发 [2020] 第003号`` becomes ``某政办发〔2020〕3号``.
    """
    return list(dict.fromkeys(map(str, iterate_numbers(text))))


def is_document_number(text: str) -> bool:
    """Return whether a text is one document number only, in any spacing and brackets."""
    found = next(iterate_numbers(text), None)
    return found is not None and not (text[: found.start] + text[found.end :]).strip()


def is_well_formed(number: str) -> bool:
    """Return whether a text is a document number in the form of GB/T 9704-2012 7.2.5."""
    return _NORMAL_FORM_RE.fullmatch(number) is not None


def iterate_numbers(text: str) -> Iterator[DocumentNumber]:
    """Yield the document numbers and orders of a text."""
    end = 0  # of the number before
    for match in _NUMBER_TAIL_RE.finditer(text):
        start, mark = _find_mark(text, match.start(), end)
        end = match.end()
        if not mark or (match["order"] and mark[-1] in _NOT_ORDER_PREFIXES):
            continue
        year = _BLANK_RUN_RE.sub("", match["year"] or "").translate(_ASCII_DIGITS)
        yield DocumentNumber(mark, year, _normalise_serial(match["serial"] or match["order"]), start, end)


def iterate_typed_numbers(folded: str) -> Iterator[DocumentNumber]:
    """Yield document numbers as people type them, in half-width text; orders are skipped.

    Without a separator before the mark (请查收云府办发〔2026〕15号), the number is not `certain`, and the mark has at most 12 characters.
    """
    for match in _TYPED_TAIL_RE.finditer(folded):
        last = match.start()
        while last and folded[last - 1] == " ":
            last -= 1
        first = _find_run_start(folded, last, max(0, last - _MAX_TYPED_MARK), _HAN_RE)
        mark = folded[first:last]
        leads = [lead.end() for lead in _TYPED_LEAD_IN_RE.finditer(mark) if lead.end() <= len(mark) - 2]
        certain = bool(leads) or len(mark) <= _MAX_MARK_CHARACTERS
        first += leads[-1] if leads else 0
        if mark:
            yield DocumentNumber(folded[first:last], match["year"], match["serial"], first, match.end(), certain)


def _normalise_serial(serial: str) -> str:
    return _BLANK_RUN_RE.sub("", serial).translate(_ASCII_DIGITS).lstrip("0") or "0"


def _find_mark(text: str, tail_start: int, floor: int) -> tuple[int, str]:
    """Return (start, issuer's mark) of the number whose bracketed year begins at `tail_start`, searched back to
    `floor`.
    """
    last = _find_run_start(text, tail_start, floor, _SPACE_RE)
    first = _find_run_start(text, last, floor, _HAN_RE)
    mark = text[first:last]
    if len(mark) == 1:
        first, mark = _join_spaced_mark(text, first, floor, mark)
    leading_words = _count_leading_words(text, first, floor, mark)
    for lead_in in _LEAD_IN_WORD_RE.finditer(mark, leading_words):
        leading_words = lead_in.end()
    preposition = _PREPOSITION_RE.match(mark, leading_words)
    leading_words = preposition.end() if preposition else leading_words
    return first + leading_words, mark[leading_words:]


def _find_run_start(text: str, end: int, floor: int, kind: re.Pattern[str]) -> int:
    """Return the start of the run of characters of a kind that ends before `end`, not before `floor`."""
    while end > floor and kind.match(text, end - 1):
        end -= 1
    return end


def _join_spaced_mark(text: str, first: int, floor: int, mark: str) -> tuple[int, str]:
    """Return (start, letters) of a mark whose letters are separated by blanks."""
    letters, position = [mark], first
    while True:
        space_start = _find_run_start(text, position, floor, _SPACE_RE)
        single = (
            space_start < position
            and "\n" not in text[space_start:position]
            and _find_run_start(text, space_start, floor, _HAN_RE) == space_start - 1
        )
        if not single:
            break
        position = space_start - 1
        letters.append(text[position])
    return (position, "".join(reversed(letters))) if len(letters) >= 3 else (first, mark)


def _count_leading_words(text: str, first: int, floor: int, mark: str) -> int:
    """Return how many first characters of a mark belong to the text before it.

    `first` is the mark's offset; the previous document number ends at `floor`.
    """
    skipped = 0
    after_number = floor > 0 and _CLOSING_MARKS.fullmatch(text, floor, first) is not None
    if first > 0 and text[first - 1] in "0123456789０１２３４５６７８９" and (match := _COUNTED_NOUN_RE.match(mark)):
        skipped, after_number = match.end(), match[0] == "号"
    join = _JOINING_WORD_RE.match(mark, skipped) if after_number else None
    return join.end() if join else skipped


def canonical_number(number: str) -> str:
    """Return a text's first document number in canonical spelling, else the text.

    The result has at most 80 characters.
    """
    numbers = find_numbers(number)
    return (numbers[0] if numbers else "".join(number.split()))[:80]
