"""Measure the import of notices: owner, partners, due day, channels and columns of each task.

    python -m benchmarks.imports FOLDER [--show]

A folder holds notices, each with a `NAME.json`, the reading of a careful clerk (`benchmarks/notices_unseen/README.md`
has the format). A value of a task is *right*; or *asked*, if a doubt of its row concerns it; or *silent*: wrong without
a doubt. Nothing is stored: the rows are those of an import into a directory with the units named in the gold file, on a
site without columns. Only totals are printed; `--show` lists each value that is not right.
"""

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from itertools import product
from pathlib import Path
from typing import Any

from gongkai.lib.chinese.numerals import to_int

FIELDS = ("owner", "partner", "day", "channel", "column")
RIGHT, ASKED, SILENT = "right", "asked", "silent"
HEADER_FIELDS = {"title": "title", "issuer": "issuer", "number": "doc_number", "day_of_issue": "issued_on"}
#: Minimum similarity of the first words of a task and of its row.
MIN_SIMILARITY = 0.6
#: Minimum number of words by which a row identifies its task.
MIN_WORDS = 8
#: Value → the fields of a doubt that may concern it; a doubt of the whole row concerns all.
DOUBT_FIELDS = {
    "owner": {"lead", "responsible", "owing", "issuer"},
    "partner": {"lead", "responsible", "owing"},
    "day": {"duties", "extras"},
    "channel": {"duties", "extras"},
    "column": {"duties", "extras"},
}
#: Value → words of a doubt about a row's duties that concern it.
DOUBT_WORDS = {
    "day": re.compile(r"时限|期限|日期|时间|年底|全年|各期|每期|双月|推算|早于|印发|这一天|最后一天"),
    "channel": re.compile(r"渠道|公开方式|打勾|代号|平台"),
    "column": re.compile(r"路径|栏目"),
}
#: A duration is not a due day.
_DURATION = re.compile(r"不少于\d+个?(?:工作日|[日天])|公示期")
_SITE = re.compile(r"网站|门户|首页|官网|政府网$")


@dataclass
class Row:
    """A row as imported, or one duty of it."""

    text: str
    owners: frozenset[str]
    partners: frozenset[str]
    rules: tuple[Mapping[str, Any], ...]
    channels: frozenset[str]
    columns: frozenset[tuple[str, ...]]
    flags: list[Mapping[str, Any]]
    number: int
    whole: bool = True
    issued: date | None = None


@dataclass
class Result:
    """The result of a folder."""

    counts: Counter[tuple[str, str]]
    figures: Counter[str]
    shown: list[str]


def normalize(text: object) -> str:
    """Return a text without blanks, in half-width digits and punctuation."""
    full = str.maketrans("０１２３４５６７８９（）：，；", "0123456789():,;")
    return "".join(str(text).translate(full).split())


def main(folder: Path, *, show: bool) -> None:
    """Measure a folder and print the totals."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
    import django

    django.setup()
    result = Result(Counter(), Counter(), [])
    for path in sorted(folder.glob("*.json")):
        if "file" in json.loads(path.read_text()):  # a list of units is not a gold file
            measure(path, result)
    print(f"{'':10}{RIGHT:>8}{ASKED:>8}{SILENT:>8}  right or asked")
    for name in FIELDS:
        counts = [result.counts[name, verdict] for verdict in (RIGHT, ASKED, SILENT)]
        total = sum(counts)
        share = (total - counts[2]) / total if total else 1
        print(f"{name:10}" + "".join(f"{count:8}" for count in counts) + f"  {share:.3f}")
    for name, count in sorted(result.figures.items()):
        print(f"{name:40}{count:8}")
    if show:
        print("\n".join(result.shown))


def measure(path: Path, result: Result) -> None:
    """Compare one notice with its gold file."""
    from gongkai.core.acts.action import Refused
    from gongkai.work.notices.importing.source import read_source
    from gongkai.work.notices.planning.draft_rows import is_about_heads

    gold = json.loads(path.read_text())
    file = path.with_name(gold["file"])
    result.figures["notices"] += 1
    result.figures["tasks"] += len(gold["tasks"])
    try:
        source = read_source(file.read_bytes(), file.name)
    except Refused as refused:
        result.figures["notices refused in a line"] += 1
        result.shown.append(f"{path.stem}: refused: {refused}")
        result.counts.update({(field, ASKED): len(gold["tasks"]) for field in FIELDS})
        return
    for name, key in HEADER_FIELDS.items():
        if normalize(gold.get(name) or "") != normalize(source.parsed.get(key) or ""):
            result.figures[f"notices whose {name} differs"] += 1
            result.shown.append(f"{path.stem}: {name}: {gold.get(name)} ≠ {source.parsed.get(key)}")
    rows, remarks = import_rows(source, gold)
    shared = {json.dumps(flag, sort_keys=True) for row in rows for flag in row.flags if is_about_heads(flag)}
    own = sum(1 for row in rows if row.whole for flag in row.flags if not is_about_heads(flag))
    result.figures["doubts"] += own + len(shared) + len(remarks)
    pairs = [(task, find_row(task, rows)) for task in gold["tasks"]]
    taken = Counter(row.number for _, row in pairs if row)
    told = any("任务" in remark and "行" in remark for remark in remarks)
    for task, row in pairs:
        if row is None:
            named = any(_plain(task["text"])[:12] in normalize(remark) for remark in remarks)
            _missing(path.stem, task, result, told=told or named)
        else:
            part = _duty_of(task, row, rows) if taken[row.number] > 1 else row
            _compare_row(path.stem, task, part, result)
    for row in rows:
        if row.whole and row.number not in taken:
            asked = any(flag.get("field") in {"responsible", "measure", None} for flag in row.flags)
            result.figures["rows beyond the gold" + (", asked" if asked else ", silent")] += 1
            result.shown.append(f"{path.stem}: beyond the gold: {row.text[:40]}")


def _missing(stem: str, task: Mapping[str, Any], result: Result, *, told: bool) -> None:
    result.figures["tasks that no row is" + (", told" if told else "")] += 1
    result.counts.update((field, ASKED if told else SILENT) for field in FIELDS)
    result.shown.append(f"{stem} {task['n']}: no row: {task['text']}")


def _compare_row(stem: str, task: Mapping[str, Any], row: Row, result: Result) -> None:
    for field, verdict, words in compare_values(task, row):
        result.counts[field, verdict] += 1
        if verdict != RIGHT:
            result.shown.append(f"{stem} {task['n']} {field} {verdict}: {task['text'][:20]}: {words}")


def import_rows(source: Any, gold: Mapping[str, Any]) -> tuple[list[Row], list[str]]:
    """Return the rows that an import would store, each also split by duty, and the remarks about the file."""
    from gongkai.work.notices.actions.imports import build_draft_rows, complete_rows, find_remarks
    from gongkai.work.notices.importing.flags import flag_deadlines
    from gongkai.work.notices.planning.deadline_scope import NoticeText, locate_rows
    from gongkai.work.notices.planning.draft_rows import is_about_heads
    from gongkai.work.notices.planning.missed_sentences import find_missed_sentences, select_shown_remarks
    from gongkai.work.notices.planning.paths import SiteColumnPaths
    from gongkai.work.notices.planning.shared_deadlines import find_reference_years

    known = _names(gold)
    issued = date.fromisoformat(source.parsed["issued_on"]) if source.parsed.get("issued_on") else None
    drafts = complete_rows(
        build_draft_rows(source, {}),
        source.parsed,
        source.text,
        {},
        lambda unit: frozenset({unit.printed}),
        SiteColumnPaths(),
    )
    asked = {
        flag.get("form"): {key: flag[key] for key in ("field", "message")}
        for draft in drafts
        for flag in draft.flags
        if flag.get("form")
    }
    of_table = [flag for draft in drafts for flag in draft.flags if is_about_heads(flag)]  # asked once for all rows
    of_several = [
        flag for draft in drafts for flag in draft.flags if flag.get("rows")
    ]  # asked once for the rows that it names
    rows: list[Row] = []
    for number, draft in enumerate(drafts):
        if draft.dropped:
            continue
        flags = [flag for flag in (*draft.flags, *flag_deadlines(draft, issued)) if not flag.get("form")]
        flags += [asked[draft.form]] if draft.form in asked else []
        flags += [flag for flag in of_several if number + 1 in flag["rows"] and flag not in flags]
        flags += (
            [] if draft.preamble else [flag for flag in of_table if flag not in flags and _is_below_header(flag, draft)]
        )
        flags += [
            {"field": "responsible", "message": f"“{unit.printed}”"}
            for unit in draft.units
            if unit.open_list or unit.everyone or normalize(unit.printed) not in known
        ]
        rows += (replace(row, issued=issued) for row in _rows(number, draft, flags))
    remarks = find_remarks(source, None)
    notice = NoticeText(drafts, source.text.split("\n"), find_reference_years(source.parsed))
    locate_rows(notice)
    return rows, [*remarks, *find_missed_sentences(notice, select_shown_remarks(remarks))]


def _is_below_header(flag: Mapping[str, Any], draft: Any) -> bool:
    """Return true if a row has something that a doubt concerns, below the header."""
    named = re.findall(r"表头“([^”]+)”", str(flag.get("message")))
    there = {head: str(text).strip() for head, text in draft.extras.items()}
    return not any(head in there and not there[head] for head in named)


def _rows(number: int, draft: Any, flags: list[Mapping[str, Any]]) -> Iterator[Row]:
    from gongkai.work.notices.planning.roles import LEAD, PARTNER, RESPONSIBLE

    parts = {
        part: frozenset(normalize(unit.printed) for unit in draft.units if unit.part == part and not unit.open_list)
        for part in (LEAD, RESPONSIBLE, PARTNER)
    }
    owners = parts[RESPONSIBLE] or parts[LEAD] or parts[PARTNER]
    if draft.lead_owes:
        owners |= parts[LEAD]
    partners = parts[PARTNER] - owners
    for whole, duties in ((True, draft.duties), *((False, [duty]) for duty in draft.duties)):
        yield Row(
            text=draft.text if whole else duties[0].text,
            owners=owners,
            partners=partners,
            rules=tuple(duty.due for duty in duties),
            channels=frozenset(name for duty in duties for name in duty.channels),
            columns=frozenset(path for duty in duties for path in duty.paths),
            flags=flags,
            number=number,
            whole=whole,
        )


def _names(gold: Mapping[str, Any]) -> set[str]:
    names: set[str] = set()
    for task in gold["tasks"]:
        for key in ("owners", "owners_resolved", "leads"):
            names |= {normalize(name) for name in task.get(key) or ()}
        names |= {normalize(partner["unit"]) for partner in task["partners"]}
    return names


def _plain(text: str) -> str:
    return re.sub(r"^(?:[(]?[一二三四五六七八九十\d]{1,3}[)、.．]|[①-⑳])+", "", normalize(text))


def find_row(task: Mapping[str, Any], rows: Sequence[Row]) -> Row | None:
    """Return the row of a task, found by its first words; None if no row begins so."""
    found = [row for text in (task["text"], task.get("text_alt")) if text and (row := _best(_first(text), rows))]
    return found[0] if found else None


def _first(text: str) -> str:
    """Return the first words of a task, without the bracket that names its unit."""
    return _plain(re.split(r"[〔\[]", text)[0] or text)[:30]


def _best(wanted: str, rows: Sequence[Row]) -> Row | None:
    def likeness(row: Row) -> float:
        there = _plain(row.text)
        if wanted and wanted in normalize(row.text):
            return 2.0 - 0.1 * (not row.whole) + 0.05 * there.startswith(wanted)
        long = len(there) if len(there) >= MIN_WORDS else len(wanted)  # the gold file appends other cells
        return SequenceMatcher(None, wanted[:long], there[: len(wanted)], autojunk=False).ratio()

    row = max(rows, key=likeness, default=None)
    if row is None or likeness(row) < MIN_SIMILARITY:
        return None
    return next(other for other in rows if other.whole and other.number == row.number)


def _duty_of(task: Mapping[str, Any], row: Row, rows: Sequence[Row]) -> Row:
    """Return the matching duty of a row from which the gold file makes several tasks."""
    duties = [other for other in rows if other.number == row.number and not other.whole]
    found = find_row(task, [Row(**{**duty.__dict__, "whole": True, "number": at}) for at, duty in enumerate(duties)])
    return found or row


def compare_values(task: Mapping[str, Any], row: Row) -> Iterator[tuple[str, str, str]]:
    """Yield the verdict of each field, with the wanted and the found value."""
    sides = {
        "owner": (_units(task["owners"]), row.owners),
        "partner": (_units(partner["unit"] for partner in task["partners"]), row.partners),
        "day": (_wanted_days(task["days"]), _days(row.rules)),
        "channel": (_channels(task["channels"], task["columns"]), _channels(row.channels, row.columns)),
        "column": (_columns(task["columns"]), _columns(row.columns)),
    }
    for field, (wanted, there) in sides.items():
        made = _keep_durations(wanted, there) if field == "day" else there
        right = wanted == made
        if field == "day" and not right:  # a term counted from the date of issue
            right = wanted == _keep_durations(wanted, _days(_resolve_rules(row)))
        if field == "owner" and not right and task.get("owners_resolved"):
            right = _units(task["owners_resolved"]) == made
        if field == "channel" and not right and task.get("channels_resolved"):
            right = _channels(task["channels_resolved"], task["columns"]) == made
        if field == "partner" and not right and "partners_alt" in task:
            right = _units(partner["unit"] for partner in task["partners_alt"]) == made
        if field == "column" and not right:
            right = any(_columns(paths) == made for paths in _alternatives(task["columns"]))
        verdict = RIGHT if right else ASKED if _asks(field, row.flags) else SILENT
        yield field, verdict, f"{sorted(map(str, wanted))} ≠ {sorted(map(str, made))}"


def _resolve_rules(row: Row) -> Iterator[Mapping[str, Any]]:
    """Yield a row's rules; a rule that counts from the notice's date of issue as the day computed by the import."""
    from gongkai.work.notices.planning.rules import FROM_ISSUE, find_last_day

    for rule in row.rules:
        counts = rule.get("counts_from") == FROM_ISSUE and row.issued
        day = find_last_day(dict(rule), row.issued.year, issued=row.issued) if counts and row.issued else None
        yield {"kind": "by_date", "date": day.isoformat()} if day else rule


def _keep_durations(wanted: frozenset[Any], made: frozenset[Any]) -> frozenset[Any]:
    """Return durations (提前3天, 公示5日) only if the gold file has them."""
    days = (str(day).replace("lasting", "counted") for day in made)
    return frozenset(day for day in days if day in wanted or day in made)


def _asks(field: str, flags: Sequence[Mapping[str, Any]]) -> bool:
    for flag in flags:
        about = flag.get("field")
        if about in {None, "measure", "item"}:
            return True
        if about not in DOUBT_FIELDS[field]:
            continue
        if field not in DOUBT_WORDS:
            return True
        words = re.sub(r"“[^”]*”", "", str(flag.get("message") or ""))
        topics = {name for name, pattern in DOUBT_WORDS.items() if pattern.search(words)}
        if not topics or field in topics:
            return True
    return False


def _units(names: Any) -> frozenset[str]:
    return frozenset(normalize(name) for name in names)


def _wanted_days(days: Sequence[Mapping[str, Any]]) -> frozenset[object]:
    found: set[object] = set()
    for day in days:
        words = normalize(day.get("words") or "")
        if _DURATION.search(words):
            continue
        if day["every"] and day["every"] != "year":
            found |= _rhythm(str(day["every"]).replace("-", "_"), _day_in(words))
        elif day["due"]:
            found.add(day["due"])
        elif day["every"]:
            found.add("year")
        elif week := re.match(r"每周([一二三四五六日天])?", words):  # the gold file has no name for it
            found |= _rhythm("week", "一二三四五六日天".find(week[1]) + 1 if week[1] else None)
        elif count := re.search(r"(\d+|[一二两三四五六七八九十]+)个?(工作日|[日天月周])", words):
            found.add(f"counted {(to_int(count[1]) or 0) * (7 if count[2] == '周' else 1)}")
    return _without_year_end(found)


def _days(rules: Sequence[Mapping[str, Any]]) -> frozenset[object]:
    found: set[object] = set()
    for rule in rules:
        kind, period = rule.get("kind"), rule.get("period")
        if kind == "by_date":
            found.add(rule["date"])
        elif kind == "yearly_by":
            found.add(f"yearly {rule['month_day']} {rule['of_year']}")
        elif kind in {"recurring", "times"} and period not in {None, "unspecified", "year"}:
            found |= _rhythm(str(period), rule.get("day") if rule.get("day") != 31 else None)
        elif kind in {"working_days", "calendar_days", "months"}:
            found.add(f"{'lasting' if rule.get('least') else 'counted'} {rule['count']}")
    return _without_year_end(found)


def _rhythm(period: str, day: int | None) -> set[object]:
    return {f"every {period}" + (f" by the {day}." if day else "")}


def _day_in(words: str) -> int | None:
    match = re.search(r"(?:每|末|底|月)(\d{1,2})[日号]|结束后(\d{1,2})[日天]内", words)
    return int(match[1] or match[2]) if match else None


def _without_year_end(found: set[object]) -> frozenset[object]:
    """Leave out the end of the year, which is due without being named, and replace two half-years by their ends."""
    if {str(day)[5:] for day in found} >= {"06-30", "12-31"}:
        found = {day for day in found if str(day)[5:] not in {"06-30", "12-31"}} | {"every half_year"}
    return frozenset(
        re.sub(r"^yearly (\S+) (?:same|following)$", r"\1", re.sub(r"^20\d\d-(?=\d\d-\d\d$)", "", str(day)))
        for day in found
        if not str(day).endswith("-12-31") and day not in {"year", "yearly 12-31 same"}
    )


def _channels(names: Any, columns: Any) -> frozenset[str]:
    """Return the channels of the names; the site itself counts only if no column names it."""
    from gongkai.content.publishing.channel_names import get_channels

    found: set[str] = set()
    for name in names:
        meant = get_channels(str(name))
        found |= (
            meant
            if len(meant) == 1 and meant != {"other"}
            else {normalize(name)}
            if not _SITE.search(str(name))
            else set()
        )
        if not meant and not columns:
            found.add("site")
    return frozenset(found)


def _columns(paths: Any) -> frozenset[tuple[str, ...]]:
    found = (tuple(normalize(name).rstrip("栏目") for name in path if name) for path in paths)
    return frozenset(path[1:] if len(path) > 1 and _SITE.search(path[0]) else path for path in found)


def _alternatives(paths: Sequence[Sequence[str]]) -> list[list[tuple[str, ...]]]:
    """Split 预算/决算 at the end of a path into two alternative columns."""
    return [[level for path in paths for level in product(*(name.split("/") for name in path))]]


if __name__ == "__main__":
    main(Path(sys.argv[1]), show="--show" in sys.argv[2:])
