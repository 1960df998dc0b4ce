"""Pure checks of accounts; limits come from the rule sets."""

from collections.abc import Iterable
from datetime import date, timedelta

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.law.figures import get_figures_in_force
from gongkai.work.newmedia.models import Account, AccountColumn, AccountProblem, AccountState


def is_unit_shown_in_name(name: str, units: Iterable[str]) -> bool:
    """Return true if an account's name shows two characters of its unit's name.

    Source: 国办发〔2018〕123号 (名称简洁规范, 与主办单位工作职责相关联). Common words (人民政府, 发布, 政务) do not count.
    """
    common_pairs = {
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
    name_pairs = {name[index : index + 2] for index in range(len(name) - 1)} - common_pairs
    return any(
        unit[index : index + 2] in name_pairs and re.fullmatch(f"[{HAN}]{{2}}", unit[index : index + 2])
        for unit in units
        for index in range(len(unit) - 1)
    )


def get_stale_days() -> int:
    """Return the number of days without an update after which an account is stale."""
    return int(get_figures_in_force()["newmedia.update"].value)


def count_idle_days(account: Account, today: date) -> int | None:
    """Return the days since the last update or the opening; None if unknown."""
    last_day = account.updated_on or account.opened_on
    return (today - last_day).days if last_day else None


def is_stale(account: Account, today: date) -> bool:
    """Return True if an open account had no update within the permitted days, or none is known."""
    idle = count_idle_days(account, today)
    return account.state == AccountState.OPEN and (idle is None or idle > get_stale_days())


def get_account_light(account: Account, today: date) -> str:
    """Return the account's traffic light.

    Red: stale or without leader (S-06); yellow: stale soon; blue: filing; grey: closed or refused.
    """
    if account.state in {AccountState.CLOSED, AccountState.REFUSED}:
        return "grey"
    if account.state == AccountState.FILING:
        return "blue"
    if is_stale(account, today) or account.leader_id is None:
        return "red"
    idle = count_idle_days(account, today) or 0
    return "yellow" if idle > get_stale_days() - int(get_figures_in_force()["newmedia.warn"].value) else "green"


def get_column_light(column: AccountColumn, today: date) -> str:
    """Return the column's traffic light by the age of its last update.

    Grey: not open; green also without a cycle.
    """
    if not column.opened:
        return "grey"
    if not column.cycle_days:
        return "green"
    last_day = column.updated_on or column.opened_on
    return "red" if last_day is None or last_day + timedelta(days=column.cycle_days) < today else "green"


def list_missing_column_fields(column: AccountColumn) -> list[str]:
    """Return a message for each field that a column lacks for its opening (P-02)."""
    required = (
        (column.content, "栏目内容"),
        (column.cycle_days is not None, "更新周期"),
        (column.owner_id, "责任单位"),
        (column.person_id, "责任人"),
    )
    return [f"还没有填写{name}。" for is_filled, name in required if not is_filled]


def find_account_problems(account: Account, today: date, doubled: bool) -> list[AccountProblem]:
    """Return the problems of an open account that can be computed (W-09).

    Args:
        doubled: the unit has another open account on the same platform.
    """
    checks = [
        (is_stale(account, today), AccountProblem.STALE),
        (account.funds is None or account.funds <= 0, AccountProblem.FUNDS),
        (account.keeper_id is None or account.keepers == 0, AccountProblem.KEEPER),
        (account.leader_id is None, AccountProblem.LEADER),
        (
            account.followers is not None
            and account.followers < int(get_figures_in_force()["newmedia.followers"].value),
            AccountProblem.FOLLOWERS,
        ),
        (doubled, AccountProblem.DOUBLE),
    ]
    return [reason for is_found, reason in checks if is_found]
