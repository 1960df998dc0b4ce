"""政策解读专员: who explains a unit's policies, as a register; units that published policy documents and name nobody are missing."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.interpretation import actions, queries
from gongkai.interpretation.models import Specialist
from gongkai.interpretation.views.common import bodies_seen, writable
from gongkai.registers.columns import Column
from gongkai.registers.filters import Chosen
from gongkai.registers.forms import Act, New
from gongkai.registers.register import Register
from gongkai.units.actors import Actor
from gongkai.units.models import Body, Person


def people(by: Actor, row: Specialist | None) -> QuerySet[Person]:
    """Return the people who can be named: those with a post in a unit for which somebody records."""
    rows = Person.objects.filter(active=True, appointments__body__in=writable(by)).distinct()
    return rows.order_by("name", "pk")


class Specialists(Register[Specialist]):
    """Who explains policies today."""

    name, model, title, section = "interpretation.specialists", Specialist, "政策解读专员", ("政策解读",)
    columns = (
        "body",
        Column("person", "姓名", value=lambda row: row.person.name, order="person__name"),
        "field",
        "phone",
        "start",
    )
    main = "person"
    filters = ("body",)
    words = ("person__name", "field", "phone")
    intro = "每个起草政策文件的单位至少确定一名，写明领域和电话。"
    empty = "还没有登记解读专员。"
    new = New(
        action=actions.appoint_specialist,
        label="登记专员",
        targets=writable,
        fields=("person", "field", "phone"),
        offers={"person": people},
    )
    acts = (Act(action=actions.release_specialist, label="不再担任", done="已登记，不再担任。"),)

    def rows(self, by: Actor) -> QuerySet[Specialist]:
        """Return those of the units that somebody sees who have not ended."""
        today = timezone.localdate()
        return super().rows(by).filter(Q(end=None) | Q(end__gt=today), start__lte=today)

    def heading_of(self, row: Specialist) -> str:
        """Return the person and the unit."""
        return f"{row.person.name}（{row.body.label}）"

    def owing(self, by: Actor, chosen: Chosen) -> QuerySet[Body]:
        """Return the units that have published policy documents."""
        return queries.drafting_bodies(bodies_seen(by))
