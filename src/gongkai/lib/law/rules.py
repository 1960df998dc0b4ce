"""Rule sets: one row per kind of timed record (``data/rules.toml``)."""

import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from gongkai.lib.chinese.days import today
from gongkai.lib.law.changes import FigureChange, load_stored_changes
from gongkai.lib.law.errors import LawError
from gongkai.lib.law.figures import (
    LegalFigure,
    describe_missing_figure,
    get_figures_in_force,
    get_settings_file_stamp,
    list_figures_with_history,
)

#: A row of ``data/rules.toml``; a test checks its form.
_Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ClockStop:
    """A rule that pauses a clock from the event `begin` to the event `end`.

    Attributes:
        at_end: ``restart``: the period starts anew after the end; ``resume``: the time between is left out; ``keep``: the date
            does not change (the submission awaits a decision).
        limit: the longest it lasts; with `value_limit` the begin event's own VALUE in working days.
        at_limit: at the end of the limit the stop ends by itself (``resume``), or the matter counts as given
            up (``abandon``).
        within: the latest day from the start on which it may begin.
        once: a second time is irregular.
        renew: begun again while it lasts, its limit runs from the later day (otherwise that is irregular).
        not_late: beginning after the due date then in force is irregular.
        end_subject: the subject with which `end_text` begins, if any; the negation 未 is inserted after it.
        served: the event of its notice's receipt: where it is known, the limit runs from it; the clock stands still from `begin` all the same.
        each_served: several notices may be received while it lasts; the limit runs from the last receipt.
        unknown: why the law of the day does not stop the clock for it; its events are irregular.
    """

    key: str
    begin: str
    begin_text: str
    end: str
    end_text: str
    rule: str
    at_end: str
    at_end_figure: LegalFigure | None = None
    at_limit: str | None = None
    limit: LegalFigure | None = None
    limit_text: str = ""
    value_limit: bool = False
    within: LegalFigure | None = None
    once: bool = False
    renew: bool = False
    not_late: bool = False
    end_subject: str = ""
    served: str = ""
    served_text: str = ""
    each_served: bool = False
    unknown: str = ""

    def not_ended(self, negation: str) -> str:
        """Return the words for an event that has not happened: 第三方仍未答复, 未收到补正后的申请."""
        return f"{self.end_subject}{negation}{self.end_text.removeprefix(self.end_subject)}"


@dataclass(frozen=True, slots=True)
class ClockExtension:
    """A rule for extensions: at most `figure` units in all or, if `ordered`, to a new date in the event."""

    kind: str
    rule: str
    figure: LegalFigure | None = None
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class ClockOrder:
    """A rule for an event that sets another due date, on a clock with ordered dates (交办、承诺)."""

    kind: str
    label: str
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class ClockReopening:
    """A rule for an event that reopens a closed clock; with `restart`, the whole period begins anew that day."""

    kind: str
    text: str
    rule: str
    restart: bool = False


@dataclass(frozen=True, slots=True)
class ClockFinish:
    """A rule for an event that ends a clock without a reply, such as a withdrawal."""

    kind: str
    text: str
    rule: str


#: Effect of an event on a clock.
Role = Literal["start", "begin", "served", "end", "extend", "order", "reopen", "close", "finish"]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The clock rules of a kind of record; see the head of ``data/rules.toml``.

    Attributes:
        not_before: the first day of a figure that a clock started earlier has by its transition rule: it is never due before.
        lawful_acts: (day, event) of acts that were in time by the term known then; a later change of law leaves them so.
    """

    key: str
    name: str
    start: str
    start_text: str
    start_rule: str
    rule: str
    close: str
    close_text: str
    warn: LegalFigure
    period: LegalFigure | None = None
    roll: bool = False  # a last day that is no working day moves to the next one
    minimum: bool = False  # closing before the end of the period is irregular
    ordered: bool = False  # an order names the date, not a period
    own_period: bool = False  # the start event may state its own number of units
    start_on: tuple[int, int] | None = None
    not_before: date | None = None
    lawful_acts: frozenset[tuple[date, str]] = frozenset()
    stops: tuple[ClockStop, ...] = ()
    extend: ClockExtension | None = None
    orders: Mapping[str, ClockOrder] = field(default_factory=dict)
    reopens: Mapping[str, ClockReopening] = field(default_factory=dict)
    finishes: Mapping[str, ClockFinish] = field(default_factory=dict)
    roles: Mapping[str, tuple[Role, ClockStop | None]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def unit(self) -> str:
        """Return the unit of the period: working_day, day, month or hour."""
        return self.period.unit if self.period else "day"

    @property
    def closing(self) -> frozenset[str]:
        """Return the kinds of events that end the clock."""
        return frozenset({self.close, *self.finishes})

    @property
    def figures(self) -> tuple[LegalFigure, ...]:
        """Return every figure that the rule set uses, the period first."""
        found = [self.period, *(f for s in self.stops for f in (s.within, s.limit, s.at_end_figure))]
        found += [self.extend.figure if self.extend else None, self.warn]
        return tuple(figure for figure in found if figure is not None)

    def label(self, kind: str) -> str:
        """Return the Chinese words for a kind of event."""
        role, stop = self.roles[kind]
        if stop is not None:
            return {"begin": stop.begin_text, "served": stop.served_text, "end": stop.end_text}[role]
        if role == "order":
            return self.orders[kind].label
        if role == "finish":
            return self.finishes[kind].text
        if role == "reopen":
            return self.reopens[kind].text
        return {"start": self.start_text, "close": self.close_text, "extend": "延长期限"}[role]

    def as_dict(self) -> dict[str, object]:
        """Return the data that `gongkai law rules --json` prints."""
        return {
            "key": self.key,
            "name": self.name,
            "rule": self.rule,
            "unit": self.unit,
            "start": self.start,
            "close": self.close,
            "events": {kind: self.label(kind) for kind in self.roles},
            "roll": self.roll,
            "minimum": self.minimum,
            "ordered": self.ordered,
            "figures": [figure.as_dict() for figure in self.figures],
        }


@lru_cache(maxsize=1)
def _load_table() -> dict[str, _Row]:
    return read_rule_table(files("gongkai.lib.law").joinpath("data/rules.toml").read_text("utf-8"))


def read_rule_table(text: str) -> dict[str, _Row]:
    """Read the table of rule sets (LawError: a `before` row lacks its last day)."""
    table = tomllib.loads(text)
    for key, row in table.items():
        if any("until" not in earlier for earlier in row.get("before", ())):
            raise LawError(f"lib/law/data/rules.toml 的 {key}：before 行缺少 until")
    return table


def build_rule_sets(settings: Mapping[str, object] | None = None) -> Mapping[str, RuleSet]:
    """Return the rule sets in force today by key, with their figures.

    Without settings these are the figures of this installation; with settings its stored changes do not apply.

    Raises:
        LawError: a setting that is not allowed.
    """
    day = today()
    if settings is None:
        return _load_rule_sets(get_settings_file_stamp(), day, load_stored_changes().figures)
    return _build_rule_sets(get_figures_in_force(settings, on=day, changes=()), day)


@lru_cache(maxsize=4)
def _load_rule_sets(stamp: tuple[str, int], day: date, changes: tuple[FigureChange, ...]) -> Mapping[str, RuleSet]:
    """Return the rule sets in force on a day by key; cached by the stamp of the settings file."""
    return _build_rule_sets(get_figures_in_force(on=day, changes=changes), day)


def _build_rule_sets(numbers: Mapping[str, LegalFigure], day: date) -> Mapping[str, RuleSet]:
    in_force = (key for key, row in _load_table().items() if row.get("period", row["warn"]) in numbers)
    return MappingProxyType({key: _build_rule_set(key, numbers, day) for key in in_force})


def get_rules_on(
    key: str, day: date, changes: Iterable[FigureChange] | None = None, *, nearest: bool = False
) -> RuleSet:
    """Return the rule set in force on the day a clock starts.

    Args:
        key: the rule set.
        day: the day the clock starts.
        changes: figures that override the table; default those of this installation.
        nearest: on a day before the first rule, return that one.

    Raises:
        LawError: there is no such rule set, or no law sets its period on that day.
    """
    if key not in _load_table():
        raise LawError(f"没有这一类期限规则：{key}")
    over = load_stored_changes().figures if changes is None else tuple(changes)
    edges = _list_days_of_change(over)
    place = bisect_right(edges, day) - 1
    rule_set = _load_rules_since(key, edges[place], over, get_settings_file_stamp())
    if rule_set is None and nearest:
        rule_set = next(
            filter(None, (_load_rules_since(key, edge, over, get_settings_file_stamp()) for edge in edges[place:])),
            None,
        )
    if rule_set is None:
        raise LawError(describe_missing_figure(_load_table()[key]["period"], day))
    return rule_set


@lru_cache(maxsize=64)
def _list_days_of_change(changes: tuple[FigureChange, ...]) -> list[date]:
    """Return the days on which any figure or rule changes."""
    spans = [(figure.since, figure.until) for versions in list_figures_with_history({}).values() for figure in versions]
    spans += [(None, earlier["until"]) for row in _load_table().values() for earlier in row.get("before", ())]
    spans += [(change.since, change.until) for change in changes]
    firsts = {since for since, _ in spans if since}
    return sorted({date.min} | firsts | {until + timedelta(days=1) for _, until in spans if until and until < date.max})


@lru_cache(maxsize=1024)
def _load_rules_since(key: str, day: date, changes: tuple[FigureChange, ...], stamp: tuple[str, int]) -> RuleSet | None:
    """Return a rule set with the figures of a day, None if its period is not in force; cached."""
    numbers, period = get_figures_in_force(on=day, changes=changes), _load_table()[key].get("period")
    return None if period and period not in numbers else _build_rule_set(key, numbers, day)


_RULE_PARTS = frozenset({"stop", "extend", "order", "reopen", "finish", "before", "start_on"})


def _build_rule_set(key: str, numbers: Mapping[str, LegalFigure], day: date) -> RuleSet:
    """Return the rule set of a key in force on a day, with the figures `numbers`."""
    row = _get_row_in_force(_load_table()[key], day)
    fields = {name: value for name, value in row.items() if name not in _RULE_PARTS}
    period = numbers[row["period"]] if "period" in row else None
    rule = row.get("rule") or (period.source if period else "")
    if "rule" in row and period and period.changed_on:
        rule = _cite_provision(rule, period)
    stops = tuple(_build_stop(stop, numbers) for stop in row.get("stop", ()))
    extend = _build_extension(row["extend"], rule, numbers) if "extend" in row else None
    roles: dict[str, tuple[Role, ClockStop | None]] = {row["start"]: ("start", None), row["close"]: ("close", None)}
    for stop in stops:
        roles |= {stop.begin: ("begin", stop), stop.end: ("end", stop)}
        roles |= {stop.served: ("served", stop)} if stop.served else {}
    if extend:
        roles[extend.kind] = ("extend", None)
    orders = {value["kind"]: ClockOrder(**{"rule": rule, **value}) for value in row.get("order", ())}
    roles |= dict.fromkeys(orders, ("order", None))
    reopens = {value["kind"]: ClockReopening(**{"rule": rule, **value}) for value in row.get("reopen", ())}
    roles |= dict.fromkeys(reopens, ("reopen", None))
    finishes = {value["kind"]: ClockFinish(**{"rule": rule, **value}) for value in row.get("finish", ())}
    roles |= dict.fromkeys(finishes, ("finish", None))
    fields |= {"period": period, "rule": rule, "start_rule": row.get("start_rule", rule), "key": key}
    fields |= {"warn": numbers[row["warn"]], "stops": stops, "extend": extend}
    fields |= {"orders": MappingProxyType(orders), "reopens": MappingProxyType(reopens)}
    fields |= {"finishes": MappingProxyType(finishes)}
    fields |= {"start_on": tuple(row["start_on"])} if "start_on" in row else {}
    return RuleSet(**fields, roles=MappingProxyType(roles))


def _get_row_in_force(row: _Row, day: date) -> _Row:
    """Return the row of the table with the values that it had on a day."""
    for earlier in sorted(row.get("before", ()), key=lambda one: one["until"], reverse=True):
        if day > earlier["until"]:
            continue
        different = {name: value for name, value in earlier.items() if name not in {"until", "stops", "extend"}}
        stops = [{**stop, **earlier.get("stops", {}).get(stop["key"], {})} for stop in row.get("stop", ())]
        row = {**row, **different, "stop": stops}
        if "extend" in earlier:
            row["extend"] = {**row["extend"], **earlier["extend"]}
    return row


def _cite_provision(rule: str, figure: LegalFigure | None) -> str:
    """Return a provision, with the document that changed its figure if one did."""
    return f"{rule}（{figure.source}）" if figure is not None and figure.changed_on else rule


def _build_stop(row: _Row, numbers: Mapping[str, LegalFigure]) -> ClockStop:
    """Return a stop of the clock with its limits as figures."""
    fields: dict[str, object] = {name: numbers.get(row[name]) for name in ("limit", "within") if name in row}
    changed = next((f for f in fields.values() if isinstance(f, LegalFigure) and f.changed_on), None)
    fields["rule"] = _cite_provision(row["rule"], changed)
    if row["at_end"] in numbers:
        choice = numbers[row["at_end"]]
        fields |= {"at_end_figure": choice, "at_end": str(choice.value)}
    return ClockStop(**{**row, **fields})


def _build_extension(row: _Row, rule: str, numbers: Mapping[str, LegalFigure]) -> ClockExtension:
    """Return the extension of a rule set, with its own provision or that of its figure."""
    figure = numbers.get(row["figure"]) if "figure" in row else None
    source = row.get("rule") or (figure.source if figure else rule)
    return ClockExtension(
        row["kind"], _cite_provision(source, figure) if "rule" in row else source, figure, row.get("ordered", False)
    )


@lru_cache(maxsize=4)
def _load_shipped_rule_sets(_day: date) -> Mapping[str, RuleSet]:
    return build_rule_sets({})


class _ShippedRuleSets(Mapping[str, RuleSet]):
    """The rule sets of today with shipped figures, read when they are asked for."""

    def __getitem__(self, key: str) -> RuleSet:
        return _load_shipped_rule_sets(today())[key]

    def __iter__(self) -> Iterator[str]:
        return iter(_load_shipped_rule_sets(today()))

    def __len__(self) -> int:
        return len(_load_shipped_rule_sets(today()))


#: The rule sets with the shipped figures (with an office's own settings: `build_rule_sets`).
RULE_SETS: Mapping[str, RuleSet] = _ShippedRuleSets()
