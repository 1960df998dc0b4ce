"""The data of a notice as frozen records; `to_json()` returns the documented form."""

from collections.abc import Mapping
from dataclasses import dataclass, field

#: An object as JSON writes it.
Json = dict[str, object]


class ReadingError(ValueError):
    """Raised when a file cannot be read; the message is one Chinese line with the remedy."""


@dataclass(frozen=True, slots=True)
class CountPart:
    """One unit's share of a required number: the unit, and how often."""

    who: str
    count: int


@dataclass(frozen=True, slots=True)
class DueLimit:
    """A time limit (完成时限), a rhythm such as "each quarter", or a standing duty.

    Attributes:
        kind: by_date, yearly_by, working_days, calendar_days, months, times, recurring or ongoing.
        text: the words of the notice that state it.
        date: last permitted day, ISO 8601 (by_date).
        month_day: MM-DD (yearly_by).
        of_year: same or following (yearly_by).
        count: days, months or times.
        least: True where the count is a minimum.
        after: the event from which days count, in the notice's words.
        period: year, half_year, quarter, month, week or unspecified (times, recurring).
        of_which: the units' shares of a count (times).
        mode: the word of a standing duty (ongoing).
        starts: first day of a standing duty, ISO, where one is printed (ongoing: 6月1日起).
        day: day of the month (31: its last; of the week from 1) by which a rhythm is due (recurring: 每月10日前).
        month: which month of the period that day is in, from 1 (recurring: 每季度末月25日前).
        of_period: same or following: the period that day lies in, where it is named (recurring).
        workdays: working days into the period that `of_period` names, or before its end if negative (每月最后一个工作日前: -1).
        counts_from: issue where the event is the notice's own issue (days and months: 自印发之日起).
        doubt: a Chinese sentence on what a person should check; empty if the words allow only one reading.
    """

    kind: str
    text: str
    date: str | None = None
    month_day: str | None = None
    of_year: str | None = None
    count: int | None = None
    least: bool = False
    after: str | None = None
    period: str | None = None
    of_which: tuple[CountPart, ...] = ()
    mode: str | None = None
    starts: str | None = None
    day: int | None = None
    month: int | None = None
    of_period: str | None = None
    workdays: int | None = None
    counts_from: str | None = None
    doubt: str = ""

    def to_json(self) -> Json:
        """Return the JSON form, with the fields of this kind of limit only."""
        out: Json = {"kind": self.kind}
        for name in REQUIRED_DUE_FIELDS[self.kind]:
            out[name] = getattr(self, name)
        for name in OPTIONAL_DUE_FIELDS[self.kind]:
            if value := getattr(self, name):
                out[name] = value
        if self.of_which:
            out["of_which"] = [{"who": part.who, "count": part.count} for part in self.of_which]
        out["text"] = self.text
        return out


#: Fields of each kind of limit that are always present.
REQUIRED_DUE_FIELDS: Mapping[str, tuple[str, ...]] = {
    "by_date": ("date",),
    "yearly_by": ("month_day", "of_year"),
    "working_days": ("count",),
    "calendar_days": ("count", "least"),
    "months": ("count", "after"),
    "times": ("count", "period", "least"),
    "recurring": ("period",),
    "ongoing": ("mode",),
}
#: Fields of each kind of limit that are present only if they are set.
OPTIONAL_DUE_FIELDS: Mapping[str, tuple[str, ...]] = {
    "by_date": (),
    "yearly_by": (),
    "working_days": ("least", "after", "counts_from"),
    "calendar_days": ("after", "counts_from"),
    "months": ("counts_from",),
    "times": (),
    "recurring": ("day", "month", "of_period", "workdays"),
    "ongoing": ("starts",),
}


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty within a measure: its words, where to publish it (`paths`, `channels`) and its time limit."""

    text: str
    paths: tuple[tuple[str, ...], ...] = ()
    channels: tuple[str, ...] = ()
    due: DueLimit | None = None

    def to_json(self) -> Json:
        """Return the JSON form described in docs/reading.md."""
        return {
            "text": self.text,
            "paths": [list(path) for path in self.paths],
            "channels": list(self.channels),
            "due": self.due.to_json() if self.due else None,
        }


@dataclass(frozen=True, slots=True)
class RowSource:
    """Position of a row: page from 1 (None if unknown) and the printed text of its cells."""

    page: int | None = None
    cells: tuple[str, ...] = ()

    def to_json(self) -> Json:
        """Return the JSON form described in docs/reading.md."""
        return {"page": self.page, "cells": list(self.cells)}


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One row of the table: headings, measure, units and duties; values of merged cells are repeated in each row."""

    section: str = ""
    item: str = ""
    measure: str = ""
    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    extras: Mapping[str, str] = field(default_factory=dict)
    source: RowSource = RowSource()
    duties: tuple[Duty, ...] = ()

    def to_json(self) -> Json:
        """Return the JSON form described in docs/reading.md."""
        return {
            "section": self.section,
            "item": self.item,
            "measure": self.measure,
            "lead": list(self.lead),
            "responsible": list(self.responsible),
            "extras": dict(self.extras),
            "source": self.source.to_json(),
            "duties": [duty.to_json() for duty in self.duties],
        }


@dataclass(frozen=True, slots=True)
class ReadingWarning:
    """A warning about text that was guessed or could not be read.

    Attributes:
        row: row from 1; None where it is about the whole.
        message: one Chinese sentence for the person who checks.
        field: section, item, measure, lead, responsible, extras or duties; None where it is about more.
        alternative: the second-best reading of that field, where there is one.
    """

    row: int | None
    message: str
    field: str | None = None
    alternative: str | tuple[str, ...] | None = None

    def to_json(self) -> Json:
        """Return the JSON form described in docs/reading.md."""
        other = self.alternative
        return {
            "row": self.row,
            "message": self.message,
            "field": self.field,
            "alternative": list(other) if isinstance(other, tuple) else other,
        }


@dataclass(frozen=True, slots=True)
class CitedBasis:
    """A document that the notice cites as its basis."""

    title: str
    doc_number: str | None = None

    def to_json(self) -> Json:
        """Return the JSON form described in docs/reading.md."""
        return {"title": self.title, "doc_number": self.doc_number}


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that divides tasks among units (任务分工); fields: docs/reading.md."""

    title: str = ""
    doc_number: str | None = None
    issuer: str | None = None
    issued_on: str | None = None
    status: str = "issued"
    public_mark: str | None = None
    attachments: tuple[str, ...] = ()
    basis: tuple[CitedBasis, ...] = ()
    rows: tuple[NoticeRow, ...] = ()
    preamble_duties: tuple[Duty, ...] = ()
    warnings: tuple[ReadingWarning, ...] = ()

    def to_json(self) -> Json:
        """Return the JSON form described in docs/reading.md."""
        return {
            "title": self.title,
            "doc_number": self.doc_number,
            "issuer": self.issuer,
            "issued_on": self.issued_on,
            "status": self.status,
            "public_mark": self.public_mark,
            "attachments": list(self.attachments),
            "basis": [basis.to_json() for basis in self.basis],
            "rows": [row.to_json() for row in self.rows],
            "preamble_duties": [duty.to_json() for duty in self.preamble_duties],
            "warnings": [warning.to_json() for warning in self.warnings],
        }
