"""Compute how rows are shown: ended rows, missing fields, filters, grids. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from gongkai.core.units.models import Body, BodyKind
from gongkai.core.units.unit_filters import GOVERNING_KINDS
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.matching.disclosures import get_disclosure_deadline
from gongkai.lib.typed_json import read_text, read_texts
from gongkai.work.tables.fields import SchemaField, count_days_late, find_missing_fields, get_ended_label

Values: TypeAlias = Mapping[str, object]
#: The day and the path of a unit's own published text, by (unit, year, kind).
FirstPublications: TypeAlias = Mapping[tuple[int, int, str], tuple[date | None, str]]
#: Days without a bulletin that are named; further ones are counted.
MAX_NAMED_DAYS = 60
#: The two states of rows that have a last day.
CURRENT, ENDED = "current", "ended"


@dataclass(frozen=True)
class TableRowState:
    """The state of a row on a day.

    Attributes:
        over: the label of its end; "" if it has not ended.
        lacks: its empty required fields.
        owed: the number of required fields.
    """

    over: str
    lacks: tuple[SchemaField, ...]
    owed: int

    @property
    def filled(self) -> int:
        """Return the number of required fields that have a value."""
        return self.owed - len(self.lacks)


def find_row_state(fields: Sequence[SchemaField], values: Values, level: str, today: date) -> TableRowState:
    """Return the state of a row, not counting its name."""
    lacks = tuple(find_missing_fields(fields, values, level))
    owed = sum(field.is_owed_on_level(level) for field in fields[1:])
    return TableRowState(get_ended_label(fields, values, today), lacks, max(owed, len(lacks)))


@dataclass(frozen=True)
class FieldChooser:
    """A field by which readers filter rows, with the values that occur."""

    field: SchemaField
    values: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the name of the field in the URL."""
        return f"f-{self.field.key}"


def list_choosers(fields: Iterable[SchemaField], rows: Sequence[Values]) -> list[FieldChooser]:
    """Return the fields with at least two values, by which rows can be filtered."""
    choosers = []
    for field in fields:
        if field.kind not in ("choice", "choices") and not field.narrows:
            continue
        existing = {text for row in rows for text in _split_values(field, row)}
        values = [choice for choice in field.choices if choice in existing] if field.choices else sorted(existing)
        if len(values) > 1:
            choosers.append(FieldChooser(field, tuple(values)))
    return choosers


def _split_values(field: SchemaField, row: Values) -> list[str]:
    """Return the values of a row in a field; multiple choices are several."""
    value = str(row.get(field.key) or "")
    if field.kind == "choices":
        return value.split("、") if value else []
    return [value] if value else []


def matches_choice(field: SchemaField, row: Values, wanted_value: str) -> bool:
    """Return true if a row has a value; multiple choices without any mean all (适用于各行业)."""
    values = _split_values(field, row)
    return wanted_value in values or (field.kind == "choices" and not values)


@dataclass(frozen=True)
class PublicationCell:
    """A unit's publication for a year: traffic light, words, URL."""

    light: str
    words: str
    url: str = ""


@dataclass(frozen=True)
class PublicationGrid:
    """Publications of units by year and kind: `groups` are (heading, rows), a row is (unit, cells).

    Governments and departments are separate groups. `heads` are (year, kind).
    """

    heads: tuple[tuple[int, str], ...]
    groups: tuple[tuple[str, tuple[tuple[str, tuple[PublicationCell, ...]], ...]], ...]
    title: str = "各单位、各年度公开情况"
    note: str = (
        "以本单位在本网站上公开的预决算原文为准，与填报不一致的注明；没有找到原文的注明“没有原文”和填报的日期。"
        "批准、批复后超过期限公开的、晚于财政部门统一公开日期的，注明天数。"
    )

    @property
    def missing(self) -> int:
        """Return the number of missing publications."""
        return sum(cell.light == "red" for _, rows in self.groups for _, cells in rows for cell in cells)

    @property
    def shown(self) -> list[tuple[str, list[tuple[str, list[tuple[str, PublicationCell]]]]]]:
        """Return (group, [(unit, [(column heading, cell)])]), as a phone shows it."""
        headings = [f"{year}年{kind}" for year, kind in self.heads]
        return [
            (label, [(name, list(zip(headings, cells, strict=True))) for name, cells in rows])
            for label, rows in self.groups
        ]


def build_grid(
    fields: Sequence[SchemaField],
    view: Mapping[str, object],
    units: Sequence[Body],
    rows: Iterable[tuple[int, Values, str]],
    today: date,
    years: int = 3,
    editions: FirstPublications | None = None,
    calls: Mapping[tuple[int, str], date] | None = None,
    elsewhere: Collection[int] = (),
) -> PublicationGrid:
    """Return the units' publications by year (预算、决算), and those that were late by law.

    Args:
        view: `what` is the key of the field with the row's kind; `on` that of the publication date.
        rows: year, values, and the address of the row.
        years: how many years at most, the newest first, none before the first that has rows.
        editions: by unit, year and kind: the day on which the unit's own text became public. A day that a clerk typed proves nothing.
        calls: by year and content (部门预算): the day until which the finance office calls for publication.
        elsewhere: units that publish on a site outside this installation.
    """
    kind_field = next(field for field in fields if field.key == read_text(view, "what"))
    rows = list(rows)
    first_year = max(today.year - years + 1, min((year for year, *_ in rows), default=today.year))
    heads = _list_heads(kind_field, first_year, today.year)
    rows_by_key: dict[tuple[str, int, str], tuple[Values, str]] = {}
    for year, values, path in rows:
        government_suffix = _strip_government_suffix(str(values.get(fields[0].key, "")))
        rows_by_key.setdefault((government_suffix, year, str(values.get(kind_field.key))), (values, path))
    day_field = next(field for field in fields if field.key == read_text(view, "on"))
    groups = []
    for label, kinds in (("政府", GOVERNING_KINDS), ("部门", _DEPARTMENTS)):
        unit_rows = []
        for body in units:
            if body.kind not in kinds:
                continue
            names = [
                _strip_government_suffix(body.name),
                _strip_government_suffix(body.label),
                f"{_strip_government_suffix(body.label)}本级",
            ]
            cells = []
            for year, kind in heads:
                typed = next(
                    (rows_by_key[key] for name in names if (key := (name, year, kind)) in rows_by_key), ({}, "")
                )
                call = (calls or {}).get((year, f"{label}{kind}"))
                legal_last_day = get_disclosure_deadline(kind, year)
                if edition := (editions or {}).get((body.pk, year, kind)):
                    cells.append(_make_edition_cell(typed[0], day_field, edition, call, legal_last_day))
                else:
                    cells.append(_make_empty_cell(typed, day_field, call, legal_last_day, today, body.pk in elsewhere))
            unit_rows.append((body.label, tuple(cells)))
        if unit_rows:
            groups.append((label, tuple(unit_rows)))
    return PublicationGrid(heads, tuple(groups))


def _list_heads(kind_field: SchemaField, first_year: int, last_year: int) -> tuple[tuple[int, str], ...]:
    """Return (year, kind) of the columns, the newest first."""
    return tuple(
        (year, kind)
        for year in range(last_year, first_year - 1, -1)
        for kind in kind_field.choices
        if not (year == last_year and kind == kind_field.choices[-1])
    )


_DEPARTMENTS = (BodyKind.DEPARTMENT, BodyKind.GENERAL_OFFICE, BodyKind.COMMITTEE)


def _strip_government_suffix(name: str) -> str:
    """Return a name without blanks, and without 人民政府 or 政府 at its end."""
    return "".join(name.split()).removesuffix("人民政府").removesuffix("政府")


def _make_edition_cell(
    values: Values, day_field: SchemaField, edition: tuple[date | None, str], call: date | None, legal_last_day: date
) -> PublicationCell:
    """Return the cell of a unit whose text may be public, to be confirmed by a person.

    The deadline counts from the day of approval, which a clerk enters; without a plausible day,
    timeliness is unknown.
    """
    typed, (day, path) = str(values.get(day_field.key) or ""), edition
    if day is None:
        return PublicationCell("yellow", f"待核对{f'（填报为{typed}）' if typed else ''}", path)
    day_text = day.isoformat()
    late = count_days_late(day_field, {**values, day_field.key: day_text})
    after_call = (day - call).days if call else 0
    text = f"{day_text}，晚{late}天" if late else day_text
    if not late and after_call > 0:
        text = f"{day_text}，比统一公开日期晚{after_call}天"
    approved = str(values.get(day_field.after) or "")
    doubt = ""
    if not approved:
        doubt = "，批准日期未填，是否按期没有核对"
    elif date.fromisoformat(approved) > legal_last_day:
        doubt = f"，填写的批准日期{approved}晚于{day_in_words(legal_last_day)}，请核对"
    elif approved > day_text:
        doubt = f"，早于填写的批准日期{approved}，请核对"
    differs = bool(typed) and typed != day_text
    text += doubt + (f"（填报为{typed}）" if differs else "")
    return PublicationCell("yellow" if late or after_call > 0 or differs or doubt else "green", text, path)


def _make_empty_cell(
    typed_row: tuple[Values, str],
    day_field: SchemaField,
    call: date | None,
    legal_last_day: date,
    today: date,
    elsewhere: bool,
) -> PublicationCell:
    """Return the cell of a unit without a text, red after the day due."""
    values, path = typed_row
    if typed := str(values.get(day_field.key) or ""):
        return PublicationCell("yellow", f"没有原文：{typed}", path)
    if elsewhere:
        return PublicationCell("blue", "不在本平台公开，没有填报")
    if today <= (call or legal_last_day):
        return PublicationCell("blue", f"未到期（{day_in_words(call or legal_last_day).partition('年')[2]}前）")
    return PublicationCell("red", f"未公开，超过统一公开日期{(today - call).days}天" if call else "未公开")


def build_due_grid(
    view: Mapping[str, object],
    units: Sequence[Body],
    publications: Mapping[int, Iterable[tuple[Values, date, str]]],
    today: date,
) -> PublicationGrid:
    """Return the units' publications of this year by the day on which they are due.

    Args:
        view: `on`: the month and day until which; `field`: the key of a row's own day.
        publications: by unit: rows, since when each is public, and where.
    """
    last_day = date.fromisoformat(f"{today.year}-{read_text(view, 'on')}")
    unit_rows = []
    for body in units:
        public = sorted(
            (max(date.fromisoformat(own_day), since), path)
            for values, since, path in publications.get(body.pk, ())
            if (own_day := str(values.get(read_text(view, "field")) or "")).startswith(str(today.year))
        )
        unit_rows.append((body.label, (_make_due_cell(public[0] if public else None, last_day, today),)))
    head = f"{day_in_words(last_day).partition('年')[2]}前公开"
    return PublicationGrid(
        ((today.year, head),), (("各单位", tuple(unit_rows)),), "各单位本领域的文件", f"{head}，晚了的注明天数。"
    )


def _make_due_cell(publication: tuple[date, str] | None, last_day: date, today: date) -> PublicationCell:
    """Return the cell of a publication: on time, days late, not due, or missing."""
    if publication is None:
        return PublicationCell("red", "未公开") if today > last_day else PublicationCell("grey", "未到期")
    day, path = publication
    late = (day - last_day).days
    if late > 0:
        return PublicationCell("yellow", f"{day.isoformat()}，晚{late}天", path)
    return PublicationCell("green", day.isoformat(), path)


def list_names_without_details(
    names: Iterable[tuple[int | None, str]], details: Iterable[tuple[str, str]]
) -> list[tuple[int | None, str]]:
    """Return those names, with their years, that no detail row has, in order.

    Args:
        names: (year of the table or None, name) of rows.
        details: (name, day) of detail rows; for a row with a year only days in that year count.
    """
    every = list(details)
    return [
        (year, name)
        for year, name in names
        if not any(detail_name == name and (year is None or day.startswith(str(year))) for detail_name, day in every)
    ]


def list_missing_months(days: Iterable[str], today: date, others: Iterable[str] = ()) -> list[str]:
    """Return the months without a day (2026-09-30), until last month.

    The first month is that of the earliest day, also of `others`, which are subject to the same
    duty; else last month.
    """
    existing = {day[:7] for day in days if len(day) >= 7}
    begun_months = existing | {day[:7] for day in others if len(day) >= 7}
    last_month = today.year * 12 + today.month - 2
    first_month = min((int(text[:4]) * 12 + int(text[5:7]) - 1 for text in begun_months), default=last_month)
    months = [divmod(number, 12) for number in range(first_month, last_month + 1)]
    return [f"{year}年{month + 1}月" for year, month in months if f"{year}-{month + 1:02}" not in existing]


@dataclass(frozen=True)
class GovernmentGaps:
    """A government without some required institutions (`values`: 档案馆、图书馆、政务服务大厅)."""

    body: Body
    values: tuple[str, ...]


def list_government_gaps(
    view: Mapping[str, object], governments: Sequence[Body], rows: Iterable[tuple[Body, Values]]
) -> list[GovernmentGaps]:
    """Return governments without required values among the rows."""
    texts = read_texts(view, "values")
    existing: dict[int, set[str]] = defaultdict(set)
    inner = sorted(governments, key=lambda body: -len(body.path))
    for body, values in rows:
        over_it = next((government for government in inner if body.path.startswith(government.path)), None)
        if over_it is not None:
            existing[over_it.pk].add(str(values.get(read_text(view, "field"), "")))
    lacks = [
        GovernmentGaps(body, tuple(value for value in texts if value not in existing[body.pk])) for body in governments
    ]
    return [line for line in lacks if line.values]


def list_days_without_bulletin(view: Mapping[str, object], rows: Iterable[Values], today: date) -> list[date]:
    """Return the days, at most 60, without a bulletin since the first one, newest first.

    They end yesterday, or with the closing bulletin.
    """
    is_closing_by_day = {
        date.fromisoformat(str(row[read_text(view, "on")])): row.get(read_text(view, "closes")) is True
        for row in rows
        if row.get(read_text(view, "field")) == read_text(view, "value") and row.get(read_text(view, "on"))
    }
    if not is_closing_by_day:
        return []
    last_day = (
        max(is_closing_by_day)
        if is_closing_by_day[max(is_closing_by_day)]
        else max(*is_closing_by_day, today - timedelta(days=1))
    )
    span = (last_day - min(is_closing_by_day)).days
    return [day for days_ago in range(span) if (day := last_day - timedelta(days=days_ago)) not in is_closing_by_day][
        :MAX_NAMED_DAYS
    ]


@dataclass(frozen=True)
class ListDifference:
    """The differences of an edition of a list from the previous one, by row names."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def compare_editions(key: str, now: Iterable[Values], before: Iterable[Values]) -> ListDifference:
    """Return the rows that a later edition of a list added, changed and removed."""
    new_rows = {str(row.get(key)): row for row in now}
    old_rows = {str(row.get(key)): row for row in before}
    return ListDifference(
        tuple(name for name in new_rows if name not in old_rows),
        tuple(name for name, row in new_rows.items() if name in old_rows and dict(row) != dict(old_rows[name])),
        tuple(name for name in old_rows if name not in new_rows),
    )


def list_public_fields(fields: Iterable[SchemaField]) -> list[SchemaField]:
    """Return the published fields."""
    return [field for field in fields if not field.internal]
