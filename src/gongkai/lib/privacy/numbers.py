"""Find ID numbers and unified social credit codes of sole traders."""

from collections.abc import Callable, Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.identity import (
    CREDIT_ALPHABET,
    REGION_CODES,
    check_credit_code,
    check_identity_number,
    is_old_identity_number,
    looks_like_identity_number,
)
from gongkai.lib.privacy.digits import (
    COUNTING_UNIT_PATTERN,
    DIGIT_SEPARATOR_CLASS,
    NUMBER_END_PATTERN,
    SERIAL_NUMBER_LABELS,
    contains_other_number,
    find_overlapping,
    get_group_sizes,
    make_number_start_pattern,
    remove_separators,
)
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.search_text import SearchText
from gongkai.lib.privacy.surroundings import PersonSpans, has_label_before

#: Characters allowed between two digits of one number: spaces, a line break, zero-width marks, dashes, dots.
_ID_SEPARATORS = r"[\s\u200b-\u200f\u2060\ufeff\u00ad\-\u2010-\u2015_.·,/]{0,4}"


def _join_with_gaps(*parts: str, gap: str = _ID_SEPARATORS) -> str:
    return gap.join(parts)


_DIGIT = "[0-9]"
_ID_NUMBER_18_RE = re.compile(
    _join_with_gaps(
        make_number_start_pattern("[1-9]", "[0-9]"),
        *[_DIGIT] * 5,
        "(?:1",
        "[89]|2",
        "0)",
        *[_DIGIT] * 2,
        "[01]",
        _DIGIT,
        "[0-3]",
        *[_DIGIT] * 4,
        "[0-9Xx×]",
    )
    + r"(?![0-9])"
)
_ID_NUMBER_15_RE = re.compile(
    _join_with_gaps(
        make_number_start_pattern("[1-7]"),
        *[_DIGIT] * 7,
        "[01]",
        _DIGIT,
        "[0-3]",
        *[_DIGIT] * 4,
        gap=DIGIT_SEPARATOR_CLASS,
    )
    + NUMBER_END_PATTERN
)
_CREDIT_CODE_RE = re.compile(
    make_number_start_pattern(f"[{CREDIT_ALPHABET}]") + rf"(?:[ \-]?[{CREDIT_ALPHABET}]){{17}}" + NUMBER_END_PATTERN
)

_ID_LABELS = ("身份证", "身份号", "证件号", "公民身份", "证号", "居民证", "身份信息", "社会保障号", "证件")
_ACCOUNT_LABELS = ("账号", "帐号", "卡号", "存折", "账户", "一卡通")


def _is_serial_number(search_text: SearchText, start: int) -> bool:
    return has_label_before(search_text, start, SERIAL_NUMBER_LABELS, 7) and not has_label_before(
        search_text, start, _ID_LABELS, 16
    )


def find_id_numbers(search_text: SearchText) -> Iterator[Finding]:
    """Yield ID numbers of 18 or 15 digits (GB 11643) with a valid check digit or a label."""
    last_end = -1
    long: set[int] = set()
    for start, end in find_overlapping(_ID_NUMBER_18_RE, search_text.digits):
        raw = search_text.digits[start:end]
        number = remove_separators(raw)
        why_not = check_identity_number(number, regions=REGION_CODES).why
        if start < last_end or why_not not in ("ok", "check") or contains_other_number(raw):
            continue
        if (
            why_not == "ok"
            and _is_serial_number(search_text, start)
            and not has_label_before(search_text, start, ("登记号码", "保障号"), 8)
        ):
            continue
        if why_not == "ok":
            why = "居民身份证号码（18位，校验码正确），不得公开"
        elif has_label_before(search_text, start, _ID_LABELS) and not has_label_before(
            search_text, start, SERIAL_NUMBER_LABELS, 8
        ):
            why = "标明为身份证号码（校验码不符，可能有错字），不得公开"
        else:
            continue
        last_end = end
        long.update(range(start, end))
        yield Finding("id_number", start, end, search_text.source[start:end], why)
    last_end = -1
    for start, end in find_overlapping(_ID_NUMBER_15_RE, search_text.digits):
        number = remove_separators(search_text.digits[start:end])
        is_labelled = has_label_before(search_text, start, _ID_LABELS)
        if contains_other_number(search_text.digits[start:end]):
            continue
        if not is_labelled and has_label_before(search_text, start, _ACCOUNT_LABELS, 10):
            continue
        if (
            start < last_end
            or start in long
            or not is_old_identity_number(number)
            or COUNTING_UNIT_PATTERN.match(search_text.text, end)
        ):
            continue
        if not is_labelled and (
            len(get_group_sizes(search_text.digits[start:end])) > 3
            or has_label_before(search_text, start, SERIAL_NUMBER_LABELS, 8)
        ):
            continue
        last_end = end
        yield Finding("id_number", start, end, search_text.source[start:end], "第一代居民身份证号码（15位），不得公开")


def find_disability_numbers(search_text: SearchText) -> Iterator[Finding]:
    """Yield numbers of 残疾人证: an ID number followed by category and grade."""
    for match in re.finditer(
        r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx][1-7][1-4](?:B[0-9])?(?![0-9A-Za-z])", search_text.digits
    ):
        start, end = match.span()
        if check_identity_number(match[0][:18], regions=REGION_CODES).valid:
            why = "残疾人证号含居民身份证号码和残疾类别等级，不得公开"
            yield Finding("id_number", start, end, search_text.source[start:end], why)


def find_malformed_ids(search_text: SearchText) -> Iterator[Finding]:
    """Yield labelled numbers of ID and disability cards with a wrong length or digit."""
    pattern = re.compile(
        r"(?:(?:身份证|残疾人?证)件?|公民身份)(?:号码|号)?[是为:\s(]{0,3}([1-9][0-9]{13,18}(?:[0-9]?[0-9Xx]|[0-9]{2}B[0-9]))"
        r"(?![0-9A-Za-z])"
    )
    for match in pattern.finditer(search_text.digits):
        start, end = match.span(1)
        why = "标明为身份证或残疾人证号码（有误），仍可能认出本人"
        yield Finding("id_number", start, end, search_text.source[start:end], why)


#: `str.upper` makes two characters of ß and ﬁ, so that offsets would shift.
_CAPITALS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def find_trader_credit_codes(search_text: SearchText) -> Iterator[Finding]:
    """Yield credit codes of sole traders (prefix 92); codes of other bodies are public by law."""
    for match in _CREDIT_CODE_RE.finditer(search_text.text.translate(_CAPITALS)):
        code = remove_separators(match[0])
        if check_credit_code(code).valid and code.startswith("92"):
            start, end = match.span()
            why = "个体工商户的统一社会信用代码可查到经营者本人，是否公开由审核人确定"
            yield Finding("credit_code", start, end, search_text.source[start:end], why)


_NAME_SEPARATORS_RE = re.compile(r"[(,，:：\s|]{0,3}")


def find_ids_after_names(search_text: SearchText, people: PersonSpans) -> Iterator[Finding]:
    """Yield numbers shaped like an ID number right after a private name."""
    for match in re.finditer(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])", search_text.digits):
        start, end = match.span()
        name_end = people.last_end_before(start, start - 4)
        if (
            name_end >= 0
            and _NAME_SEPARATORS_RE.fullmatch(search_text.text[name_end:start])
            and looks_like_identity_number(match[0])
        ):
            reason = "紧跟姓名的身份证号码（校验码不符，可能有错字），不得公开"
            yield Finding("id_number", start, end, search_text.source[start:end], reason)


#: Functions that find numbers; the first one that matches a number decides its kind.
FINDERS: tuple[Callable[[SearchText], Iterator[Finding]], ...] = (
    find_id_numbers,
    find_disability_numbers,
    find_trader_credit_codes,
    find_malformed_ids,
)
