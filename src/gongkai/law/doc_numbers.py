"""Document numbers (发文字号) and numbers of orders (令第N号) in running text, in their normal form.

Source of the form: 党政机关公文处理工作条例 第九条 (issuer's mark, year, serial) and GB/T 9704-2012 (年份用六角括号括入，序号不加“第”，
不编虚位). Every pattern is linear: quantifiers are possessive, and each stretch of text is looked at a bounded number of times.
"""

import re
from collections.abc import Iterator

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACE = r"[\s\u200b\u2060\ufeff]"
_S = _SPACE + "*+"
_D = "[0-9０-９]"
_SERIAL = rf"{_D}(?:{_S}{_D})*+"
#: What follows the mark: ``〔2020〕3号``; or the end of an order: ``令第3号``.
_TAIL = re.compile(
    rf"[〔﹝\[［【(（]{_S}(?P<year>{_D}(?:{_S}{_D}){{3}}){_S}[〕﹞\]］】)）]{_S}(?:第{_S})?+(?P<serial>{_SERIAL}){_S}号"
    rf"|令{_S}第{_S}(?P<order>{_SERIAL}){_S}号"
)
_IS_HAN = re.compile(f"[{_HAN}]")
_IS_SPACE = re.compile(_SPACE)
_BLANKS = re.compile(rf"{_SPACE}+")
_ASCII_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")

#: Before 令 these make another word, which is no order: 责令第3号…, 命令, 司令.
_NO_ORDER = "责命司"

#: Words after which a mark begins.
LEAD_INS = (
    *(
        "根据",
        "按照",
        "依据",
        "依照",
        "参照",
        "遵照",
        "转发",
        "落实",
        "贯彻",
        "执行",
        "详见",
        "参见",
        "印发",
        "废止",
        "修订",
    ),
    *(
        "遵循",
        "违反",
        "适用",
        "对照",
        "引用",
        "代替",
        "替代",
        "取代",
        "修改",
        "撤销",
        "关于",
        "收到",
        "现将",
        "文号",
        "字号",
    ),
)
_LEAD_IN = re.compile("|".join(LEAD_INS))
#: What may join a number to the one right before it.
_JOIN = re.compile(r"(?:文件|文)?(?:以及|和|及|与|或)")
#: Between two numbers this still counts as right after.
_CLOSERS = re.compile(rf"(?:{_SPACE}|[)）\]］】〕〉》」』”’\"'])*+")
#: One-character prepositions, cut only before words that begin a mark beyond doubt.
_PREPOSITION = re.compile("[经由以按依据见被对将](?=国办|国发|国函|国令|国务院|中办|中发|中华人民共和国)")
#: A counted noun right after a digit ends what stands before the mark: 3月5日国办发…, 第5号国办发….
_COUNTED = re.compile("[号日年月条款项]")


def find_numbers(text: str) -> list[str]:
    """Return the document numbers in a text, normalised, each once, in order of first appearance.

    A mark begins after punctuation, white space that is not inside the number, or a lead-in word (`LEAD_INS`); right after
    another number also after 和、及、与、或、以及. ``某政办发 [2020] 第003号`` becomes ``某政办发〔2020〕3号``.
    """
    return list(dict.fromkeys(_numbers(text)))


def _numbers(text: str) -> Iterator[str]:
    end = 0  # of the number before
    for match in _TAIL.finditer(text):
        mark = _mark(text, match.start(), end)
        end = match.end()
        if not mark or (match["order"] and mark[-1] in _NO_ORDER):
            continue
        if match["order"]:
            yield f"{mark}令第{_digits(match['order'])}号"
        else:
            year = _BLANKS.sub("", match["year"]).translate(_ASCII_DIGITS)
            yield f"{mark}〔{year}〕{_digits(match['serial'])}号"


def _digits(serial: str) -> str:
    return _BLANKS.sub("", serial).translate(_ASCII_DIGITS).lstrip("0") or "0"


def _mark(text: str, at: int, floor: int) -> str:
    """Return the issuer's mark that ends before `at`, looking back no further than `floor`; "" where there is none."""
    last = _back(text, at, floor, _IS_SPACE)
    first = _back(text, last, floor, _IS_HAN)
    mark = text[first:last]
    if len(mark) == 1:
        first, mark = _spaced(text, first, floor, mark)
    mark = mark[_skip(text, first, floor, mark) :]
    cut = 0
    for lead_in in _LEAD_IN.finditer(mark):
        cut = lead_in.end()
    mark = mark[cut:]
    preposition = _PREPOSITION.match(mark)
    return mark[preposition.end() :] if preposition else mark


def _back(text: str, at: int, floor: int, kind: re.Pattern[str]) -> int:
    """Walk back over characters of one kind."""
    while at > floor and kind.match(text, at - 1):
        at -= 1
    return at


def _spaced(text: str, first: int, floor: int, mark: str) -> tuple[int, str]:
    """Join a mark printed with spaces between its characters (国 办 发 〔2020〕 3 号), three characters or more."""
    letters, at = [mark], first
    while True:
        before = _back(text, at, floor, _IS_SPACE)
        single = (
            before < at and "\n" not in text[before:at] and _back(text, before, floor, _IS_HAN) == before - 1
        )
        if not single:
            break
        at = before - 1
        letters.append(text[at])
    return (at, "".join(reversed(letters))) if len(letters) >= 3 else (first, mark)


def _skip(text: str, first: int, floor: int, mark: str) -> int:
    """Return how many characters at the head of a run belong to what stands before the mark."""
    skipped = 0
    after_number = floor > 0 and _CLOSERS.fullmatch(text, floor, first) is not None
    if (
        first > 0
        and text[first - 1] in "0123456789０１２３４５６７８９"
        and (counted := _COUNTED.match(mark))
    ):
        skipped, after_number = counted.end(), counted[0] == "号"
    join = _JOIN.match(mark, skipped) if after_number else None
    return join.end() if join else skipped
