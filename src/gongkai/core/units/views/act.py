"""A generic page for one action: reasons against it, the form, and its execution."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from gongkai.core.acts.action import AnyAction, Conflict, Refused
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.forms.base import TargetForm
from gongkai.core.units.models import Appointment, Body, Office, Person, Standing, UnitGroup
from gongkai.core.widgets.query_parameters import parse_whole_number

T = TypeVar("T")


def get_target_url(target: object) -> str:
    """Return the URL of the page of an action's target, else of the unit directory."""
    if isinstance(target, Body):
        return reverse("units:body", args=[target.pk])
    if isinstance(target, Office):
        return reverse("units:body", args=[target.body_id])
    if isinstance(target, Person):
        return reverse("units:person", args=[target.pk])
    if isinstance(target, UnitGroup):
        return reverse("units:groups") + f"?government={target.government_id}"
    return reverse("units:bodies")


def _describe_result(label: str, result: object) -> str:
    if isinstance(result, Appointment) and result.standing == Standing.WAITING:
        return f"已提交：{label}。待安全保密管理员确认，确认前不生效。"
    return f"已办理：{label}"


@dataclass(frozen=True)
class ActPage(Generic[T]):
    """View of one action: `target(request, pk)` finds the object, `done(target, result)` returns the next URL.

    `explain` is the text above the form, `about` the object in the heading, `details` a list of
    affected objects; `finish` may return a response of its own instead of the redirect.
    """

    act: AnyAction
    form: type[TargetForm[T]]
    target: Callable[[HttpRequest, int], T]
    done: Callable[[T, object], str] = lambda target, result: get_target_url(target)
    explain: str = ""
    about: Callable[[T], object] = lambda target: target
    details: Callable[[T], list[str]] = lambda target: []
    finish: Callable[[HttpRequest, T, object], HttpResponse | None] = lambda request, target, result: None

    def __call__(self, request: HttpRequest, pk: int = 0) -> HttpResponse:
        """Show the form, or carry the action out."""
        target, by = self.target(request, pk), get_actor(request.user)
        form_data = (request.POST, request.FILES) if request.method == "POST" else ()
        form = self.form(*form_data, target=target, by=by, initial=request.GET.dict())
        reasons = self.act.why_not(target, by=by) if request.method != "POST" else []
        is_blocked = bool(reasons)
        if request.method == "POST" and form.is_valid():
            try:
                version = parse_whole_number(request.POST.get("version", ""))
                result = self.act(target, by=by, version=version, **form.facts())
            except Refused as refusal:
                reasons = refusal.reasons
                status = 409 if isinstance(refusal, Conflict) else 200
                return self._render_page(request, target, by, form, reasons, blocked=False, status=status)
            response = self.finish(request, target, result)
            if response is not None:
                return response
            messages.success(request, _describe_result(self.act.label, result))
            return HttpResponseRedirect(self.done(target, result))
        return self._render_page(request, target, by, form, reasons, blocked=is_blocked)

    def _render_page(
        self,
        request: HttpRequest,
        target: T,
        by: Actor,
        form: TargetForm[T],
        reasons: list[str],
        *,
        blocked: bool,
        status: int = 200,
    ) -> HttpResponse:
        """Render the page of the act with its form, or `blocked` with the reasons."""
        about = self.about(target)
        context = {
            "act": self.act,
            "about": about,
            "back": get_target_url(about),
            "form": form,
            "reasons": reasons,
            "blocked": blocked,
            "explain": self.explain,
            "details": [] if blocked else self.details(target),
            "version": request.POST.get("version") or getattr(target, "version", ""),
        }
        return render(request, "units/act.html", context, status=status)
