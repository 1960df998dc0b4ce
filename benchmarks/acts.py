"""Measure the cost of actions: processor time and queries of the actions that build the small sample city.

    python -m benchmarks.acts

The sample city is built with some 1,700 actions of clerks, signers and heads. The cost of a nested action
(for example, the last signature publishes) is not counted for the outer one.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import mean, median
from typing import Any

#: Label of a kind of action → the names of its actions.
ACTION_KINDS = {
    "hand in with evidence": ("assignment.submit",),
    "return": ("assignment.return", "publishing.return_review", "account_filing.return"),
    "accept": ("assignment.accept", "self_assessment.accept", "account_filing.accept"),
    "submit a text": ("publishing.submit",),
    "sign": ("publishing.approve",),
    "answer": ("request.decide", "inquiry.answer", "inquiry.answer_at_once", "answers.give"),
    "publish": ("publishing.publish",),
    "place in a column": ("publishing.place",),
    "appoint": ("units.appoint",),
}


@dataclass
class ActionCosts:
    """Costs of the runs of one action: milliseconds of processor time and number of statements of each run."""

    own_ms: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)


@dataclass
class Meter:
    """Count statements, and record the cost of each action without its nested actions."""

    spent: dict[str, ActionCosts] = field(default_factory=dict)
    statements: int = 0
    inner: list[list[float]] = field(default_factory=list)

    def count(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Count one statement, unless it only opens or releases a savepoint."""
        self.statements += not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
        return execute(sql, params, many, context)

    @contextmanager
    def act(self, name: str) -> Iterator[None]:
        """Measure one action."""
        began, asked = time.process_time(), self.statements
        self.inner.append([0.0, 0])
        try:
            yield
        finally:
            took, count = (time.process_time() - began) * 1000, self.statements - asked
            inside = self.inner.pop()
            kept = self.spent.setdefault(name, ActionCosts())
            kept.own_ms.append(took - inside[0])
            kept.queries.append(int(count - inside[1]))
            if self.inner:
                self.inner[-1][0] += took
                self.inner[-1][1] += count


def run() -> dict[str, float]:
    """Return the figures on both databases."""
    from benchmarks.compare import run_on

    figures: dict[str, float] = {}
    for vendor in ("sqlite", "postgresql"):
        result = run_on("benchmarks.acts", vendor, 1)
        if result is None:
            print(f"  {vendor}: skipped, no server")
            continue
        figures |= {f"{vendor} {name}": value for name, value in result.items()}
    return figures


def figures_of(spent: dict[str, ActionCosts]) -> dict[str, float]:
    """Return the figures by kind (median) and of all actions (mean).

    The median leaves out what a process builds once; the mean includes it.
    """
    figures: dict[str, float] = {}
    for kind, names in ACTION_KINDS.items():
        rows = [spent[name] for name in names if name in spent]
        figures[f"{kind}: own processor ms"] = median(one for row in rows for one in row.own_ms)
        figures[f"{kind}: queries"] = mean(one for row in rows for one in row.queries)
    everything = [one for row in spent.values() for one in row.own_ms]
    figures["all acts: number"] = len(everything)
    figures["all acts: processor ms of an act"] = mean(everything)
    figures["all acts: median processor ms of an act"] = median(everything)
    figures["all acts: queries of an act"] = mean(one for row in spent.values() for one in row.queries)
    return figures


def main() -> None:
    """Build the sample city in the database named by the environment, and print the figures as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
    os.environ["GONGKAI_SECOND_FACTOR"] = "off"
    import django

    django.setup()
    from django.db import connection

    from benchmarks.portal_queries import processor_seconds
    from gongkai.core.acts.action import ACTIONS_BY_NAME, Action
    from gongkai.ops.demo.build import build_city
    from gongkai.ops.upkeep.migrating import migrate_database

    migrate_database()
    meter = Meter()
    call, many = Action.__call__, Action.many

    def once(self: Any, *args: Any, **facts: Any) -> Any:
        with meter.act(self.name):
            return call(self, *args, **facts)

    def often(self: Any, *args: Any, **facts: Any) -> Any:
        with meter.act(f"{self.name} (many)"):
            return many(self, *args, **facts)

    Action.__call__, Action.many = once, often  # type: ignore[method-assign]
    before = processor_seconds()
    with connection.execute_wrapper(meter.count):
        build_city(lambda _: None, small=True)
    if gone := {name for names in ACTION_KINDS.values() for name in names} - ACTIONS_BY_NAME.keys():
        raise SystemExit(f"unknown actions: {', '.join(sorted(gone))}")
    figures = figures_of(meter.spent)
    figures["the whole sample: processor s"] = processor_seconds() - before
    figures["the whole sample: queries"] = meter.statements
    print(json.dumps(figures))


if __name__ == "__main__":
    sys.exit(main())
