"""Register of interpretation specialists (政策解读专员) and of units without one."""

from django.db.models import Q, QuerySet
from django.utils import timezone
from django_filters import ChoiceFilter

from gongkai.content.interpretation import actions, queries
from gongkai.content.interpretation.models import Specialist, SpecialistRule
from gongkai.content.interpretation.views import bodies_seen, list_writable_bodies
from gongkai.core.registers.columns import Column
from gongkai.core.registers.filters import ChosenFilters
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.register import Register
from gongkai.core.units.actors import Actor, in_force_q
from gongkai.core.units.models import Appointment, Body, Person


def list_nameable_persons(by: Actor, row: Specialist | None) -> QuerySet[Person]:
    """Return the active persons who hold a post in a unit that the user may write for."""
    posts = Appointment.objects.filter(in_force_q(), body__in=list_writable_bodies(by))
    return Person.objects.filter(active=True, pk__in=posts.values("person")).order_by("name", "pk")


def _filter_serving(rows: QuerySet[Specialist], name: str, value: str) -> QuerySet[Specialist]:
    """Return the specialists whose term has ended ("past"), or the others."""
    today = timezone.localdate()
    past = Q(end__isnull=False, end__lte=today)
    return rows.filter(past) if value == "past" else rows.exclude(past)


class SpecialistRegister(Register[Specialist]):
    """Register of current interpretation specialists (政策解读专员)."""

    name, model, title, section = "interpretation.specialists", Specialist, "政策解读专员", ("政策解读",)
    columns = (
        "body",
        Column("person", "姓名", value=lambda row: row.person.name, order="person__name"),
        "field",
        "phone",
        "start",
        "end",
    )
    main = "person"
    filters = (
        (
            "serving",
            ChoiceFilter(
                label="任职",
                choices=[("now", "现任"), ("past", "已结束")],
                empty_label="全部",
                method=_filter_serving,
            ),
        ),
        "body",
    )
    initial_filters = {"serving": "now"}
    search_fields = ("person__name", "field", "phone")
    intro = "每个起草、执行政策文件的单位至少确定一名，写明领域和电话。"
    empty = "还没有登记解读专员。"
    new = New(
        action=actions.appoint_specialist,
        label="登记专员",
        targets=list_writable_bodies,
        fields=("person", "field", "phone"),
        offers={"person": list_nameable_persons},
    )
    acts = (
        Act(
            action=actions.release_specialist,
            label="不再担任",
            when=lambda row: row.end is None,
            done="已登记，不再担任。",
        ),
    )

    def get_heading(self, row: Specialist) -> str:
        """Return the person and the unit."""
        return f"{row.person.name}（{row.body.label}）"

    def owing_units(self, by: Actor, chosen: ChosenFilters) -> QuerySet[Body]:
        """Return the units that draft or execute policies."""
        return queries.filter_drafting_bodies(bodies_seen(by))


def _filter_in_force(rows: QuerySet[SpecialistRule], name: str, value: str) -> QuerySet[SpecialistRule]:
    return rows.filter(ended__isnull=value == "now")


class SpecialistRuleRegister(Register[SpecialistRule]):
    """Register of rules for specialists (专员制度) by unit; units without one are listed as missing."""

    name, model, title = "interpretation.specialist_rules", SpecialistRule, "政策解读专员制度"
    section = ("政策解读", ("政策解读专员", "interpretation:specialists"))
    columns = (
        "body",
        "title",
        "dated",
        "number",
        Column("text", at=frozenset({"file", "record"})),
        Column("address", at=frozenset({"file", "record"})),
        "ended",
    )
    main = "title"
    filters = (
        (
            "force",
            ChoiceFilter(
                label="效力",
                choices=[("now", "有效"), ("past", "已废止")],
                empty_label="全部",
                method=_filter_in_force,
            ),
        ),
        "body",
    )
    initial_filters = {"force": "now"}
    search_fields = ("title", "number", "text")
    intro = "各单位解读专员的职责、培训、答复时限等，写成制度印发；新制度印发后，旧的登记废止，仍可查看。"
    empty = "还没有登记专员制度。"
    new = New(action=actions.add_specialist_rule, label="登记制度", targets=list_writable_bodies)
    acts = (Act(action=actions.end_rule, label="废止", when=lambda row: row.ended is None, done="已登记废止。"),)

    def owing_units(self, by: Actor, chosen: ChosenFilters) -> QuerySet[Body]:
        """Return the units that draft or execute policies, which need a rule."""
        return queries.filter_drafting_bodies(bodies_seen(by))
