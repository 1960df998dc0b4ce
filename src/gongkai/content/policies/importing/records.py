"""The spreadsheet of the library, out and in; a column names the file of the text, uploaded beforehand."""

from collections.abc import Iterable

from django.db.models import Model

from gongkai.content.policies.actions import change, enter, remove
from gongkai.content.policies.actions.files import give_text
from gongkai.content.policies.actions.records import doubles
from gongkai.content.policies.importing.planner import Planner
from gongkai.content.policies.importing.sheet import SHEET
from gongkai.content.policies.models import PolicyRecord
from gongkai.content.policies.queries.office import visible_to
from gongkai.content.policies.rules import vouches
from gongkai.content.policies.signed import against, held
from gongkai.content.policies.wording import WAITING
from gongkai.core.acts.actors import Actor
from gongkai.core.spreadsheets.importers import Change, Plan, Recorder
from gongkai.core.spreadsheets.sheet import Table
from gongkai.core.units.models import Role


class LibraryImporter:
    """The library in and out."""

    name = "policies"
    label = "政策库"
    sheet = SHEET
    home = "policies:records"

    def why_not(self, by: Actor) -> list[str]:
        """Those who keep any unit's documents."""
        roles = (Role.CHIEF, Role.CLERK, Role.LEAD, Role.SIGNER)
        allowed = getattr(by, "system", False) or by.has(*roles)  # type: ignore[attr-defined]
        return [] if allowed else ["只有起草单位和政务公开办可以导入政策库。"]

    def plan(self, table: Table, *, by: Actor) -> Plan:
        """Return what the rows would enter and change."""
        return Planner(table, by).plan()

    def carry_out(self, change_: Change, *, by: Actor, recorder: Recorder) -> None:
        """Enter or change one record, and give it its text."""
        facts = change_.facts
        record = change_.target
        assert record is None or isinstance(record, PolicyRecord)
        if record is None:
            record = enter(facts["body"], by=by, **facts["fields"])
            recorder.made(record)
        elif facts["fields"]:
            recorder.before(record)
            record = change(record, by=by, **facts["fields"])
        if facts["file"] is not None:
            if change_.target is not None:
                recorder.before(record)
            give_text(record, by=by, file=facts["file"])

    def against_undo(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return what changing or removing a record asks: whose it is, and what was signed stays as signed."""
        assert isinstance(row, PolicyRecord)
        if changed is None:
            return remove.why_not(row, by=by) + (vouches(by, row) if held(row) else [])  # type: ignore[arg-type]
        if held(row) and set(changed) & set(WAITING):
            return ["这份文件已经签发公开，撤销导入会改变公众看到的内容；请在入库信息中修改，由另一人确认。"]
        return [*change.why_not(row, by=by), *doubles(row), *against(row, changed, by)]

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the library as this person sees it."""
        return visible_to(by).select_related("body").order_by("pk")


LIBRARY = LibraryImporter()
