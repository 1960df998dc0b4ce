"""Shared patterns for digit groups: separators, counting units, labels of serial numbers."""

from collections.abc import Iterator
from datetime import date

from gongkai.lib.chinese import lazy_re as re

#: Characters allowed between the digits of one number: spaces, invisible characters, dashes.
DIGIT_SEPARATOR_CLASS = r"[\s\u200b-\u200f\u2060\ufeff\u00ad\-\u2010-\u2015]{0,4}"
#: End of a number: neither digit nor Latin letter follows.
NUMBER_END_PATTERN = r"(?![0-9A-Za-z])"
_NOT_ALPHANUMERIC_RE = re.compile(r"[^0-9A-Za-z×]")
#: Labels of numbers that identify no person.
SERIAL_NUMBER_LABELS = (
    "编号", "单号", "流水号", "合同号", "项目代码", "项目编码", "订单", "票据号", "准考证", "索引号", "受理号", "工单",
    "案号", "文号", "批号", "条形码", "编码", "证书号", "许可证", "产权证", "登记号", "备案号", "宗地", "图号", "代码", "批准文号",
    "发票", "注册号", "档案号", "运单", "快递", "学号", "回执", "查询码", "序列号", "学籍号", "设备号", "型号", "借据", "凭证号", "保单号",
)  # fmt: skip
#: Units after a number that make it an amount.
COUNTING_UNIT_PATTERN = re.compile(
    r"[ \t]{0,2}(?:亿|万|千|百)?(?:元|平方|亩|吨|公斤|千克|公里|千米|立方|人次|"
    r"人(?!员|民|及|的|口|数|均|为|在|名|工|社|力|事|才|际|身|家)|件|个(?!人|体)|户(?!主|籍|名|口|型|均)|万|亿|"
    r"米|升|千瓦|度|粒|羽|尾|次|册|株|头|只|辆|套|%)"
)


def make_number_start_pattern(char: str, before: str = "[0-9A-Za-z]") -> str:
    """Return a regular expression for the first character of a number.

    The character must not follow `before` or a decimal point. It comes first in the expression
    because that makes searches faster.
    """
    return rf"{char}(?<!{before}{char})(?<![0-9]\.{char})"


def get_group_sizes(raw: str) -> list[int]:
    """Return the length of each digit group in a string."""
    return [len(part) for part in re.split(r"[^0-9]+", raw) if part]


_MOBILE_NUMBER_RE = re.compile(r"1[3-9][0-9]{9}")


def contains_other_number(raw: str) -> bool:
    """Return true if one of several digit groups is a number of its own."""
    groups = [group for group in re.split(r"[^0-9Xx×]+", raw) if group]
    if len(groups) < 2:
        return False
    longest = max(groups[1:], key=len)
    return any(_MOBILE_NUMBER_RE.fullmatch(group) for group in groups) or (
        len(groups[0]) > 2 and len(longest) > 15 and (len(longest) == 18 or passes_luhn_check(longest))
    )


def find_overlapping(pattern: re.Pattern[str], text: str, group: int = 0) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of a group of each match, also of overlapping ones."""
    at = 0
    while match := pattern.search(text, at):
        yield match.span(group)
        at = match.start() + 1


def find_near_sign(
    pattern: re.Pattern[str], sign: re.Pattern[str], text: str, back: int, ahead: int
) -> Iterator[re.Match[str]]:
    """Yield the matches of a pattern that contain a match of `sign`; faster than `finditer` for rare signs.

    Equal to ``pattern.finditer(text)`` if every match contains the sign, begins at most `back` characters before it
    and ends, with its lookaheads, at most `ahead` characters after it.
    """
    done = 0
    for match in sign.finditer(text):
        if match.start() < done:
            continue
        found = pattern.search(text, max(done, match.start() - back), match.end() + ahead)
        if found:
            yield found
            done = found.end()


def remove_separators(raw: str) -> str:
    """Return a number without separators, with × read as X."""
    return _NOT_ALPHANUMERIC_RE.sub("", raw).upper().replace("×", "X")


def is_valid_date(year: int, month: int, day: int) -> bool:
    """Return whether year, month and day form a valid date."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def passes_luhn_check(number: str) -> bool:
    """Return whether the digits pass the Luhn check (ISO/IEC 7812-1), as bank cards do."""
    total = 0
    for place, char in enumerate(reversed(number)):
        digit = int(char)
        if place % 2:
            digit = digit * 2 - 9 if digit > 4 else digit * 2
        total += digit
    return total % 10 == 0
