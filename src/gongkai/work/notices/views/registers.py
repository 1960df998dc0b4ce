"""The timeline, and defaults for vague deadline words."""

from dataclasses import dataclass
from typing import Unpack

from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gongkai.core.ledger.rules import STAFF
from gongkai.core.units.actors import Actor, actor_of
from gongkai.core.units.models import Body, Role
from gongkai.core.widgets.asked import year_in
from gongkai.core.widgets.fields import WholeNumber
from gongkai.core.widgets.forms import FormFacts, Posted, Sent, dress
from gongkai.work.notices import actions as act
from gongkai.work.notices.defaults import load_own_defaults
from gongkai.work.notices.models import Measure
from gongkai.work.notices.planning.periods import TRACK_LABELS
from gongkai.work.notices.planning.vague import PRESET_MEANINGS
from gongkai.work.notices.queries.timeline import build_timeline, list_awaited_acts
from gongkai.work.notices.queries.visible import visible_to
from gongkai.work.notices.states import NoticeState
from gongkai.work.notices.views.listing import list_importable_bodies
from gongkai.work.notices.views.shared import run_and_redirect


def list_years(actor: Actor) -> list[int]:
    """Return the years with visible notices, and this year."""
    found = set(visible_to(actor).order_by().values_list("year", flat=True).distinct())
    return sorted(found | {timezone.localdate().year}, reverse=True)


def timeline_page(request: HttpRequest) -> HttpResponse:
    """Show the timeline of a year."""
    actor, year = actor_of(request.user), year_in(request)
    found = build_timeline(year, actor)
    context = {
        "months": found.months,
        "as_of": found.as_of,
        "year": year,
        "years": list_years(actor),
        "awaited": [
            awaited_act for awaited_act in list_awaited_acts(year, actor) if awaited_act.dated is None
        ],
        "today": timezone.localdate(),
    }
    return render(request, "notices/timeline.html", context)


class StyledForm(forms.Form):
    """A form with the styles of the office; `by` limits the choices."""

    def __init__(
        self, data: Posted = None, files: Sent = None, *, by: Actor, **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.by = by
        dress(self)
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = self.choices_of(name)
                field.empty_label = "请选择"

    def choices_of(self, name: str) -> QuerySet[Model]:
        """Return the choices of a field."""
        if name == "notice":
            return visible_to(self.by).filter(state=NoticeState.LIVE)
        if name == "measure":
            return Measure.objects.filter(notice__in=visible_to(self.by), notice__state=NoticeState.LIVE)
        if name in {"body", "guiding"}:
            return own_bodies(self.by)
        return Body.objects.filter(active_to=None, merged_into=None)


def own_bodies(by: Actor) -> QuerySet[Body]:
    """Return the bodies for which the user may register something."""
    seen = Q(pk__in={post.body_id for post in by.posts if post.role in {*STAFF, Role.CHIEF}})
    for post in by.posts:
        if post.role == Role.CHIEF:
            seen |= Q(path__startswith=post.reach)
    return Body.objects.filter(seen, active_to=None, merged_into=None)


@dataclass
class GovernmentDefaults:
    """The target of `set_vague_default`: the defaults of a government."""

    government: Body


class VagueDefaultForm(StyledForm):
    """The meaning of a vague word."""

    word = forms.CharField(label="用语", max_length=20, help_text="如：及时、定期、动态更新")
    days = WholeNumber(
        label="工作日", required=False, min_value=1, max_value=250, help_text="不填则不限天数。"
    )
    cycle = forms.ChoiceField(label="核查周期", choices=list(TRACK_LABELS.items()))
    note = forms.CharField(label="说明", max_length=200, required=False)


def defaults_page(request: HttpRequest) -> HttpResponse:
    """Show the meaning of vague words; the open-government office can change it."""
    actor = actor_of(request.user)
    governments = list_importable_bodies(actor)
    government = governments[0] if governments else None
    form = VagueDefaultForm(*((request.POST,) if request.method == "POST" else ()), by=actor)
    if request.method == "POST" and form.is_valid() and government:
        return run_and_redirect(
            request,
            lambda: act.set_vague_default(GovernmentDefaults(government), by=actor, **form.cleaned_data),
            "已设定。",
            "notices_defaults",
        )
    may = government is not None and not act.set_vague_default.why_not(
        GovernmentDefaults(government), by=actor
    )
    own = load_own_defaults(government) if government else {}
    table = {row.word: row for row in PRESET_MEANINGS} | own
    context = {
        "rows": list(table.values()),
        "own": own,
        "form": form if may else None,
        "government": government,
        "cycles": TRACK_LABELS,
    }
    return render(request, "notices/defaults.html", context)
