"""`audit verify`: the log and its seals, the entries against the log, and what other rooms register.

`register_check(name, label, check)` adds one; a check returns a `Verdict` (how many rows it read, and the first that does not hold).
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import CharField, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat

from gongkai.acts import guards, seal, stamps
from gongkai.acts.models import Movement
from gongkai.acts.portions import PORTION, portions
from gongkai.acts.seal import Verdict
from gongkai.ledger.clock import recompute
from gongkai.ledger.models import Entry

Check = Callable[[], Verdict]


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    name: str
    label: str
    verdict: Verdict


CHECKS: dict[str, tuple[str, Check]] = {}


def register_check(name: str, label: str, check: Check) -> None:
    """Enter a check; called by its room when it starts."""
    CHECKS[name] = (label, check)


def verify() -> list[Finding]:
    """Run all checks, the log's first."""
    return [Finding(name, label, check()) for name, (label, check) in CHECKS.items()]


def guards_are_up() -> Verdict:
    """Whether every insert-only table still has the triggers that refuse a change."""
    lost = guards.missing()
    broken = f"只增表 {lost[0]} 的保护触发器缺失" if lost else ""
    return Verdict(len(guards.GUARDED), broken)


def entries_hold() -> Verdict:
    """Whether each entry stands in the state that its last movement with a state says: a state changed behind the log shows.

    Other rooms write into an entry's stream, too (an order that another platform handed in): what names no state moved none.
    """
    said = Movement.objects.filter(stream=OuterRef("stream_name")).exclude(to_state="")
    last = said.order_by("-seq").values("to_state")[:1]
    rows = Entry.objects.annotate(
        stream_name=Concat(Value("entry/"), Cast("pk", CharField()), output_field=CharField()),
        said=Subquery(last),
    )
    wrong = rows.filter(Q(said=None) | ~Q(said=F("state"))).order_by("pk").first()
    if wrong is None:
        return Verdict(Entry.objects.count())
    said = wrong.said
    return Verdict(
        Entry.objects.count(), f"{wrong.number} {'没有流水' if said is None else '的状态与流水不符'}"
    )


def clocks_hold() -> Verdict:
    """Whether the dates of each open entry are those that its clock events give: a date set by hand shows."""
    rows = Entry.objects.open().prefetch_related("clock_events").order_by("pk")
    read = 0
    for some in portions(rows.iterator(PORTION)):
        read += len(some)
        wrong = [moved for moved in recompute(some) if moved.due_moved]
        if wrong:
            return Verdict(read, f"{wrong[0].entry.number} 的到期日与计时事项不符")
    return Verdict(read)


register_check("log", "操作流水与每日封存", seal.verify)
register_check("stamps", "封存的时间戳", lambda: Verdict(*stamps.kept_hold()))
register_check("guards", "只增表保护", guards_are_up)
register_check("entries", "台账状态与流水", entries_hold)
register_check("clocks", "到期日与计时事项", clocks_hold)
