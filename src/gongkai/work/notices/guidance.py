"""The register of guidance records (指导督促记录): who guided whom, when, on which measure."""

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.core.registers.columns import ASIDE, Column
from gongkai.core.registers.filters import Year
from gongkai.core.registers.forms import New
from gongkai.core.registers.register import Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.work.notices import actions
from gongkai.work.notices.models import Guidance, Measure
from gongkai.work.notices.queries.visible import visible_to
from gongkai.work.notices.states import NoticeState
from gongkai.work.notices.views.registers import own_bodies


def _guided_name(row: Guidance) -> Body | str:
    return row.guided or row.counterpart


def list_measures_in_force(by: Actor, row: Guidance | None) -> QuerySet[Measure]:
    """Return the measures of visible notices in force."""
    return Measure.objects.filter(notice__in=visible_to(by), notice__state=NoticeState.LIVE)


def list_active_bodies(by: Actor, row: Guidance | None) -> QuerySet[Body]:
    """Return the active units."""
    return Body.objects.filter(active_to=None, merged_into=None)


class GuidanceRecords(Register[Guidance]):
    """Register of guidance given and received."""

    name, route, model, title = "notices.guidance", "notices_guidance", Guidance, "指导督促记录"
    section = (("任务分工", "notices_list"),)
    columns = (
        "on",
        "kind",
        "guiding",
        Column("guided", "对象", value=_guided_name, order="guided__name"),
        "words",
        Column("measure", value=lambda row: row.measure.title if row.measure else ""),
        Column("recorded_by", at=ASIDE),
    )
    filters = (Year("on"), "kind", "guiding", "guided")
    words = ("words", "counterpart", "measure__text")
    unit = "guiding"
    intro = "谁在何时就哪项举措指导了谁。指导类任务要有每个对象单位的记录才能销号。"
    empty = "还没有指导记录。"
    new = New(
        action=actions.record_guidance,
        label="登记",
        targets=own_bodies,
        target="guiding",
        fields=("kind", "on", "guided", "counterpart", "measure", "words"),
        offers={"guided": list_active_bodies, "measure": list_measures_in_force},
        initial=lambda by, row: {"on": timezone.localdate()},
    )
    template = "notices/guidance.html"

    def rows(self, by: Actor) -> QuerySet[Guidance]:
        """Return records of one's own and supervised units."""
        return super().rows(by).select_related("guiding", "guided", "measure")

    def heading_of(self, row: Guidance) -> str:
        """Return the kind of guidance and the guided unit."""
        return f"{row.get_kind_display()}{row.guided.label if row.guided else row.counterpart}"
