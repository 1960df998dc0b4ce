"""Find ID numbers and unified social credit codes of sole traders."""

from collections.abc import Callable, Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.identity import (
    CREDIT_ALPHABET,
    HOLDERS,
    check_credit_code,
    check_id,
    check_old_id,
    looks_like_id,
)
from gongkai.lib.privacy.digits import (
    NUMBER_LABEL,
    RIGHT,
    SPACE,
    UNITS,
    first,
    groups,
    holds_another,
    scan,
    squeezed,
)
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.surroundings import People, labelled

#: What may stand between two digits of one number: spaces, a line break, zero-width marks, dashes, dots.
_GAP = r"[\s\u200b-\u200f\u2060\ufeff\u00ad\-\u2010-\u2015_.·,/]{0,4}"


def _spread(*parts: str, gap: str = _GAP) -> str:
    return gap.join(parts)


_D = "[0-9]"
_ID18 = re.compile(
    _spread(
        first("[1-9]", "[0-9]"),
        *[_D] * 5,
        "(?:1",
        "[89]|2",
        "0)",
        *[_D] * 2,
        "[01]",
        _D,
        "[0-3]",
        *[_D] * 4,
        "[0-9Xx×]",
    )
    + r"(?![0-9])"
)
_ID15 = re.compile(_spread(first("[1-7]"), *[_D] * 7, "[01]", _D, "[0-3]", *[_D] * 4, gap=SPACE) + RIGHT)
_CREDIT = re.compile(first(f"[{CREDIT_ALPHABET}]") + rf"(?:[ \-]?[{CREDIT_ALPHABET}]){{17}}" + RIGHT)

_ID_LABEL = ("身份证", "身份号", "证件号", "公民身份", "证号", "居民证", "身份信息", "社会保障号", "证件")
_ACCOUNT_LABEL = ("账号", "帐号", "卡号", "存折", "账户", "一卡通")


def _is_serial(frame: Frame, start: int) -> bool:
    return labelled(frame, start, NUMBER_LABEL, 7) and not labelled(frame, start, _ID_LABEL, 16)


def id_numbers(frame: Frame) -> Iterator[Finding]:
    """Yield ID numbers of 18 or 15 digits (GB 11643) with a valid check digit or a label."""
    last = -1
    long: set[int] = set()
    for start, end in scan(_ID18, frame.digits):
        raw = frame.digits[start:end]
        number = squeezed(raw)
        why_not = check_id(number, regions=HOLDERS).why
        if start < last or why_not not in ("ok", "check") or holds_another(raw):
            continue
        if (
            why_not == "ok"
            and _is_serial(frame, start)
            and not labelled(frame, start, ("登记号码", "保障号"), 8)
        ):
            continue
        if why_not == "ok":
            why = "居民身份证号码（18位，校验码正确），不得公开"
        elif labelled(frame, start, _ID_LABEL) and not labelled(frame, start, NUMBER_LABEL, 8):
            why = "标明为身份证号码（校验码不符，可能有错字），不得公开"
        else:
            continue
        last = end
        long.update(range(start, end))
        yield Finding("id_number", start, end, frame.source[start:end], why)
    last = -1
    for start, end in scan(_ID15, frame.digits):
        number = squeezed(frame.digits[start:end])
        named = labelled(frame, start, _ID_LABEL)
        if holds_another(frame.digits[start:end]):
            continue
        if not named and labelled(frame, start, _ACCOUNT_LABEL, 10):
            continue
        if start < last or start in long or not check_old_id(number) or UNITS.match(frame.text, end):
            continue
        if not named and (
            len(groups(frame.digits[start:end])) > 3 or labelled(frame, start, NUMBER_LABEL, 8)
        ):
            continue
        last = end
        yield Finding(
            "id_number", start, end, frame.source[start:end], "第一代居民身份证号码（15位），不得公开"
        )


def disability_papers(frame: Frame) -> Iterator[Finding]:
    """Yield numbers of 残疾人证: an ID number followed by category and grade."""
    for found in re.finditer(
        r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx][1-7][1-4](?:B[0-9])?(?![0-9A-Za-z])", frame.digits
    ):
        start, end = found.span()
        if check_id(found[0][:18], regions=HOLDERS).valid:
            why = "残疾人证号含居民身份证号码和残疾类别等级，不得公开"
            yield Finding("id_number", start, end, frame.source[start:end], why)


def loose_ids(frame: Frame) -> Iterator[Finding]:
    """Yield labelled ID numbers of the wrong length or date (digit lost or mistyped)."""
    pattern = re.compile(
        r"身份证(?:件)?(?:号码|号)?(?:[是为:\s(]){0,3}((?:[1-9][0-9]{13,18}[0-9Xx]))(?![0-9A-Za-z])"
    )
    for found in pattern.finditer(frame.digits):
        start, end = found.span(1)
        why = "标明为身份证号码（位数或日期有误），仍可能认出本人"
        yield Finding("id_number", start, end, frame.source[start:end], why)


def credit_codes(frame: Frame) -> Iterator[Finding]:
    """Yield credit codes of sole traders (prefix 92); those of other bodies are public by law."""
    for found in _CREDIT.finditer(frame.text.upper()):
        code = squeezed(found[0])
        if check_credit_code(code).valid and code.startswith("92"):
            start, end = found.span()
            why = "个体工商户的统一社会信用代码可查到经营者本人，是否公开由审核人确定"
            yield Finding("credit_code", start, end, frame.source[start:end], why)


_NEXT_TO = re.compile(r"[(,，:：\s|]{0,3}")


def ids_of_people(frame: Frame, people: People) -> Iterator[Finding]:
    """Yield numbers shaped like an ID number right after a private name."""
    for found in re.finditer(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])", frame.digits):
        start, end = found.span()
        named = people.last_before(start, start - 4)
        if named >= 0 and _NEXT_TO.fullmatch(frame.text[named:start]) and looks_like_id(found[0]):
            why = "紧跟姓名的身份证号码（校验码不符，可能有错字），不得公开"
            yield Finding("id_number", start, end, frame.source[start:end], why)


#: What looks for numbers, in the order in which a number is claimed.
FINDERS: tuple[Callable[[Frame], Iterator[Finding]], ...] = (
    id_numbers,
    disability_papers,
    credit_codes,
    loose_ids,
)
