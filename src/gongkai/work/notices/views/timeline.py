"""The timeline, defaults for vague deadline words, and the list of unstaffed units."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django_filters import ChoiceFilter

from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES
from gongkai.core.registers.columns import Column, render_chip
from gongkai.core.registers.register import Listing, Register
from gongkai.core.spreadsheets.sheet import AnyRow
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.widgets.fields import WholeNumberField
from gongkai.core.widgets.forms import PlainForm
from gongkai.core.widgets.query_parameters import get_requested_year
from gongkai.work.notices import actions as act
from gongkai.work.notices.entries.creation import load_own_defaults
from gongkai.work.notices.panels import can_appoint_staff
from gongkai.work.notices.planning.periods import TRACK_LABELS
from gongkai.work.notices.planning.rules import list_preset_meanings
from gongkai.work.notices.queries.timeline import build_timeline, list_awaited_acts
from gongkai.work.notices.queries.unstaffed_units import UnstaffedUnit, list_unstaffed_units
from gongkai.work.notices.queries.visible import visible_to
from gongkai.work.notices.views.common import run_and_redirect
from gongkai.work.notices.views.notice_list import list_importable_bodies


def list_years(actor: Actor) -> list[int]:
    """Return the years with visible notices, and this year."""
    found = set(visible_to(actor).order_by().values_list("year", flat=True).distinct())
    return sorted(found | {timezone.localdate().year}, reverse=True)


def timeline_page(request: HttpRequest) -> HttpResponse:
    """Show the timeline of a year."""
    actor, year = get_actor(request.user), get_requested_year(request)
    timeline = build_timeline(year, actor)
    context = {
        "months": timeline.months,
        "as_of": timeline.as_of,
        "year": year,
        "years": list_years(actor),
        "awaited": [awaited_act for awaited_act in list_awaited_acts(year, actor) if awaited_act.dated is None],
        "today": timezone.localdate(),
    }
    return render(request, "notices/timeline.html", context)


def list_own_bodies(by: Actor) -> QuerySet[Body]:
    """Return the bodies for which the user may register something."""
    query = Q(pk__in=by.body_ids(*ENTRY_STAFF_ROLES, Role.CHIEF))
    for post in by.posts:
        if post.role == Role.CHIEF:
            query |= Q(path__startswith=post.reach)
    return Body.objects.filter(query, active_to=None, merged_into=None)


@dataclass
class GovernmentDefaults:
    """The target of `set_vague_default`: the defaults of a government."""

    government: Body


class VagueDefaultForm(PlainForm):
    """The form for the meaning of a vague word."""

    word = forms.CharField(label="用语", max_length=20, help_text="如：及时、定期、动态更新")
    days = WholeNumberField(label="工作日", required=False, min_value=1, max_value=250, help_text="不填则不限天数。")
    cycle = forms.ChoiceField(label="核查周期", choices=list(TRACK_LABELS.items()))
    note = forms.CharField(label="说明", max_length=200, required=False)


def defaults_page(request: HttpRequest) -> HttpResponse:
    """Show the meaning of vague words; the open-government office can change it."""
    actor = get_actor(request.user)
    governments = list_importable_bodies(actor)
    government = governments[0] if governments else None
    form = VagueDefaultForm(*((request.POST,) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid() and government:
        return run_and_redirect(
            request,
            lambda: act.set_vague_default(GovernmentDefaults(government), by=actor, **form.cleaned_data),
            "已设定。",
            "notices_defaults",
        )
    may = government is not None and not act.set_vague_default.why_not(GovernmentDefaults(government), by=actor)
    own = load_own_defaults(government) if government else {}
    table = {row.word: row for row in list_preset_meanings()} | own
    context = {
        "rows": list(table.values()),
        "form": form if may else None,
        "government": government,
        "cycles": TRACK_LABELS,
    }
    return render(request, "notices/defaults.html", context)


def _describe_missing_staff(row: AnyRow) -> str:
    return UnstaffedUnit(row, row.tasks, bool(row.workless), bool(row.unsigned), bool(row.headless)).words


class UnstaffedUnitRegister(Register[Body]):
    """Unstaffed units that the user supervises, first those in which no user can do the work."""

    name, route, model, title = "notices.unstaffed", "notices_unstaffed", Body, "缺少人员的单位"
    section = (("任务分工", "notices_list"),)
    columns = (
        Column("name", "单位"),
        Column("tasks", "未办结任务", value=lambda row: row.tasks, number=True, order="tasks"),
        Column(
            "lacking",
            "缺少的人员",
            value=_describe_missing_staff,
            cell=lambda row: render_chip(_describe_missing_staff(row)) if row.idle else _describe_missing_staff(row),
            order="",
            width=40,
        ),
    )
    filters = (
        (
            "lacks",
            ChoiceFilter(
                label="缺少",
                choices=[("idle", "经办人、负责人、政务公开办人员"), ("unsigned", "能审完的人")],
                empty_label="全部",
                method=lambda rows, name, value: rows.filter(**{value: 1}),
            ),
        ),
    )
    search_fields = ("name",)
    ordering = ("-idle", "-tasks", "pk")
    intro = (
        "已有任务而没有经办人、负责人的单位，收不到任务和提醒；按审签程序没有人能审完的，信息不能公开。"
        "由系统管理员在单位的页面上安排任职。"
    )
    empty = "没有缺少人员的单位。"
    has_record = False

    def rows(self, by: Actor) -> "QuerySet[Body]":
        """Return the units annotated with open tasks and missing staff."""
        found = {row.body.pk: row for row in list_unstaffed_units(by)}
        count = [When(pk=pk, then=Value(row.open)) for pk, row in found.items()]

        def make_marking_case(numbers: list[int]) -> Case:
            """Return the SQL expression that is 1 for these units, else 0."""
            return Case(When(pk__in=numbers, then=Value(1)), default=0, output_field=IntegerField())

        return Body.objects.filter(pk__in=found).annotate(
            tasks=Case(*count, default=0, output_field=IntegerField()),
            idle=make_marking_case([pk for pk, row in found.items() if row.idle]),
            workless=make_marking_case([pk for pk, row in found.items() if row.no_worker]),
            headless=make_marking_case([pk for pk, row in found.items() if row.no_chief]),
            unsigned=make_marking_case([pk for pk, row in found.items() if row.no_signer]),
        )

    def totals(self, listing: Listing[Body]) -> Sequence[tuple[str, object]]:
        """Return the number of units, and of those where nobody can do the work."""
        units = listing.filters.rows()
        return (("单位", units.count()), ("没有人能办", units.filter(idle=1).count()))

    def get_url(self, row: Body) -> str:
        """Return the URL of the unit, or of the tasks that a closed unit left."""
        return UnstaffedUnit(row, 0, False, False).url

    def list_links(self, by: Actor, row: Body) -> Sequence[tuple[str, str]]:
        """Return the link to the page for appointments."""
        return (("安排人员" if can_appoint_staff(by) and row.alive else "查看", self.get_url(row)),)
