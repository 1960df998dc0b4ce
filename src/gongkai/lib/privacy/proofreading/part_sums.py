"""Check totals after their parts, counts of yes and no, percentages and changes."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.proofreading.shares import (
    ITEM_CHARACTER_CLASS,
    NOT_ADDITIVE_WORD_PATTERN,
    NUMBER_PATTERN,
    UNIT_PATTERN,
    compute_half_precision,
    format_amount,
    get_base_unit,
    to_base_value,
)
from gongkai.lib.privacy.search_text import SearchText

_TOTAL_AFTER_PARTS_RE = re.compile(
    rf"[，,、；;]\s?(?:以上|上述|[一二三四]季度|[上下]半年|全年|全月|当月|三年|前[0-9一二三四五六七八九十]{{1,2}}个?月)?(?:[一二两三四五六七八九十]{{1,2}}(?:项|者|类|部分|地|家|个[{HAN}]{{1,3}}))?"
    rf"(?:共计|合计|总计|总共|一共|全部合计|加起来|共(?!同|和|产|青|享|建)){ITEM_CHARACTER_CLASS}{{0,6}}?(?P<n>{NUMBER_PATTERN})\s?(?P<u>(?!%){UNIT_PATTERN})(?:[（(](?P<v>[{HAN}、]{{1,12}})[）)])?(?![{HAN}]{{0,4}}以[上下])"
)
_LISTED_PART_RE = re.compile(
    rf"(?P<label>{ITEM_CHARACTER_CLASS}{{0,20}}?)(?P<n>{NUMBER_PATTERN})\s?(?P<u>{UNIT_PATTERN})(?P<rest>{ITEM_CHARACTER_CLASS}{{0,6}})$"
)
#: A year or month that begins an item (2025年完成门诊12.4万人次).
_LEADING_DATE_RE = re.compile(
    r"^[^0-9]{0,4}(?:19|20)[0-9]{2}年(?:[0-9]{1,2}月|[0-9]{1,2}[—至-][0-9]{1,2}月)?(?:[0-9]{1,2}日)?"
)
_SENTENCE_BEFORE_RE = re.compile(r"[^。；;：:\n]{0,240}$")
#: Between the items of a list; 和 and 及 only behind an amount.
_ITEM_SEPARATOR_RE = re.compile(
    r"[，,、]|(?<=[元人次名户件个项条家起所处宗份篇场亩套台辆期只头株例栋座间本册吨斤盏张艘里米时批票支门块片枚箱封笔床架列口尾顶])(?:和|及|以及)"
)
#: 合格146批次，不合格5批次 behind 150批次.
_YES_AND_NO_COUNTS_RE = re.compile(
    rf"(?P<n>{NUMBER_PATTERN})\s?(?P<u>{UNIT_PATTERN}){ITEM_CHARACTER_CLASS}{{0,8}}[，,；;（(]\s?(?:其中[：:]?)?(?P<yes>{ITEM_CHARACTER_CLASS}{{2,10}}?)(?P<a>{NUMBER_PATTERN})\s?(?P=u){ITEM_CHARACTER_CLASS}{{0,4}}[，,、；;]"
    rf"\s?(?:有|仍有|尚有|还有)?(?P<no>[不未非无]{ITEM_CHARACTER_CLASS}{{1,8}}?)(?P<b>{NUMBER_PATTERN})\s?(?P=u)"
)


def find_addition_errors(search_text: SearchText) -> Iterator[Finding]:
    """Yield totals and differences that contradict the numbers next to them."""
    yield from _check_totals_after_parts(search_text)
    yield from _check_yes_and_no(search_text)


def _check_totals_after_parts(search_text: SearchText) -> Iterator[Finding]:
    """Yield totals that nearly, but not exactly, equal the sum of the parts before them."""
    text = search_text.text
    for match in _TOTAL_AFTER_PARTS_RE.finditer(text):
        sentence = _SENTENCE_BEFORE_RE.search(text, max(0, match.start() - 240), match.start())
        parts = _list_parts_before(sentence[0] if sentence else "", match["u"], match["v"] or "")
        if not parts:
            continue
        total, running, sums = to_base_value(match["n"], match["u"]), 0.0, []
        for _, amount, unit in reversed(parts):
            running += to_base_value(amount, unit)
            sums.append(running)
        slack = (
            compute_half_precision(match["n"], match["u"])
            + sum(compute_half_precision(amount, unit) for _, amount, unit in parts) * 0.5
        )
        if any(abs(number - total) <= slack + 1e-6 for number in sums[1:]):
            continue
        loose = any(NOT_ADDITIVE_WORD_PATTERN.search(label) for label, _, _ in parts)
        tolerance = 0.12 if len(parts) > 2 else 0.065
        if not loose and abs(running - total) <= max(tolerance * total, 2 if total < 60 else 0):
            reason = f"总数与前面各项之和{format_amount(running, match['u'])}不符，请核对"
            amount = sentence[0] if sentence else ""
            begins = match.start() - len(amount) + max(amount.find(parts[0][0] + parts[0][1]), 0)
            yield _make_finding(search_text, begins, match.end("n"), reason)


def _list_parts_before(text: str, unit: str, other: str) -> list[tuple[str, str, str]]:
    """Return (label, amount, unit) of the parts at the end of a text; `other`: further units allowed, joined by 、."""
    parts: list[tuple[str, str, str]] = []
    units = {get_base_unit(unit), *other.split("、")}
    for item in reversed(_ITEM_SEPARATOR_RE.split(text)):
        match = _LISTED_PART_RE.match(_LEADING_DATE_RE.sub("", item.strip()))
        if not match or get_base_unit(match["u"]) not in units:
            break
        label = match["label"]
        parts.insert(0, (label.removeprefix("其中"), match["n"], match["u"]))
        if label.startswith("其中"):
            break  # the preceding number is the total
    return parts


def _check_yes_and_no(search_text: SearchText) -> Iterator[Finding]:
    """Yield totals of two opposite counts that nearly, but not exactly, add up."""
    for match in _YES_AND_NO_COUNTS_RE.finditer(search_text.text):
        unit = match["u"]
        if re.match(
            rf"{ITEM_CHARACTER_CLASS}{{0,6}}[，,、；;]{ITEM_CHARACTER_CLASS}{{0,16}}{NUMBER_PATTERN}\s?{re.escape(unit)}",
            search_text.text[match.end() : match.end() + 40],
        ):
            continue  # a third kind follows
        total, both = (
            to_base_value(match["n"], unit),
            to_base_value(match["a"], unit) + to_base_value(match["b"], unit),
        )
        slack = sum(compute_half_precision(match[name], unit) for name in "nab")
        if slack < abs(both - total) <= max(0.15 * total, 2):
            reason = f"两项之和{format_amount(both, unit)}与总数{format_amount(total, unit)}不符，请核对"
            yield _make_finding(search_text, match.start("n"), match.end("b"), reason)


def _make_finding(search_text: SearchText, start: int, end: int, reason: str) -> Finding:
    return Finding("sum", start, end, search_text.source[start:end], reason)
