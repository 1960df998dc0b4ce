"""Judge a publication duty by the titles and dates of the texts in its column. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.matching.disclosures import extract_matter_name, find_years, get_due_year, is_yearly


class DutyResult:
    """Possible results of checking a publication duty. None of them closes the task: a person decides."""

    MET = "met"
    LATE = "late"
    SHORT = "short"
    MISSING = "missing"
    WAITING = "waiting"
    UNSURE = "unsure"
    UNCLEAR = "unclear"


RESULT_LABELS = {
    DutyResult.MET: "已公开",
    DutyResult.LATE: "公开晚于期限",
    DutyResult.SHORT: "次数不足",
    DutyResult.MISSING: "到期未见公开",
    DutyResult.WAITING: "尚未公开，未到期",
    DutyResult.UNSURE: "待核对",
    DutyResult.UNCLEAR: "机器不能核验",
}
#: Verdicts that need attention, worst first.
FAULT_RESULTS = (DutyResult.MISSING, DutyResult.SHORT, DutyResult.LATE)


#: Words of paths into internal networks, which this installation cannot read.
_INTERNAL_NETWORK_WORD_RE = re.compile(
    r"内网|内部网|局域网|办公网|办公自动化|协同办公|办公平台|(?<![A-Za-z])OA(?![A-Za-z])"
)


def explain_unchecked(paths: Sequence[Sequence[str]]) -> str:
    """Return the reason why a duty cannot be checked: none of its paths is a known column."""
    within = [path for path in paths if any(_INTERNAL_NETWORK_WORD_RE.search(name) for name in path)]
    if within and len(within) == len(paths):
        return f"“{within[0][0]}”在单位内部网络，系统看不到，请由本单位公开工作机构核对"[:300]
    return "公开路径没有对应的栏目，也没有检查过本单位自己的网站"


#: The single object of a duty, at its end: 公开 and the object.
_DUTY_OBJECT_RE = re.compile(r"(?:公开|公布|发布|公示)([^，,；;。]{2,40})[。.]?$")
_BRACKETED_REMARK_RE = re.compile(r"[（(][^（()）]*[)）]")
_OWN_UNIT_PREFIX_RE = re.compile("^本(?:行政机关|机关|单位|部门|地区|级|[省市县区])|^本?年度|^[省市县区]级")
#: Words that separate several objects; titles alone cannot prove such a duty.
_SEVERAL_OBJECTS_RE = re.compile(r"[、和与及或等]|以及|同步|各类|情况.*标准")


@dataclass(frozen=True)
class DutySubject:
    """The subject of a publication duty: name ("" if unclear), year or that of the deadline, and if it is yearly."""

    name: str
    year: int
    yearly: bool


def find_duty_subject(duty: str, due: date) -> DutySubject:
    """Return the subject of a duty; the name is empty for several subjects or none.

    >>> find_duty_subject("2027年1月31日前，公开2026年度政府信息公开工作年度报告（公开路径：网站>年报）。", date(2027, 1, 31))
    DutySubject(name='政府信息公开工作年度报告', year=2026, yearly=True)
    >>> find_duty_subject("公开养老服务机构名录、收费标准。", date(2026, 1, 31)).name
    ''
    """
    match = _DUTY_OBJECT_RE.search(_BRACKETED_REMARK_RE.sub("", duty).strip())
    text = _OWN_UNIT_PREFIX_RE.sub("", match[1]) if match else ""
    if not text or _SEVERAL_OBJECTS_RE.search(text):
        return DutySubject("", due.year, False)
    name, years = extract_matter_name(text), find_years(text)
    year = max(years) if years else get_due_year(name, due.year)
    return DutySubject(name, year, bool(years) or is_yearly(name))


@dataclass(frozen=True)
class DutyJudgement:
    """The judgement of a publication duty: result, reason in Chinese (`why`), and number of texts that count."""

    result: str
    why: str
    count: int


def judge_duty(days: Sequence[date], *, required: int, begins: date, due: date, today: date) -> DutyJudgement:
    """Judge a duty to publish a number of times within a period.

    Args:
        days: publication dates in the column.
        required: required number, at least one.
        begins: first day that counts.
        due: last day allowed.
        today: later publications do not count yet.
    """
    counted = sorted(day for day in days if begins <= day <= today)
    count = len(counted)
    span = f"{begins.isoformat()}以来公开{count}次"
    if count >= required:
        reached = counted[required - 1]
        if reached > due:
            return DutyJudgement(
                DutyResult.LATE, f"{reached.isoformat()}才达到{required}次，期限是{due.isoformat()}", count
            )
        return DutyJudgement(DutyResult.MET, f"{span}，要求{required}次；最近{counted[-1].isoformat()}", count)
    if today <= due:
        return DutyJudgement(DutyResult.WAITING, f"{span}，要求{required}次，期限{due.isoformat()}", count)
    if count:
        return DutyJudgement(DutyResult.SHORT, f"{span}，要求{required}次，已过期限{due.isoformat()}", count)
    return DutyJudgement(
        DutyResult.MISSING, f"{begins.isoformat()}以来没有见到本单位公开本项信息，已过期限{due.isoformat()}", 0
    )


def judge_texts(
    certain: Sequence[date], open_days: Sequence[date], *, required: int, begins: date, due: date, today: date
) -> DutyJudgement:
    """Judge a duty in whose column some texts can only be recognised by a person.

    Args:
        certain: dates of texts whose titles name the subject, or that a person confirmed.
        open_days: dates of the other texts in the column.
        required: required number, at least one.
        begins: first day that counts.
        due: last day allowed.
        today: later publications do not count yet.
    """
    sure = judge_duty(certain, required=required, begins=begins, due=due, today=today)
    possible = judge_duty([*certain, *open_days], required=required, begins=begins, due=due, today=today)
    if possible.result == DutyResult.SHORT:
        waiting = possible.count - sure.count
        why = f"{possible.why}" + (f"（其中{waiting}次待核对）" if waiting else "")
        return replace(possible, why=why, count=sure.count)
    if possible.result == sure.result:
        return sure
    count = sum(begins <= day <= today for day in open_days)
    return DutyJudgement(
        DutyResult.UNSURE, f"栏目中有{count}条信息的标题没有写明是本项要求的内容，请打开核对", sure.count
    )
