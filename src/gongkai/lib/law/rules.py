"""Rule sets: one row per kind of record that has a clock (``data/rules.toml``), its numbers from `figures`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from gongkai.lib.law.errors import LawError
from gongkai.lib.law.figures import Figure, figures, stamp


@dataclass(frozen=True, slots=True)
class Stop:
    """A suspension of a clock from the event `begin` to the event `end`.

    Attributes:
        at_end: ``restart``: the period starts anew after the end; ``resume``: the time between is left out; ``keep``: the date
            stays as it was (what was handed in waits for its judgement).
        limit: the longest it lasts; with `value_limit` the begin event's own VALUE in working days.
        at_limit: at the end of the limit the stop ends by itself (``resume``), or the matter counts as given
            up (``abandon``).
        within: the latest day from the start on which it may begin.
        once: a second time is irregular.
        renew: begun again while it lasts, its limit runs from the later day (otherwise that is irregular).
        not_late: beginning after the due date then in force is irregular.
        end_who: who does what ends it, where `end_text` begins with that: 未 stands behind it.
        served: the event of its notice's receipt: where it is known, the limit runs from it; the clock stands still from `begin` all the same.
    """

    key: str
    begin: str
    begin_text: str
    end: str
    end_text: str
    rule: str
    at_end: str
    at_end_figure: Figure | None = None
    at_limit: str | None = None
    limit: Figure | None = None
    limit_text: str = ""
    value_limit: bool = False
    within: Figure | None = None
    once: bool = False
    renew: bool = False
    not_late: bool = False
    end_who: str = ""
    served: str = ""
    served_text: str = ""

    def not_ended(self, negation: str) -> str:
        """Return the words for the missing end: 第三方仍未答复, 未收到补正后的申请."""
        return f"{self.end_who}{negation}{self.end_text.removeprefix(self.end_who)}"


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension: at most `figure` in all or, if `ordered`, to a new date in the event."""

    kind: str
    rule: str
    figure: Figure | None = None
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """An event that sets another date for an ordered clock."""

    kind: str
    label: str
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Reopening:
    """An event that restarts a closed clock; `restart`: its period starts again that day."""

    kind: str
    text: str
    rule: str
    restart: bool = False


@dataclass(frozen=True, slots=True)
class Finish:
    """An event that ends a clock in another way: withdrawn, ended."""

    kind: str
    text: str
    rule: str


Role = Literal["start", "begin", "served", "end", "extend", "order", "reopen", "close", "finish"]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The clock rules of a kind of record; see the head of ``data/rules.toml``."""

    key: str
    name: str
    start: str
    start_text: str
    start_rule: str
    rule: str
    close: str
    close_text: str
    warn: Figure
    period: Figure | None = None
    roll: bool = False
    minimum: bool = False
    ordered: bool = False
    own_period: bool = False
    stops: tuple[Stop, ...] = ()
    extend: Extension | None = None
    orders: Mapping[str, Order] = field(default_factory=dict)
    reopens: Mapping[str, Reopening] = field(default_factory=dict)
    finishes: Mapping[str, Finish] = field(default_factory=dict)
    roles: Mapping[str, tuple[Role, Stop | None]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def unit(self) -> str:
        """Return the unit of the period: working_day, day, month or hour."""
        return self.period.unit if self.period else "day"

    @property
    def closing(self) -> frozenset[str]:
        """Return the kinds of events that end the clock."""
        return frozenset({self.close, *self.finishes})

    @property
    def figures(self) -> tuple[Figure, ...]:
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
        return {
            "start": self.start_text,
            "close": self.close_text,
            "extend": "延长期限",
        }[role]

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
def _load_table() -> dict[str, Any]:
    return tomllib.loads(files("gongkai.lib.law").joinpath("data/rules.toml").read_text("utf-8"))


def rule_sets(settings: Mapping[str, object] | None = None) -> Mapping[str, RuleSet]:
    """Return all rule sets by key, their figures as `figures(settings)` gives them.

    Raises:
        LawError: a setting that cannot be.
    """
    return _cached_rule_sets(stamp()) if settings is None else _build_rule_sets(figures(settings))


@lru_cache(maxsize=4)
def _cached_rule_sets(stamp: tuple[str, int]) -> Mapping[str, RuleSet]:
    return _build_rule_sets(figures())


def _build_rule_sets(numbers: Mapping[str, Figure]) -> Mapping[str, RuleSet]:
    return MappingProxyType({key: _build_rule_set(key, row, numbers) for key, row in _load_table().items()})


def rule_set(key: str, sets: Mapping[str, RuleSet] | None = None) -> RuleSet:
    """Return one rule set.

    Raises:
        LawError: there is none of that name.
    """
    table = RULE_SETS if sets is None else sets
    if key not in table:
        raise LawError(f"没有这一类期限规则：{key}")
    return table[key]


def _build_rule_set(key: str, row: Mapping[str, Any], numbers: Mapping[str, Figure]) -> RuleSet:
    fields = {name: value for name, value in row.items() if name not in {"stop", "extend", "order", "reopen", "finish"}}
    period = numbers[row["period"]] if "period" in row else None
    rule = row.get("rule") or (period.source if period else "")
    stops = tuple(_build_stop(stop, numbers) for stop in row.get("stop", ()))
    extend = _build_extension(row["extend"], rule, numbers) if "extend" in row else None
    roles: dict[str, tuple[Role, Stop | None]] = {
        row["start"]: ("start", None),
        row["close"]: ("close", None),
    }
    for stop in stops:
        roles |= {stop.begin: ("begin", stop), stop.end: ("end", stop)}
        roles |= {stop.served: ("served", stop)} if stop.served else {}
    if extend:
        roles[extend.kind] = ("extend", None)
    orders = {one["kind"]: Order(**{"rule": rule, **one}) for one in row.get("order", ())}
    roles |= dict.fromkeys(orders, ("order", None))
    reopens = {one["kind"]: Reopening(**{"rule": rule, **one}) for one in row.get("reopen", ())}
    roles |= dict.fromkeys(reopens, ("reopen", None))
    finishes = {one["kind"]: Finish(**{"rule": rule, **one}) for one in row.get("finish", ())}
    roles |= dict.fromkeys(finishes, ("finish", None))
    fields |= {"period": period, "rule": rule, "start_rule": row.get("start_rule", rule), "key": key}
    fields |= {"warn": numbers[row["warn"]], "stops": stops, "extend": extend}
    fields |= {"orders": MappingProxyType(orders), "reopens": MappingProxyType(reopens)}
    fields |= {"finishes": MappingProxyType(finishes)}
    return RuleSet(**fields, roles=MappingProxyType(roles))


def _build_stop(row: Mapping[str, Any], numbers: Mapping[str, Figure]) -> Stop:
    named: dict[str, object] = {name: numbers[row[name]] for name in ("limit", "within") if name in row}
    if row["at_end"] in numbers:
        choice = numbers[row["at_end"]]
        named |= {"at_end_figure": choice, "at_end": str(choice.value)}
    return Stop(**{**row, **named})


def _build_extension(row: Mapping[str, Any], rule: str, numbers: Mapping[str, Figure]) -> Extension:
    figure = numbers[row["figure"]] if "figure" in row else None
    source = row.get("rule") or (figure.source if figure else rule)
    return Extension(row["kind"], source, figure, row.get("ordered", False))


#: The rule sets with the figures as they come (an office's own settings: `rule_sets()`).
RULE_SETS: Mapping[str, RuleSet] = rule_sets({})
