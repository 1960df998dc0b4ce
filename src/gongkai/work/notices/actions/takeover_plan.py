"""Plan which rows an amended version (修订版) takes over; the log stores the plan."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from gongkai.core.acts.action import Refused, get_log_stream
from gongkai.core.acts.joint_transactions import write_queued_records
from gongkai.core.acts.models import Movement
from gongkai.work.notices.entries.expansion import PlanningInput
from gongkai.work.notices.models import Notice
from gongkai.work.notices.versions.comparison import CHANGED, GONE, KEPT, NEW, compare_versions

#: Fact of the log record of the confirmation: the rows to take over.
TAKEOVER_FACT = "takeover"
OLDER_CHANGED_ERROR = "原通知刚刚有变化，请回到逐条对照页重新确认。"


@dataclass(frozen=True)
class RevisionTakeover:
    """The rows that an amended version takes over.

    `older` and `version` are the key and the version of the older notice; `pairs` the keys of rows
    in force and of their new texts; `changes` the differences of changed rows; `kept` the reasons
    for kept rows; `gone` the dropped rows; `new` the new rows; `counts` the number of rows by
    status. Rows are named by the key of the row in force.
    """

    older: int
    version: int
    pairs: Sequence[tuple[int, int]]
    changes: Mapping[int, Sequence[str]]
    kept: Mapping[int, str]
    gone: Sequence[int]
    new: Sequence[int]
    counts: Mapping[str, int]

    def as_facts(self) -> dict[str, object]:
        """Return the plan as JSON for the log, where primary keys that are keys of objects become strings."""
        return asdict(self)

    @classmethod
    def from_facts(cls, facts: Mapping[str, object]) -> "RevisionTakeover":
        """Return what `as_facts` stored."""
        known = {name: facts[name] for name in cls.__dataclass_fields__}
        known["pairs"] = [tuple(pair) for pair in known["pairs"]]  # type: ignore[attr-defined]
        for name in ("changes", "kept"):
            known[name] = {int(key): value for key, value in known[name].items()}  # type: ignore[attr-defined]
        return cls(**known)  # type: ignore[arg-type]


def plan_takeover(notice: Notice, expansion: PlanningInput) -> RevisionTakeover:
    """Compare an amended version with the older notice; call it before the transaction.

    Raises:
        Refused: a row is not accepted, or has no unit.
    """
    older = notice.amends
    assert older is not None
    revision = compare_versions(notice)
    if revision.waiting:
        raise Refused(OLDER_CHANGED_ERROR)
    ownerless = {row.pk for row in expansion.ownerless}
    for line in revision.pairs:
        if line.status == CHANGED and line.new and line.new.pk in ownerless:
            raise Refused(f"第{line.number}行没有责任单位，请补充。")
    lines = [(line, line.old.pk) for line in revision.lines if line.old]
    return RevisionTakeover(
        older=older.pk,
        version=older.version,
        pairs=[(old, line.new.pk) for line, old in lines if line.new],
        changes={old: [*line.changes] or list(line.alone) for line, old in lines if line.status == CHANGED},
        kept={old: line.kept for line, old in lines if line.status == KEPT},
        gone=[old for line, old in lines if line.status == GONE],
        new=[line.new.pk for line in revision.lines if line.status == NEW and line.new],
        counts={status: count for status, _, count in revision.counts},
    )


def load_takeover(notice: Notice) -> RevisionTakeover | None:
    """Return the rows that a confirmed version takes over, as the log states them, or None."""
    write_queued_records()
    rows = Movement.objects.filter(stream=get_log_stream(notice), facts__has_key=TAKEOVER_FACT)
    last = rows.order_by("-seq").values_list("facts", flat=True).first()
    return RevisionTakeover.from_facts(last[TAKEOVER_FACT]) if last else None
