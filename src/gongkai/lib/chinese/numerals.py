"""Parse and write Chinese numerals: 三十五, 二〇二六, 一百零二."""

_DIGIT_VALUES = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,  # a circle typed for the zero, common in dates
    "Ｏ": 0,
    "两": 2,
}
_CHINESE_DIGITS = "零一二三四五六七八九"
_UNIT_VALUES = {"十": 10, "百": 100, "千": 1000}
_MYRIAD_VALUES = {"万": 10_000, "亿": 100_000_000}
#: The characters of numerals below ten thousand (万 and 亿 often stand for a unit: 3万元), to stand inside square brackets.
NUMERAL_CHARACTERS = "零〇一二三四五六七八九十百千两"


def to_int(text: str) -> int | None:
    """Return the value of a number in Chinese or Arabic digits, None where it is none.

    Digits in a row are read one by one (二〇二六), units multiply (三千五百, 两万); 百二 is 102, as in 第一百二条.

    >>> to_int("三十五"), to_int("十二"), to_int("二〇二六"), to_int("一百零二"), to_int("１２")
    (35, 12, 2026, 102, 12)
    >>> to_int("三三十"), to_int("十百"), to_int("")
    (None, None, None)
    """
    if text.isdecimal():
        return int(text)
    total = 0
    for myriad in ("亿", "万"):
        head, separator, text = text.rpartition(myriad)
        if separator:
            value = _parse_below_myriad(head)
            if not value:
                return None
            total += value * _MYRIAD_VALUES[myriad]
            if not text:
                return total
    rest = _parse_below_myriad(text)
    return None if rest is None else total + rest


def _parse_below_myriad(text: str) -> int | None:
    """Return a number below 10,000 in Chinese digits, or None."""
    if not text or any(char not in _DIGIT_VALUES and char not in _UNIT_VALUES for char in text):
        return None
    if not any(char in _UNIT_VALUES for char in text):
        return int("".join(str(_DIGIT_VALUES[char]) for char in text))
    total, digit, smallest = 0, None, 10_000
    for char in text:
        if char in _DIGIT_VALUES:
            if digit:  # two digits side by side: 三三十
                return None
            digit = _DIGIT_VALUES[char]
        else:
            unit = _UNIT_VALUES[char]
            if unit >= smallest or (digit == 0 and total == 0):
                return None
            total, digit, smallest = total + (digit or 1) * unit, None, unit
    return total + (digit or 0)


def to_words(value: int) -> str:
    """Write a whole number from 0 to 99,999,999 in Chinese: 12 → 十二, 102 → 一百零二.

    >>> [to_words(n) for n in (0, 10, 20, 102, 115, 1003, 20000)]
    ['零', '十', '二十', '一百零二', '一百一十五', '一千零三', '二万']

    Raises:
        ValueError: the number is negative or larger.
    """
    if not 0 <= value < 100_000_000:
        raise ValueError(f"cannot write {value} in Chinese")
    high, low = divmod(value, 10_000)
    below_myriad = _write_below_myriad(low)
    if high:
        below_myriad = f"{_write_below_myriad(high)}万{'零' if 0 < low < 1000 else ''}{below_myriad}"
    return (below_myriad.removeprefix("一") if below_myriad.startswith("一十") else below_myriad) or "零"


def write_digits(number: str, zero: str = "〇") -> str:
    """Write Arabic digits as Chinese digits, one by one.

    >>> write_digits("2026"), write_digits("502", "零")
    ('二〇二六', '五零二')
    """
    return "".join(_CHINESE_DIGITS[int(digit)] for digit in number).replace("零", zero)


def _write_below_myriad(value: int) -> str:
    """Return a number below 10,000 in Chinese, with 零 for skipped units."""
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            text += f"{'零' if gap and text else ''}{_CHINESE_DIGITS[digit]}{name}"
        gap = not digit
    return text


def compute_percent(part: int, whole: int) -> int | None:
    """Return a share in whole percent; 100 only for all and 0 only for none.

    >>> compute_percent(5, 14), compute_percent(299, 300), compute_percent(1, 300), compute_percent(0, 0)
    (36, 99, 1, None)
    """
    if not whole:
        return None
    rounded = (200 * part + whole) // (2 * whole)
    return rounded if part in (0, whole) else min(max(rounded, 1), 99)


def compute_mean(total: int, count: int) -> float | None:
    """Return an average with one decimal, rounded half up; None for no items.

    >>> compute_mean(9, 4), compute_mean(129, 4), compute_mean(0, 3), compute_mean(0, 0)
    (2.3, 32.3, 0.0, None)
    """
    return (20 * total + count) // (2 * count) / 10 if count else None
