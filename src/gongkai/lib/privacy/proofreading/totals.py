"""Check totals against the parts after them, and attendance figures."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import read_rows
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.search_text import SearchText

_COUNTED_NUMBER = r"(?P<n>[0-9]{1,6})(?![0-9.%])"
#: The counted persons may stand before the number (应到代表145名), but not in another clause.
_COUNTED_PERSONS = r"[^0-9，,。；;：:、（(）)\n]{0,8}?"
_SENTENCE = re.compile(r"[^。；;\n]{0,300}")
_EXPECTED_COUNT_RE = re.compile(
    rf"应(?:当)?(?:到会|到|出席|参加|参会|参训|参评|参选|参考|考|试){_COUNTED_PERSONS}{_COUNTED_NUMBER}"
)
_PRESENT_COUNT_RE = re.compile(
    rf"(?:实(?:际|有)?(?:到会|到|出席|参加|参会|参训|参评|参选|参考|考)|(?<=[，,、；])(?:出席|到会)){_COUNTED_PERSONS}{_COUNTED_NUMBER}"
)
_ABSENT_COUNT_RE = re.compile(
    rf"(?:请假|缺席|缺勤|缺考|弃考|未到|因公|因病|因事|病假|事假|公假|公派|公出|外出|休假|出差){_COUNTED_PERSONS}{_COUNTED_NUMBER}"
)
_HAN_CHARACTER = re.compile(f"[{HAN}]")
#: Persons present without being expected, or a share of those before: the numbers need not add up.
_INEXACT_ATTENDANCE_RE = re.compile(r"列席|旁听|线上|其余|补考|含|其中|迟到|委托|[以之]上|约")


def find_attendance_errors(search_text: SearchText) -> Iterator[Finding]:
    """Yield meetings whose expected number differs from present plus absent."""
    text = search_text.text
    for demanded in _EXPECTED_COUNT_RE.finditer(text):
        begin, end = demanded.span("n")
        sentence = _SENTENCE.match(text, end)
        clause = sentence[0] if sentence else ""
        matches, away = (list(_PRESENT_COUNT_RE.finditer(clause)), list(_ABSENT_COUNT_RE.finditer(clause)))
        if (
            len(matches) != 1
            or not away
            or _INEXACT_ATTENDANCE_RE.search(clause[: max(matches[0].end(), away[-1].end())])
        ):
            continue
        if text[end : end + 1] in "—－-~至":
            continue
        total, there = int(demanded["n"]), int(matches[0]["n"])
        missing = sum(int(match["n"]) for match in away)
        if there + missing != total:
            stop = end + max(matches[0].end("n"), away[-1].end("n"))
            stop += bool(_HAN_CHARACTER.match(text, stop))
            reason = f"应到{total}与实到、请假等合计{there + missing}不符，请核对"
            yield Finding("sum", begin, stop, search_text.source[begin:stop], reason)


_COUNTED_UNIT = (
    r"(?:万元|亿元|元|万件|万册|万套|万户|万吨|万只|万头|万株|万台|万辆|万次|万平方米|万公顷|万人次|人次|万人|人|名|户|件|个|项|条|家|起|所|处|宗|份|篇|场|次|批次|亩|公里|吨|套|台|辆|期|批|"
    r"只|头|株|平方米|公顷|万亩|例|栋|座|间|本|册|艘|口|盏|张|辆次|车次|班次)"
)
_DECIMAL_NUMBER = r"[0-9]{1,3}(?:[,，][0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
_LABELLED_TOTAL_RE = re.compile(
    rf"(?:共计|合计|总计|累计|总共|一共|共(?!同|和|产|青|享|建|计)|总数[为是]?|总额[为是]?|总量[为是]?)(?P<what>[^0-9，,。；;：:、\n]{{0,14}}?)(?P<n>{_DECIMAL_NUMBER})\s?(?P<u>{_COUNTED_UNIT})"
    rf"(?P<mid>[^0-9，,。；;：:、\n（(]{{0,12}})(?P<link>[，,：:；;（(]\s?(?:其中|分别为|分别是|包括|含|即)?[：:，,]?)"
)
_BARE_TOTAL_RE = re.compile(
    rf"(?<![0-9.,，至\-—])(?P<n>{_DECIMAL_NUMBER})\s?(?P<u>{_COUNTED_UNIT})(?P<mid>)(?P<link>[，,：:；;（(]\s?其中[：:，,]?)"
)
_LISTED_PART_RE = re.compile(
    rf"(?P<label>[^0-9，,。；;：:、\n（）()]{{0,16}}?)(?P<n>{_DECIMAL_NUMBER})\s?(?P<u>{_COUNTED_UNIT})(?P<rest>[^0-9，,。；;：:、\n（）()]{{0,6}})"
)
#: Words of opposite meaning, whose numbers together give the whole.
COMPLEMENT_PAIRS: tuple[tuple[str, str], ...] = tuple((row[0], row[1]) for row in read_rows("complements"))


#: Parts of a whole that overlap (党员、女性): they need not add up.
_OVERLAPPING_PART_RE = re.compile(
    r"党员|女|少数民族|岁|学历|本科|研究生|大专|博士|硕士|以上|以下|重点|新增|新建|续建|完成|优秀|骨干|高级|中级|贫困|低保"
)

#: Maximum number of totals to whose lists one part may belong; each list is read from its own total.
_MAX_OVERLAPS = 10


def find_sum_errors(search_text: SearchText) -> Iterator[Finding]:
    """Yield totals that differ from the sum of a complete list after them."""
    text = search_text.text
    totals = list(_LABELLED_TOTAL_RE.finditer(text))
    labelled_starts = {found.start("n") for found in totals}
    totals += [match for match in _BARE_TOTAL_RE.finditer(text) if match.start("n") not in labelled_starts]
    budget = _MAX_OVERLAPS * len(text)
    for found in totals:
        total, unit = _parse_number(found["n"]), found["u"]
        listed, end = _read_parts(text, found.end(), unit)
        budget -= end - found.end()
        if budget < 0:
            return  # no text: each total of it begins a list that contains all the others
        if len(listed) < 2:
            continue
        values = [value for _, value in listed]
        ends = is_list_closed(text, found.end(), end)
        wrong = _find_broken_rule(total, listed, found, ends) or _check_named_parts(total, listed, found)
        if wrong:
            start, stop = found.start("n"), end - (text[end - 1] in "，,、；;")
            computed = (
                _format_number(_sum_complements(listed))
                if wrong == "pair" and len(listed) > 2
                else _format_number(sum(values))
            )
            reason = f"总数{_format_number(total)}与各分项之和{computed}不符，请核对"
            yield Finding("sum", start, stop, search_text.source[start:stop], reason)


def is_list_closed(text: str, begin: int, end: int) -> bool:
    """Return whether a list of parts ends at an offset."""
    if text[end : end + 1] in ("。", "；", ";", "\n", "", ")", "）"):
        return True
    # 城区19起、乡镇15起，拆除…: another mark than those between the items.
    return text[end - 1] in "，," and "、" in text[begin : end - 1] and not re.search("[，,]", text[begin : end - 1])


def _parse_number(text: str) -> float:
    return float(re.sub("[,，]", "", text))


def _format_number(number: float) -> str:
    return f"{number:.4f}".rstrip("0").rstrip(".")


def _read_parts(text: str, at: int, unit: str) -> tuple[list[tuple[str, float]], int]:
    """Return (list of (label, amount) from an offset on, end of the list)."""
    parts: list[tuple[str, float]] = []
    begin = at
    while match := _LISTED_PART_RE.match(text, at):
        if match["u"] != unit or not (match["label"] or match["rest"]) or _NON_PART_WORD_RE.search(match["label"]):
            break
        parts.append((match["label"], _parse_number(match["n"])))
        at = match.end()
        if text[at : at + 1] not in ("，", ",", "、", "；", ";"):
            break
        if len(parts) > 1 and text[at] in "；;" and "、" in text[begin:at]:
            break  # 小学76所、初中21所；幼儿园63所: beside the list
        at += 1
    return parts, at


_NON_PART_WORD_RE = re.compile(
    r"其中|另|包括|含|比|增长|同比|占|达(?!标)|以上|以下|每|平均|人均|截至|上年|去年|同期|第"
)


def _sum_complements(parts: list[tuple[str, float]]) -> float:
    """Return the sum of two parts with opposite labels, or -1 without such a pair."""
    for label_word, opposite_word in COMPLEMENT_PAIRS:
        first_values = [value for label, value in parts if label_word in label and opposite_word not in label]
        second_values = [value for label, value in parts if opposite_word in label]
        if len(first_values) == 1 and len(second_values) == 1:
            return first_values[0] + second_values[0]
    return -1.0


def _find_broken_rule(total: float, parts: list[tuple[str, float]], match: re.Match[str], is_closed_list: bool) -> str:
    """Return "pair" or "list" for parts that do not add up to the total, else ""."""
    link = match["link"]
    pair = _sum_complements(parts)
    parts_sum = sum(value for _, value in parts)
    allowed = 0.011 * max(len(parts), 1)
    if pair >= 0 and all(pair != value for _, value in parts) and _is_complete_pair(total, pair, parts, link):
        off = min(abs(pair - total), abs(parts_sum - total)) > allowed
        # A third part beside the two makes the list one of three.
        three = len(parts) > 2 and abs(parts_sum - total) < abs(pair - total)
        return ("list" if three else "pair") if off else ""
    if abs(parts_sum - total) <= allowed or _has_partial_sum(total, parts):
        return ""
    subset = "其中" in link or "含" in link
    if not subset and (":" in link or "：" in link or "分别" in link or "即" in link):
        return "list"
    labels = [label.strip() for label, _ in parts]
    if any(_OVERLAPPING_PART_RE.search(label) for label in labels) or not all(labels):
        return ""
    alike = len({label[-1] for label in labels}) == 1
    if alike and (parts_sum > total or not subset):
        return "list"
    # Of three and more parts that end the sentence, a whole that is missed by little is a slip in adding up.
    # Behind 其中 the list may be open, so that less may be missing.
    is_near = abs(parts_sum - total) <= (0.07 if subset and parts_sum < total else 0.12) * total
    if len(parts) == 2:
        is_near = abs(parts_sum - total) <= 0.065 * total
        # People are counted in several ways at once (党员12人、退役军人5人), things hardly.
        is_over = total < parts_sum <= 1.25 * total and match["u"] not in ("人", "名", "户", "万人", "人次", "万人次")
    else:
        is_over = parts_sum > total and not _OVERLAPPING_PART_RE.search(link)
    return "list" if is_closed_list and (is_near or is_over) else ""


def _is_complete_pair(total: float, pair: float, parts: list[tuple[str, float]], link: str) -> bool:
    """Return true if the parts are all of the total, not some of it."""
    if len(parts) > 2:
        return abs(pair - total) <= 0.15 * total
    sure = any(label.lstrip("有").startswith(("男", "不", "未", "非")) for label, _ in parts)
    return sure or "其中" not in link or 0.5 * total <= pair <= 1.5 * total


def _check_named_parts(total: float, parts: list[tuple[str, float]], match: re.Match[str]) -> str:
    """Return "list" if the total names all parts but differs from their sum, else ""."""
    counted = match.groupdict().get("what") or ""
    labels = [label.strip() for label, _ in parts]
    if len(set(labels)) < 2 or not all(label and label in counted for label in labels):
        return ""
    parts_sum = sum(value for _, value in parts)
    return "list" if len("".join(labels)) + 3 >= len(counted.removeprefix("有")) and parts_sum != total else ""


def _has_partial_sum(total: float, parts: list[tuple[str, float]]) -> bool:
    """Return whether the first parts alone add up to the total."""
    running = 0.0
    for place, (_, value) in enumerate(parts):
        running += value
        if place and abs(running - total) <= 0.011 * (place + 1):
            return True
    return False
