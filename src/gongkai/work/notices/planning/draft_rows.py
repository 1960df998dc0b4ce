"""Convert the documented JSON of the reader to draft rows with flags. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.layouts.orders import find_ordered_unit
from gongkai.lib.reading.tables.heads import DEADLINE_HEAD_PATTERN
from gongkai.work.notices.importing.table_heads import is_repeated_head
from gongkai.work.notices.planning import roles
from gongkai.work.notices.planning.descriptions import make_short_title
from gongkai.work.notices.planning.roles import (
    LEAD,
    PARTNER,
    RESPONSIBLE,
    PrintedNotice,
    UnitRoles,
    clean_unit_name,
    find_roles,
)
from gongkai.work.notices.planning.rules import FROM_ISSUE

JsonObject = Mapping[str, Any]

#: Title of the section for orders in the text before the table.
PREAMBLE_SECTION = "通知正文要求"
# Proposed responsible units of an order in the preamble.
EVERYONE_LABEL = "各部门、各单位"
# The rest of an open list; a clerk must state which units are meant.
OPEN_LIST_MARK = "等"
_EACH_LEAD_UNIT_PATTERN = re.compile(r"各牵头单位")
# Guidance of others as the unit's own task: not 在…指导下, not 指导意见.
_GUIDANCE_PATTERN = re.compile(
    r"(?:^|[，。；、：]|加强|强化|做好|开展|负责|组织|切实|要|应当?|统筹|具体)(?:对[^，。；]{1,16}的?)?(?:业务|工作|分类|培训)?"
    r"(?:指导|督促|监督指导|主动对接|加强对接)(?!下|意见|目录|手册|性|思想)"
)


@dataclass(frozen=True)
class DraftUnit:
    """A unit as printed, with its part; `everyone`: all units of the notice.

    `open_list` is the rest of a list ending in 等; `helps` is true if the text says that it only
    helps.
    """

    part: str
    printed: str
    open_list: bool = False
    everyone: bool = False
    helps: bool = False


@dataclass(frozen=True)
class DraftDuty:
    """A duty as read; `guides` if it is to guide lower units."""

    text: str
    paths: tuple[tuple[str, ...], ...] = ()
    channels: tuple[str, ...] = ()
    due: JsonObject = field(default_factory=dict)
    guides: bool = False

    @property
    def awaits(self) -> str:
        """Return the event on which a deadline in months depends, or ""."""
        waits = self.due.get("kind") == "months" and self.due.get("counts_from") != FROM_ISSUE
        return str(self.due.get("after") or "") if waits else ""


@dataclass(frozen=True)
class DraftMeasure:
    """A row as read, with flags; a `dropped` one creates no entries."""

    section: str
    section_no: int
    item: str
    text: str
    units: tuple[DraftUnit, ...]
    duties: tuple[DraftDuty, ...]
    extras: JsonObject = field(default_factory=dict)
    page: int | None = None
    cells: tuple[str, ...] = ()
    flags: tuple[JsonObject, ...] = ()
    preamble: bool = False
    form: str = ""
    lead_owes: bool = False  # the lead units are also responsible
    dropped: bool = False

    @property
    def beside(self) -> JsonObject:
        """Return {heading: cell} of columns without a known meaning, except those on version changes."""
        return {head: text for head, text in self.extras.items() if not CHANGES_HEAD.search(head)}


# Columns on changes (修订说明, 调整情况) contain old as well as new dates and units.
CHANGES_HEAD = re.compile(r"(?:修订|修改|变更|调整|变化)(?:说明|情况|内容|备注|原因)")


def build_drafts(parsed: JsonObject, printed_notice: PrintedNotice | None = None) -> list[DraftMeasure]:
    """Return the rows of the table without repeated headings, then the orders of the preamble.

    `printed_notice` determines which units owe a row and which help.
    """
    notice = printed_notice or PrintedNotice()
    warnings: dict[int, list[JsonObject]] = {}
    for warning in parsed.get("warnings") or ():
        if warning.get("row"):
            warnings.setdefault(int(warning["row"]), []).append(to_flag(warning))
    rows = parsed.get("rows") or ()
    numbers = number_sections(str(row.get("section") or "") for row in rows)
    measures = [
        _build_row(row, number, warnings.get(place, []), find_roles(row, notice))
        for place, (row, number) in enumerate(zip(rows, numbers, strict=True), start=1)
        if row.get("measure") or not is_repeated_head((row.get("source") or {}).get("cells") or ())
    ]
    measures = _keep_first_head_flags(measures)
    last = max(numbers, default=0) + 1
    return measures + [build_preamble_measure(duty, parsed, last) for duty in parsed.get("preamble_duties") or ()]


# Flags on heads, which concern every row.
_TABLE_HEADING_FLAG_PATTERN = re.compile(r"表头“|没有牵头栏")


def is_about_heads(flag: JsonObject) -> bool:
    """Return true if a flag is about the table's headings; it is shown only at the first row."""
    return bool(_TABLE_HEADING_FLAG_PATTERN.match(str(flag.get("message") or "")))


def _keep_first_head_flags(drafts: list[DraftMeasure]) -> list[DraftMeasure]:
    """Remove from later rows the flags on table headings that an earlier row has already."""
    existing = set[str]()
    measures = []
    for draft in drafts:
        flags = tuple(flag for flag in draft.flags if not (is_about_heads(flag) and str(flag["message"]) in existing))
        existing |= {str(flag["message"]) for flag in draft.flags if is_about_heads(flag)}
        measures.append(replace(draft, flags=flags))
    return measures


def list_remarks(parsed: JsonObject) -> list[str]:
    """Return the warnings on the whole file, then a remark for each row that a note cancels."""
    texts = [str(w["message"]) for w in parsed.get("warnings") or () if not w.get("row")]
    for place, row in enumerate(parsed.get("rows") or (), start=1):
        if note := find_cancel_note(row):
            texts.append(
                f"第{place}行“{make_short_title(str(row.get('measure') or ''))}”写明“{note[:40]}”，按不列入任务读取。"
            )
    return texts


def to_flag(warning: JsonObject) -> dict[str, object]:
    """Convert a warning to a flag that a clerk can settle."""
    return {
        "field": warning.get("field"),
        "message": warning["message"],
        "alternative": warning.get("alternative"),
        "settled": "",
    }


def number_sections(sections: Iterable[str]) -> list[int]:
    """Number sections in the order of appearance; equal headings are one section."""
    known: dict[str, int] = {}
    return [known.setdefault(" ".join(section.split()), len(known) + 1) for section in sections]


def find_year(parsed: JsonObject, today: date) -> int:
    """Return the year that the notice names, else the current one."""
    return find_named_year(parsed) or today.year


def find_named_year(parsed: JsonObject) -> int | None:
    """Return the year that a notice names, else the one of its deadlines, or None."""
    if titled := re.search(r"20\d\d(?=\s*年|\s*[—–~～至-]+\s*20\d\d\s*年)", str(parsed.get("title") or "")):
        return int(titled[0])
    for text in (parsed.get("issued_on"), parsed.get("doc_number")):
        if match := re.search(r"20\d\d", str(text or "")):
            return int(match[0])
    dues = (duty.get("due") or {} for row in parsed.get("rows") or () for duty in row.get("duties") or ())
    years = {day[:4] for due in dues if (day := str(due.get("date") or ""))}
    return int(years.pop()) if len(years) == 1 else None


# 各牵头单位要在本通知印发[后N个工作日内].
_ISSUE_PATTERN = re.compile(r"本(?:通知|方案|意见|要点|清单|文件|函)(?:印发|下发|发布|公布)(?:之[日时])?$")


def _normalize_issue(due: dict[str, object]) -> dict[str, object]:
    """Return a deadline; one from the notice's own issue has `counts_from`, not the words in `after`."""
    if due.get("counts_from") or not _ISSUE_PATTERN.search(str(due.get("after") or "")):
        return due
    return {key: value for key, value in due.items() if key != "after"} | {"counts_from": FROM_ISSUE}


def build_duty(duty: JsonObject) -> DraftDuty:
    """Convert a duty of the JSON."""
    text = str(duty.get("text") or "")
    return DraftDuty(
        text=text,
        paths=tuple(tuple(str(level) for level in path) for path in duty.get("paths") or ()),
        channels=tuple(str(channel) for channel in duty.get("channels") or ()),
        due=_normalize_issue(dict(duty.get("due") or {})),
        guides=bool(_GUIDANCE_PATTERN.search(text)),
    )


def _build_row(row: JsonObject, section_no: int, flags: list[JsonObject], unit_roles: UnitRoles) -> DraftMeasure:
    """Build the draft of a row with units, duties and open flags."""
    changes = _find_change_notes(row)
    duties = tuple(build_duty(duty) for duty in row.get("duties") or () if not _is_in_change_notes(duty, changes))
    duties = tuple(duty for duty in duties if not _is_shorter_duplicate(duty, duties))
    flags = [flag for flag in flags if not _is_about_changes(flag, changes)]
    if unit_roles.unled:
        flags = [*flags, to_flag({"field": RESPONSIBLE, "message": _NO_LEAD_MESSAGE})]
    is_cancelled = bool(find_cancel_note(row))
    source = row.get("source") or {}
    printed_units = (*_build_units(row, LEAD, flags), *_build_units(row, RESPONSIBLE, flags))
    units = (
        *(_make_helper_partner(unit, unit_roles) for unit in printed_units),
        *(DraftUnit(PARTNER, name, helps=True) for name in unit_roles.beside),
    )
    return DraftMeasure(
        section=str(row.get("section") or ""),
        section_no=section_no,
        item=str(row.get("item") or ""),
        text=str(row.get("measure") or ""),
        units=units,
        duties=duties or (DraftDuty(text=str(row.get("measure") or "")),),
        extras=dict(row.get("extras") or {}),
        page=source.get("page"),
        cells=tuple(str(cell) for cell in source.get("cells") or ()),
        flags=()
        if is_cancelled
        else tuple(
            _reword_helper_warning(flag, unit_roles)
            for flag in flags
            if not (_is_about_name(flag, printed_units) or _is_resolved_warning(flag, unit_roles))
        ),
        form=unit_roles.form,
        lead_owes=unit_roles.form == roles.LEAD_AND_RESPONSIBLE,
        dropped=is_cancelled,
    )


_NO_LEAD_MESSAGE = "这一行只在配合一栏写有单位，没有写由谁牵头，暂由它们承担，请核对由谁承担"


def _is_shorter_duplicate(duty: DraftDuty, duties: Iterable[DraftDuty]) -> bool:
    """Return true if another duty of the row has the same deadline with more words.

    公布后3日内 is a shorter duplicate of 重要文件公布后3日内.
    """
    text, rule = str(duty.due.get("text") or ""), (duty.due.get("kind"), duty.due.get("count"))
    return bool(text and duty.due.get("count")) and any(
        other_duty.text == duty.text
        and rule == (other_duty.due.get("kind"), other_duty.due.get("count"))
        and other_text != text
        and other_text.endswith(text)
        for other_duty in duties
        if (other_text := str(other_duty.due.get("text") or ""))
    )


def _find_change_notes(row: JsonObject) -> str:
    """Return the text of a row's columns on version changes, without blanks."""
    cells = (str(text) for head, text in (row.get("extras") or {}).items() if CHANGES_HEAD.search(str(head)))
    return "".join("".join(cells).split())


def _is_in_change_notes(duty: JsonObject, changes: str) -> bool:
    return bool(changes) and "".join(str(duty.get("text") or "").split()) in changes


def _is_about_changes(flag: JsonObject, changes: str) -> bool:
    """Return true if a flag is about the notes on version changes rather than about the task."""
    message = str(flag["message"])
    if re.match(rf"表头“[^”]*{CHANGES_HEAD.pattern}[^”]*”不认识", message):
        return True
    quotes = re.findall(r"[“（]([^”）]+)[”）]", message)
    return (
        bool(changes and quotes)
        and flag["field"] == "duties"
        and all(name in changes for quote in quotes for name in quote.split("、") if not name[:4].isdecimal())
    )


# For example 修订说明：取消，并入……
_CANCELLED_NOTE_RE = re.compile(r"^\s*[（(]?(?:取消|删除|停止执行|不再(?:执行|列入))")
_NOTE_HEAD_RE = re.compile(r"修订|变[化更]|调整|说明|备注")


def find_cancel_note(row: JsonObject) -> str:
    """Return the note that cancels a row with an empty deadline cell, or ""."""
    extras = {str(head): str(text) for head, text in (row.get("extras") or {}).items()}
    limits = [text for head, text in extras.items() if DEADLINE_HEAD_PATTERN.search(head)]
    if not limits or any(text.strip(" —-－–/") for text in limits):
        return ""
    notes = (text for head, text in extras.items() if _NOTE_HEAD_RE.search(head))
    return next((text.strip() for text in notes if _CANCELLED_NOTE_RE.search(text)), "")


# A warning about 甲（乙配合）, which is read as printed.
_HELPER_WARNING_RE = re.compile(r"括号中写明由“([^”]+)”配合")


def _is_resolved_warning(flag: JsonObject, roles: UnitRoles) -> bool:
    match = _HELPER_WARNING_RE.search(str(flag["message"]))
    return bool(match) and match[1] in roles.helping  # type: ignore[index]


def _reword_helper_warning(flag: JsonObject, unit_roles: UnitRoles) -> JsonObject:
    """Return the flag; where units help, its message names them so."""
    if unit_roles.form != roles.LEAD_AND_HELPERS:
        return flag
    return {**flag, "message": str(flag["message"]).replace("的为责任单位读取", "的为配合单位读取")}


def _make_helper_partner(unit: DraftUnit, unit_roles: UnitRoles) -> DraftUnit:
    """Turn a responsible unit that only helps, or the rest of such a list, into a partner."""
    if unit.part != RESPONSIBLE or not unit_roles.helping:
        return unit
    rest = unit.open_list and unit_roles.form != roles.NO_LEAD
    by_words = unit_roles.form != roles.LEAD_IN_LIST
    return replace(unit, part=PARTNER, helps=by_words) if unit.printed in unit_roles.helping or rest else unit


def apply_choice(draft: DraftMeasure, choice: str) -> DraftMeasure:
    """Return a row whose units have the roles that a clerk chose for rows of its form."""
    roles_as_printed = [(unit.part, unit.helps) for unit in draft.units]
    new_parts, lead_owes = roles.arrange_parts(draft.form, roles_as_printed, choice)
    units = tuple(replace(unit, part=new_part) for unit, new_part in zip(draft.units, new_parts, strict=True))
    return replace(draft, units=units, lead_owes=lead_owes)


def _is_about_name(flag: JsonObject, units: Iterable[DraftUnit]) -> bool:
    """Return true if a flag is only about an odd unit name, which the directory resolves."""
    if flag.get("alternative"):
        return False
    return any(flag["field"] == unit.part and flag["message"] == f"“{unit.printed}”不像单位名称" for unit in units)


def _build_units(row: JsonObject, role: str, flags: list[JsonObject]) -> tuple[DraftUnit, ...]:
    """Return the units of a cell; an open list (等) adds one with a mark instead of a name."""
    names = [str(name).strip() for name in row.get(role) or ()]
    units = []
    unlisted = any(flag["field"] == role and "等" in flag["message"] for flag in flags)
    for name in names:
        bare = clean_unit_name(name)
        unlisted = unlisted or name.endswith("等")
        if bare and not set(bare) <= set("—-－–/"):
            units.append(DraftUnit(role, bare))
    if unlisted:
        units.append(DraftUnit(role, OPEN_LIST_MARK, open_list=True))
    return tuple(units)


def build_preamble_measure(duty: JsonObject, parsed: JsonObject, section_no: int) -> DraftMeasure:
    """Return the measure for an order (`duty`) in the preamble of a notice."""
    preamble_duty = build_duty(duty)
    issuer = str(parsed.get("issuer") or "").strip()
    lead = (DraftUnit(LEAD, issuer),) if issuer else ()
    addressed_units, text = _find_addressed_units(preamble_duty.text)
    return DraftMeasure(
        section=PREAMBLE_SECTION,
        section_no=section_no,
        item="",
        text=preamble_duty.text,
        units=(*lead, *addressed_units),
        duties=(preamble_duty,),
        flags=(to_flag({"field": RESPONSIBLE, "message": f"{text}；不需要列入任务的请选“不列入”。"}),),
        preamble=True,
    )


# 各县（市、区）、各部门要于11月30日前…: the groups that a sentence addresses.
_ADDRESSED_GROUPS_RE = re.compile(
    rf"^[请，]?(?P<who>各[{HAN}]{{1,8}}?(?:（[^（）]{{1,8}}）[{HAN}]{{0,6}}?)?(?:、各[{HAN}]{{1,8}}?(?:（[^（）]{{1,8}}）[{HAN}]{{0,6}}?)?){{0,4}})(?=要|应|须|请|于|在|每|务必|分别|按|\d)"
)
_ALL_UNITS_RE = re.compile(r"各(?:有关|相关|责任)?(?:单位|地|级|方面)|各地区|各部门、各单位")


def _find_addressed_units(text: str) -> tuple[tuple[DraftUnit, ...], str]:
    """Return (the units a sentence addresses, the question about them)."""
    match = _ADDRESSED_GROUPS_RE.match(text)
    if match and not _ALL_UNITS_RE.search(match["who"]):
        names = re.split(r"、(?![^（]*）)", match["who"])
        return (
            tuple(DraftUnit(RESPONSIBLE, name) for name in names),
            f"通知正文的要求，责任单位按文中写的“{match['who']}”读取",
        )
    subject = find_ordered_unit(text)
    if subject and not subject.startswith("各"):
        return (DraftUnit(RESPONSIBLE, subject),), f"通知正文的要求，责任单位按句首的“{subject}”读取"
    who = "各牵头单位" if _EACH_LEAD_UNIT_PATTERN.search(text) else EVERYONE_LABEL
    return ((DraftUnit(RESPONSIBLE, who, everyone=True),), "通知正文没有列出责任单位，建议按本通知所列全部单位")
