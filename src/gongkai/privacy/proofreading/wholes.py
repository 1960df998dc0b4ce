"""Wholes before their parts where the wording says that the list is complete: 其余, 分别为, 用于…用于…, what is done and what is not.

`totals` knows 共…，其中…; here the whole needs no word of its own, and the parts may be in another unit (1.2亿元, 6000万元).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gongkai.privacy import lazy_re as re
from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.proofreading.amounts import LOOSE, WORDS, N, U, base, plain, rough, value
from gongkai.privacy.proofreading.totals import COMPLEMENTS, closes

_WHOLE = re.compile(
    rf"(?P<n>{N})\s?(?P<u>(?!%){U})(?P<mid>{WORDS}{{0,8}}?)[，,：:；;（(]\s?(?P<link>其中[：:，,]?)?"
    rf"(?P<each>(?:[^0-9，,。；;：:\n（）()]{{0,30}})分别(?:为|是|有|达|达到)?(?=[0-9]))?"
)
_PART = re.compile(rf"\s?(?P<label>{WORDS}{{0,18}}?)(?P<n>{N})\s?(?P<u>(?!%){U})(?P<rest>{WORDS}{{0,10}})")
_BEFORE = re.compile(r"[^。；;\n]{0,60}$")
_AMOUNT = re.compile(rf"(?P<n>{N})\s?(?P<u>{U})")
_REST = re.compile(r"^(?:其余|剩余|余下|剩下|其他)")
_NO_PART = re.compile(
    r"比|增长|同比|占|以上|以下|每|平均|人均|截至|上年|去年|同期|第|超过|不足|约|至|到|其中|包括|共[计有]|合计|总[计共]"
)
#: Words that begin every item of a list that shares out a whole.
_SHARING = re.compile(r"^(?:用于|投入|安排|奖励|补助|拨付|分配)")


@dataclass(frozen=True, slots=True)
class _Part:
    label: str
    number: str
    unit: str
    rest: str

    @property
    def value(self) -> float:
        return value(self.number, self.unit)


_OF_THESE = re.compile(rf"(?<=[，,；;（(])其中[：:，,]?(?=[^0-9，,。；;\n]{{1,18}}{N})")


def distant(frame: Frame) -> Iterator[Finding]:
    """Yield wholes with another amount between them and their parts (23家，床位3200张，其中公办8家、民办14家)."""
    text = frame.text
    for found in _OF_THESE.finditer(text):
        begin = found.end()
        first = _PART.match(text, begin)
        before = _BEFORE.search(text, max(0, found.start() - 60), found.start())
        if not first or not before:
            continue
        amounts = list(_AMOUNT.finditer(before[0]))
        alike = [hit for hit in amounts if base(hit["u"]) == base(first["u"])]
        if not alike or alike[-1] is amounts[-1] or len(alike) > 1:
            continue
        whole, parts = alike[0], _listed(text, begin, first["u"], False)
        made, slack = sum(part.value for part in parts[0]), rough(whole["n"], whole["u"])
        total = value(whole["n"], whole["u"])
        closed = closes(text, begin, parts[1])
        near = 0.1 if _complements(parts[0]) else 0.12 if len(parts[0]) > 2 else 0.065
        loose = any(LOOSE.search(part.label) for part in parts[0])
        if len(parts[0]) > 1 and closed and not loose and slack + 1e-6 < abs(total - made) <= near * total:
            start, stop = before.start() + whole.start(), parts[1] - (text[parts[1] - 1] in "，,、；;")
            why = f"总数{plain(total, whole['u'])}与各分项之和{plain(made, whole['u'])}不符，请核对"
            yield Finding("sum", start, stop, frame.source[start:stop], why)


def wholes(frame: Frame) -> Iterator[Finding]:
    """Yield wholes that are not the sum of their parts."""
    text = frame.text
    for found in _WHOLE.finditer(text):
        unit = found["u"]
        parts, end = _listed(text, found.end(), unit, bool(found["each"]))
        if len(parts) < 2 or LOOSE.search(text[max(0, found.start() - 2) : found.start()]):
            continue
        whole, sum_ = value(found["n"], unit), sum(part.value for part in parts)
        slack = rough(found["n"], unit) + 0.5 * sum(rough(part.number, part.unit) for part in parts)
        if abs(whole - sum_) <= slack + 1e-6 or _early(parts, whole, slack):
            continue
        ends = closes(text, found.end(), end)
        if abs(whole - sum_) <= _allowed(found, parts, ends) * whole and not _is_part(text, found):
            start, stop = found.start("n"), end - (text[end - 1] in "，,、；;")
            why = f"总数{plain(whole, unit)}与各分项之和{plain(sum_, unit)}不符，请核对"
            yield Finding("sum", start, stop, frame.source[start:stop], why)


def _listed(text: str, at: int, unit: str, bare: bool) -> tuple[list[_Part], int]:
    """Return the parts listed from a place on, in the whole's base unit, and where the list ends."""
    parts: list[_Part] = []
    begin = at
    while part := _PART.match(text, at):
        if base(part["u"]) != base(unit) or not (bare or part["label"]) or _NO_PART.search(part["label"]):
            break
        parts.append(_Part(part["label"], part["n"], part["u"], part["rest"]))
        at = part.end()
        if text[at : at + 1] not in ("，", ",", "、", "；", ";"):
            break
        if len(parts) > 1 and text[at] in "；;" and "、" in text[begin:at]:
            break  # beside the list
        at += 1
    return parts, at


def _early(parts: list[_Part], whole: float, slack: float) -> bool:
    """Return whether the first two or more parts already make the whole, or the first and the last."""
    if len(parts) > 2 and abs(parts[0].value + parts[-1].value - whole) <= slack + 1e-6:
        return True  # 检查60家，发现问题25家，其余30家: the middle is of the first
    running = parts[0].value
    for part in parts[1:]:
        running += part.value
        if abs(running - whole) <= slack + 1e-6:
            return True
    return False


def _allowed(found: re.Match[str], parts: list[_Part], ends: bool) -> float:
    """Return how far the sum may be off, as a share of the whole, and still be a slip: nought where the list may be open."""
    labels = [part.label for part in parts]
    if any(LOOSE.search(label) for label in labels[:-1]):
        return 0.0
    last = bool(_REST.match(labels[-1])) and (bool(found["link"]) or not labels[-1].startswith("其他"))
    if not last and LOOSE.search(labels[-1]):
        return 0.0
    changed = bool(found["link"]) and any(part.unit != found["u"] for part in parts)
    ways = (
        (last, 0.3),
        (bool(found["each"]), 0.2),
        (ends and all(_SHARING.match(label) for label in labels), 0.15),
        (_complements(parts), 0.1),
        (ends and changed, 0.12 if len(parts) > 2 else 0.065),
    )
    return max(share for holds, share in ways if holds) if any(holds for holds, _ in ways) else 0.0


def _is_part(text: str, found: re.Match[str]) -> bool:
    """Return whether the whole is itself a part of a larger amount in the sentence (计划150台，已完工83台，…)."""
    before = _BEFORE.search(text, max(0, found.start() - 60), found.start())
    return any(
        base(hit["u"]) == base(found["u"]) and value(hit["n"], hit["u"]) >= value(found["n"], found["u"])
        for hit in _AMOUNT.finditer(before[0] if before else "")
    )


def _complements(parts: list[_Part]) -> bool:
    """Return whether there are just two parts, of what is and what is not (已办结, 正在办理)."""
    if len(parts) != 2:
        return False
    first, second = (part.label + part.rest for part in parts)
    return any(one in first and other in second and other not in first for one, other in COMPLEMENTS)
