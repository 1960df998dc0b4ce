"""Course events about spreadsheets and lists: imports, holidays, comments, entries of a source."""

from datetime import date
from typing import Any

from django.utils import timezone

from gongkai.core.ledger import holidays
from gongkai.core.ledger.actions import set_external_ref
from gongkai.core.ledger.ledger_sheet import LEDGER_SHEET
from gongkai.core.ledger.queries import visible_to
from gongkai.core.spreadsheets import actions as sheets
from gongkai.core.spreadsheets.models import ImportRun
from gongkai.core.spreadsheets.writer import write_xlsx
from gongkai.lib.law.calendar import Holiday, HolidayNotice
from gongkai.oversight.gathering import actions as gathering
from gongkai.work.participation import actions as participating
from gongkai.work.participation.actions.commenting import SubmittedComment
from gongkai.work.tables import actions as tabling
from simulation.events import event
from simulation.steps import Player, Step
from simulation.turns import row_of
from simulation.values import NAMES, SENTENCES

#: Rows of a sheet; number of a weekday.
ROWS = 3
SATURDAY = 5
#: Fields of a table schema.
OWN_FIELDS = [{"key": "name", "label": "名称", "required": True}]


class Killed(BaseException):
    """The worker is killed."""


@event
def sheet_is_uploaded(player: Player, step: Step) -> None:
    """Upload a spreadsheet of the ledger with changed numbers."""
    by = player.actor(step.by)
    rows = visible_to(by).filter(closed_at=None, body__in=by.bodies).order_by("-pk")
    entries = [one for one in rows[: 9 * ROWS] if not set_external_ref.why_not(one, by=by)][:ROWS]
    for number, entry in enumerate(entries):
        entry.external_ref = f"建-{step.data['draw'][0]}-{number}"
    if not entries:
        return
    sheets.upload_for_dry_run("ledger", content=write_xlsx(LEDGER_SHEET, entries), file_name="台账.xlsx", by=by)


@event
def sheet_heads_are_set(player: Player, step: Step) -> None:
    """Map a header of the spreadsheet."""
    column = LEDGER_SHEET.columns[-1]
    sheets.set_head_meanings(row_of(step), by=player.actor(step.by), heads={column.head: column.key})


@event
def sheet_is_applied(player: Player, step: Step) -> None:
    """Apply the spreadsheet."""
    sheets.apply(row_of(step), by=player.actor(step.by))


@event
def import_dies(player: Player, step: Step) -> None:
    """Start to write the rows of a spreadsheet and crash."""
    run: ImportRun = row_of(step)

    def die(rows: int) -> None:
        if rows:
            raise Killed

    try:
        sheets.write_rows(run, by=player.actor(step.by), progress=die)
    except Killed:
        return


@event
def holidays_are_entered(player: Player, step: Step) -> None:
    """Enter next year's holidays from the State Council's announcement."""
    year = timezone.localdate().year + 1
    off = (Holiday("元旦", date(year, 1, 1), date(year, 1, 3)),)
    title = f"关于{year}年部分节假日安排的通知"
    saturday = next(day for number in range(4, 11) if (day := date(year, 1, number)).weekday() == SATURDAY)
    notice = HolidayNotice(year, title, "", None, "https://www.gov.cn/x", off, (saturday,))
    holidays.enter_holidays(None, by=player.actor(step.by), notice=notice)


@event
def comments_are_registered(player: Player, step: Step) -> None:
    """Register comments received by letter."""
    given: list[Any] = [
        SubmittedComment(text=text, clause="", channel="letter", at=timezone.now()) for text in SENTENCES[:2]
    ]
    participating.register_comments(row_of(step), by=player.actor(step.by), given=given)


@event
def entries_are_added(player: Player, step: Step) -> None:
    """Enter a source's list."""
    from gongkai.oversight.gathering.texts import SourceEntry

    address = f"https://www.yunling.gov.example/{step.data['draw'][0]}"
    rows = [SourceEntry(f"{address}/{number}.html", name) for number, name in enumerate(NAMES)]
    gathering.add_gathered_entries(row_of(step), by=player.actor(step.by), entries=rows)


@event
def schema_is_made(player: Player, step: Step) -> None:
    """Create a table schema."""
    tabling.make_schema(
        None,
        by=player.actor(step.by),
        key=f"own{step.data['draw'][0]}",
        label="自设表",
        source="本市规定",
        fields=OWN_FIELDS,
    )
