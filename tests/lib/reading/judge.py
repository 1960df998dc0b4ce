"""Compare the rows read with the expected rows: exact, wrong and flagged, or wrong and not flagged."""

from dataclasses import dataclass, field

from gongkai.lib.reading import DueLimit, Notice, NoticeRow
from lib.reading.sample_notices import ExpectedRow, SampleNotice


@dataclass
class Verdict:
    """Counts of exact rows and lists of wrong rows, separated by whether a warning flags them."""

    exact: int = 0
    flagged: list[str] = field(default_factory=list)
    unflagged: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Return the number of expected rows."""
        return self.exact + len(self.flagged) + len(self.unflagged)


def due_key(due: DueLimit) -> str:
    """Return a deadline in the notation of the samples."""
    value = {
        "by_date": due.date,
        "yearly_by": due.month_day,
        "recurring": due.period,
        "ongoing": due.mode,
    }.get(due.kind, due.count)
    return f"{due.kind} {value}"


def judge(read: Notice, sample: SampleNotice) -> Verdict:
    """Compare row by row; missing and additional rows are wrong, and unflagged unless a warning exists."""
    verdict = Verdict()
    flagged = {warning.row for warning in read.warnings}
    for number, wanted in enumerate(sample.wanted, 1):
        row = read.rows[number - 1] if number <= len(read.rows) else None
        wrong = differences(row, wanted) if row else ["missing"]
        if not wrong:
            verdict.exact += 1
        else:
            (verdict.flagged if number in flagged else verdict.unflagged).append(f"{number}: {wrong}")
    return verdict


def differences(row: NoticeRow, wanted: ExpectedRow, *, limits: bool = True) -> list[str]:
    """Return the names of the fields of a row that differ, ignoring white space."""
    task = wanted.task
    pairs = {
        "section": (flat(row.section), task.section),
        "item": (flat(row.item), task.item),
        "measure": (flat(row.measure), flat(task.measure)),
        "lead": (row.lead, task.lead),
        "responsible": (row.responsible, task.responsible),
    }
    wrong = [f"{name} {read}" for name, (read, right) in pairs.items() if read != right]
    paths = {">".join(path) for duty in row.duties for path in duty.paths}
    if paths != set(wanted.paths):
        wrong.append(f"paths {paths}")
    if limits and not limits_read(row, wanted.dues):
        wrong.append(f"dues {[due_key(duty.due) for duty in row.duties if duty.due]}")
    return wrong


def limits_read(row: NoticeRow, dues: tuple[str, ...]) -> bool:
    """Return true if every expected deadline was read (`ongoing 持续` also matches 持续推进)."""
    read = [due_key(duty.due) for duty in row.duties if duty.due]
    return all(any(one == due or (due.startswith("ongoing") and one.startswith(due)) for one in read) for due in dues)


def flat(text: str) -> str:
    """Return the text without white space."""
    return "".join(text.split())
