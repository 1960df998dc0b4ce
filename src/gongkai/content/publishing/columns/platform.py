"""The disclosure platform (政府信息公开平台) that every site has, with its fixed children.

Sources: 国办公开办函〔2019〕61号; 条例 art. 12 (指南), 20–21 (法定主动公开), 27 (依申请), 50 (年报).
"""

from dataclasses import dataclass

from gongkai.content.editions.column_names import PLATFORM, PROVISIONAL, STATUTORY, key_of
from gongkai.content.editions.models import Column, Website


@dataclass(frozen=True)
class Fixed:
    """A fixed column: its mark, path, update cycle in days (0: changes with the facts) and content."""

    mark: str
    path: tuple[str, ...]
    cycle_days: int
    content: str
    required: bool = True


FIXED: tuple[Fixed, ...] = (
    Fixed("platform", (PLATFORM,), 31, "政府信息公开平台：指南、制度、法定主动公开内容、年报和依申请公开入口。"),
    Fixed("guide", (PLATFORM, "政府信息公开指南"), 0, "政府信息公开指南：公开范围、方式、机构和依申请公开程序。"),
    Fixed("rules", (PLATFORM, "政府信息公开制度"), 0, "政府信息公开条例及配套制度规定。"),
    Fixed(
        "statutory",
        (PLATFORM, STATUTORY),
        31,
        "按照《中华人民共和国政府信息公开条例》第二十条、第二十一条应当主动公开的信息。",
    ),
    Fixed("annual", (PLATFORM, "政府信息公开年报"), 366, "历年政府信息公开工作年度报告。"),
    Fixed("request", (PLATFORM, "依申请公开"), 0, "向本机关申请获取政府信息的渠道、方式和说明。"),
    Fixed(
        "provisional",
        (PLATFORM, STATUTORY, PROVISIONAL),
        0,
        "其他依法应当主动公开的信息；对应栏目尚未开通的，先在此公开。",
        required=False,
    ),
)


def missing_fixed(website: Website) -> list[str]:
    """Return what the platform of a site lacks, in a sentence fixed columns that are absent, in another those not open."""
    there = {column.fixed: column for column in Column.objects.filter(website=website).exclude(fixed="")}
    there |= {c.key: c for c in Column.objects.filter(website=website, key__startswith=PLATFORM)}
    absent, closed = [], []
    for fixed in FIXED:
        if not fixed.required:
            continue
        column = there.get(fixed.mark) or there.get(key_of(fixed.path))
        if column is None:
            absent.append(f"“{fixed.path[-1]}”")
        elif not column.is_open or column.archived_at:
            closed.append(f"“{fixed.path[-1]}”")
    lacks = [f"{website.name}缺少固定栏目{'、'.join(absent)}。"] if absent else []
    return [*lacks, f"{website.name}的固定栏目{'、'.join(closed)}尚未开通。"] if closed else lacks
