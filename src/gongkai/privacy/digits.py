"""Rows of digits in a text: what may part them, what counts a thing, what calls them a serial number."""

import re
from collections.abc import Iterator

SPACE = r"[\s\u200b-\u200f\u2060\ufeff\u00ad\-\u2010-\u2015]{0,4}"
LEFT = r"(?<![0-9A-Za-z])(?<![0-9]\.)"
RIGHT = r"(?![0-9A-Za-z])"
_SQUEEZE = re.compile(r"[^0-9A-Za-z×]")
NUMBER_LABEL = (
    "编号", "单号", "流水号", "合同号", "项目代码", "项目编码", "订单", "票据号", "准考证", "索引号", "受理号", "工单",
    "案号", "文号", "批号", "条形码", "编码", "证书号", "许可证", "产权证", "登记号", "备案号", "宗地", "图号", "代码", "批准文号",
    "发票", "注册号", "档案号", "运单", "快递", "学号", "回执", "查询码", "序列号", "学籍号", "设备号", "型号",
)  # fmt: skip
UNITS = re.compile(
    r"[ \t]{0,2}(?:亿|万|千|百)?(?:元|平方|亩|吨|公斤|千克|公里|千米|立方|人次|人(?!员|民|及|的)|件|个|户|万|亿|"
    r"米|升|千瓦|度|粒|羽|尾|次|册|株|头|只|辆|套|%)"
)


def groups(raw: str) -> list[int]:
    """Return how long the groups of digits in a string are."""
    return [len(part) for part in re.split(r"[^0-9]+", raw) if part]


def scan(pattern: re.Pattern[str], text: str, group: int = 0) -> Iterator[tuple[int, int]]:
    """Yield overlapping candidates: the search goes on one group of digits after a candidate's start."""
    at = 0
    while found := pattern.search(text, at):
        yield found.span(group)
        at = found.start() + 1


def squeezed(raw: str) -> str:
    """Return a number without what parts its groups, × read as X."""
    return _SQUEEZE.sub("", raw).upper().replace("×", "X")
