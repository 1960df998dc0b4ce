"""What speaks against an account: pure functions over its facts, the numbers from the rule sets."""

from collections.abc import Iterable
from datetime import date, timedelta

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.law.figures import figures
from gongkai.work.newmedia.models import Account, AccountColumn, AccountState, Reason


def name_shows_unit(name: str, units: Iterable[str]) -> bool:
    """Whether an account's name shows whose it is: it shares two characters in a row with a name of the unit or of its government.

    Source: 国办发〔2018〕123号 (名称简洁规范, 与主办单位工作职责相关联). Words that every name has (人民政府, 发布, 政务) show nothing.
    """
    common = {
        "人民",
        "民政",
        "政府",
        "政务",
        "发布",
        "公众",
        "官方",
        "微信",
        "微博",
        "办公",
        "公室",
        "委员",
        "员会",
    }
    has = {name[at : at + 2] for at in range(len(name) - 1)} - common
    return any(
        name[at : at + 2] in has and re.fullmatch(f"[{HAN}]{{2}}", name[at : at + 2])
        for unit in units
        for at, name in ((at, unit) for at in range(len(unit) - 1))
    )


def stale_after() -> int:
    """Return the days without an update after which an account is stale."""
    return int(figures()["newmedia.update"].value)


def days_idle(account: Account, today: date) -> int | None:
    """Return the days since an account was updated, or opened; None where neither is known."""
    last = account.updated_on or account.opened_on
    return (today - last).days if last else None


def is_stale(account: Account, today: date) -> bool:
    """Whether an open account had no update within the term (two weeks); of what nothing is known, too."""
    idle = days_idle(account, today)
    return account.state == AccountState.OPEN and (idle is None or idle > stale_after())


def light_of(account: Account, today: date) -> str:
    """Return an account's light: red where stale or without a leader (S-06), yellow shortly before, grey where closed, blue while being filed."""
    if account.state in {AccountState.CLOSED, AccountState.REFUSED}:
        return "grey"
    if account.state == AccountState.FILING:
        return "blue"
    if is_stale(account, today) or account.leader_id is None:
        return "red"
    idle = days_idle(account, today) or 0
    return "yellow" if idle > stale_after() - int(figures()["newmedia.warn"].value) else "green"


def column_light(column: AccountColumn, today: date) -> str:
    """Return the light of a column inside an account: red past its cycle, which runs from the day it opened; grey while it is not open."""
    if not column.opened:
        return "grey"
    if not column.cycle_days:
        return "green"
    last = column.updated_on or column.opened_on
    return "red" if last is None or last + timedelta(days=column.cycle_days) < today else "green"


def column_lacks(column: AccountColumn) -> list[str]:
    """Return what a column needs before it may open (P-02)."""
    wanted = (
        (column.content, "栏目内容"),
        (column.cycle_days is not None, "更新周期"),
        (column.owner_id, "责任单位"),
        (column.person_id, "责任人"),
    )
    return [f"还没有填写{name}。" for there, name in wanted if not there]


def against(account: Account, today: date, doubled: bool) -> list[Reason]:
    """Return what a machine can say against an open account (W-09).

    Args:
        account: an open one.
        today: by which day.
        doubled: the unit has another open one on the same platform.
    """
    found = [
        (is_stale(account, today), Reason.STALE),
        (account.funds is None or account.funds <= 0, Reason.FUNDS),
        (account.keeper_id is None or account.keepers == 0, Reason.KEEPER),
        (account.leader_id is None, Reason.LEADER),
        (
            account.followers is not None and account.followers < int(figures()["newmedia.followers"].value),
            Reason.FOLLOWERS,
        ),
        (doubled, Reason.DOUBLE),
    ]
    return [reason for there, reason in found if there]
