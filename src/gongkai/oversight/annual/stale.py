"""Find facts in drafted texts that no longer match the ledgers and tables.

A text is compared with a new draft: facts in the draft's wording must have the current number.
Facts that changed since the draft (`Section.basis`) are reported even if reworded.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.oversight.annual.models import Section

#: A fact in drafted wording: words, number, unit.
_FACT = re.compile(r"([^\d\s，。；：（）〔〕]{2,40})(\d[\d.]*)(件|条|项|个(?!工作日)|元)")
#: Reporting period in a text, which depends on the last day that counts.
_DAY = r"\d{4}年\d{1,2}月\d{1,2}日"
_PERIOD = re.compile(rf"(数据统计期限)为({_DAY}至{_DAY})")
NOTHING = "没有"
#: The only fact that drafts express in words if the count is zero.
_LATE, _NONE_LATE = "超过法定期限办结或者逾期未办结", "没有超过法定期限的"
_SAYS_NONE_LATE = re.compile(rf"(?<!有){_NONE_LATE}")


@dataclass(frozen=True)
class Changed:
    """A changed fact: name, old and current value; `stated` if the text itself contains it."""

    name: str
    was: str
    now: str
    stated: bool

    @property
    def said(self) -> str:
        """Return the change as a phrase."""
        before = self.was if self.was == NOTHING else f"为{self.was}"
        after = self.now if self.now == NOTHING else f"是{self.now}"
        return f"“{self.name}”{'文中' if self.stated else '起草时'}{before}，现在{after}"


def _name(words: str) -> str:
    return (
        words.lstrip("、").removeprefix("其中").removeprefix("个")
    )  # keep 、 within a name: 行政复议、行政诉讼结果纠正


def facts_in(text: str) -> dict[str, str]:
    """Return the facts in a text by name, with number and unit, or the period. Pure."""
    found: dict[str, str] = {}
    for name, number, unit in _FACT.findall(text):
        found.setdefault(_name(name), f"{number}{unit}")
    for name, period in _PERIOD.findall(text):
        found.setdefault(name, period)
    if _SAYS_NONE_LATE.search(text):
        found.setdefault(_LATE, NOTHING)
    return found


def changed(text: str, basis: str, now: str) -> list[Changed]:
    """Return the outdated facts of a text. Pure.

    Args:
        text: the current text.
        basis: the draft on which it is based or confirmed; empty if none.
        now: the current draft.
    """
    if text.strip() == now.strip():
        return []
    stated, then, so = facts_in(text), facts_in(basis), facts_in(now)
    found = []
    for name in dict.fromkeys((*stated, *then, *so)):
        is_now = so.get(name, NOTHING)
        if name in stated and (name in so or name in then):
            if stated[name] != is_now:
                found.append(Changed(name, stated[name], is_now, stated=True))
        elif basis and then.get(name, NOTHING) != is_now:
            found.append(Changed(name, then.get(name, NOTHING), is_now, stated=False))
    return found


def changed_in(section: Section, drafts: Mapping[int, str]) -> list[Changed]:
    """Return the outdated facts of a section."""
    return changed(section.text, section.basis, drafts[section.number]) if section.text.strip() else []


def brought_up(text: str, now: str) -> str:
    """Return a text with current numbers in facts that use the draft's wording. Pure."""
    so = facts_in(now)

    def put(found: re.Match[str]) -> str:
        name, number, unit = found.groups()
        said = so.get(_name(name), number + unit)
        return _NONE_LATE if said == NOTHING else f"{name}{said}"

    if (late := so.get(_LATE, NOTHING)) != NOTHING:
        text = _SAYS_NONE_LATE.sub(f"{_LATE}{late}", text)
    text = _PERIOD.sub(lambda found: f"{found[1]}为{so.get(found[1], found[2])}", text)
    return _FACT.sub(put, text)
