"""The list of units that have tasks but lack staff."""

from collections.abc import Sequence

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.urls import reverse
from django_filters import ChoiceFilter

from gongkai.core.registers.columns import Column, chip
from gongkai.core.registers.register import Listing, Register
from gongkai.core.spreadsheets.sheet import AnyRow
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.work.notices.panels import can_staff
from gongkai.work.notices.queries.staffing import UnstaffedUnit, list_unstaffed_units


def _missing_staff(row: AnyRow) -> str:
    return UnstaffedUnit(row, row.tasks, bool(row.idle), bool(row.unsigned)).words


class UnstaffedUnits(Register[Body]):
    """Unstaffed units in the user's reach, those without any clerk first."""

    name, route, model, title = "notices.unstaffed", "notices_unstaffed", Body, "缺少人员的单位"
    section = (("任务分工", "notices_list"),)
    columns = (
        Column("name", "单位"),
        Column("tasks", "未办结任务", value=lambda row: row.tasks, number=True, order="tasks"),
        Column(
            "lacking",
            "缺少的人员",
            value=_missing_staff,
            cell=lambda row: chip(_missing_staff(row)) if row.idle else _missing_staff(row),
            order="",
            width=40,
        ),
    )
    filters = (
        (
            "lacks",
            ChoiceFilter(
                label="缺少",
                choices=[("idle", "经办人、负责人"), ("unsigned", "签发人")],
                empty_label="全部",
                method=lambda rows, name, value: rows.filter(**{value: 1}),
            ),
        ),
    )
    words = ("name",)
    order = ("-idle", "-tasks", "pk")
    intro = (
        "已有任务而没有经办人、负责人的单位，收不到任务和提醒；没有签发人的，信息不能签发。"
        "由系统管理员在单位的页面上安排任职。"
    )
    empty = "没有缺少人员的单位。"
    has_record = False

    def rows(self, by: Actor) -> "QuerySet[Body]":
        """Return the units annotated with open tasks and missing staff."""
        found = {row.body.pk: row for row in list_unstaffed_units(by)}
        count = [When(pk=pk, then=Value(row.open)) for pk, row in found.items()]

        def marked(numbers: list[int]) -> Case:
            return Case(When(pk__in=numbers, then=Value(1)), default=0, output_field=IntegerField())

        return Body.objects.filter(pk__in=found).annotate(
            tasks=Case(*count, default=0, output_field=IntegerField()),
            idle=marked([pk for pk, row in found.items() if row.no_worker]),
            unsigned=marked([pk for pk, row in found.items() if row.no_signer]),
        )

    def totals(self, listing: Listing[Body]) -> Sequence[tuple[str, object]]:
        """Return the number of units, and of those without a clerk."""
        units = listing.filters.rows()
        return (("单位", units.count()), ("没有人能办", units.filter(idle=1).count()))

    def url_of(self, row: Body) -> str:
        """Return the URL of the unit."""
        return reverse("units:body", args=[row.pk])

    def ways(self, by: Actor, row: Body) -> Sequence[tuple[str, str]]:
        """Return the link to the page for appointments."""
        return (("安排人员" if can_staff(by) else "查看", self.url_of(row)),)
