"""What days of publishing say about a duty to publish: a pure rule, the same days give the same verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gongkai.lib.chinese import lazy_re as re


class Result:
    """Verdicts. None of them closes anything: a person decides."""

    MET = "met"
    LATE = "late"
    SHORT = "short"
    MISSING = "missing"
    WAITING = "waiting"
    UNCLEAR = "unclear"


LABELS = {
    Result.MET: "已公开",
    Result.LATE: "公开晚于期限",
    Result.SHORT: "次数不足",
    Result.MISSING: "到期未见公开",
    Result.WAITING: "尚未公开，未到期",
    Result.UNCLEAR: "机器不能核验",
}
#: What somebody has to look into, the worst first.
FAULTS = (Result.MISSING, Result.SHORT, Result.LATE)


#: Words of a path that leads where the public, and this machine, see nothing: a unit's own notice orders what stands in its inner network, too.
_WITHIN = re.compile(r"内网|内部网|局域网|办公网|办公自动化|协同办公|办公平台|(?<![A-Za-z])OA(?![A-Za-z])")


def unseen(paths: Sequence[Sequence[str]]) -> str:
    """Return why the machine cannot look a duty up whose paths lead to no column that it knows."""
    within = [path for path in paths if any(_WITHIN.search(name) for name in path)]
    if within and len(within) == len(paths):
        return f"“{within[0][0]}”在单位内部网络，系统看不到，请由本单位公开工作机构核对"[:300]
    return "公开路径没有对应的栏目，也没有检查过本单位自己的网站"


@dataclass(frozen=True)
class Judged:
    """A verdict with its reason, one Chinese line, and how often it was published in the time that counts."""

    result: str
    why: str
    count: int


def judge(days: Sequence[date], *, wanted: int, first: date, due: date, today: date) -> Judged:
    """Return the verdict on a duty to publish so many times from one day to another.

    Args:
        days: on which something of the unit was published in the column.
        wanted: times, at least one.
        first: the first day that counts.
        due: the last day allowed.
        today: what was published after it does not count yet.
    """
    counted = sorted(day for day in days if first <= day <= today)
    count = len(counted)
    span = f"{first.isoformat()}以来公开{count}次"
    if count >= wanted:
        reached = counted[wanted - 1]
        if reached > due:
            return Judged(
                Result.LATE, f"{reached.isoformat()}才达到{wanted}次，期限是{due.isoformat()}", count
            )
        return Judged(Result.MET, f"{span}，要求{wanted}次；最近{counted[-1].isoformat()}", count)
    if today <= due:
        return Judged(Result.WAITING, f"{span}，要求{wanted}次，期限{due.isoformat()}", count)
    if count:
        return Judged(Result.SHORT, f"{span}，要求{wanted}次，已过期限{due.isoformat()}", count)
    return Judged(
        Result.MISSING, f"{first.isoformat()}以来栏目中没有本单位公开的信息，已过期限{due.isoformat()}", 0
    )
