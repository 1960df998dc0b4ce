"""Pages of the office on which sites and accounts are run: all of them with what they lack, one with its forms, rehearsals of restoring."""

from collections.abc import Callable
from datetime import date, timedelta

from django import forms as django_forms
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai.acts.chain import history
from gongkai.acts.pages import does, does_form
from gongkai.editions.models import Shelf, Website
from gongkai.errands.exports import may_be_long
from gongkai.files.serving import serve_stored
from gongkai.files.store import receive
from gongkai.ledger.queries import visible_to
from gongkai.platform import actions, forms, queries, rules
from gongkai.platform.models import DailyLog, Funding, RegulationKind, Upkeep
from gongkai.platform.sheets import LOGS, PLACES
from gongkai.platform.whole import export_whole, texts_of
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.answers import file_answer
from gongkai.ui.asked import whole
from gongkai.ui.forms import file_taken
from gongkai.units.actors import Actor, staff
from gongkai.units.models import Body, Role
from gongkai.units.reach import bodies_of

#: Days of turns and logs that a page shows.
AHEAD, BEHIND = 14, 30


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All sites and accounts that somebody sees, with what each has and lacks."""
    by, today = staff(request), timezone.localdate()
    rows = queries.standings(by, today)
    if request.GET.get("format") == "xlsx":
        return spreadsheet(PLACES, rows, f"网站和账号运行情况{today.isoformat()}", guide=False)
    shown = {
        "rows": rows,
        "year": today.year,
        "drills": queries.drills_visible_to(by).exists() or by.has(Role.CHIEF, Role.ADMINISTRATOR),
    }
    return render(request, "platform/index.html", shown)


def _found(request: HttpRequest, what: str, number: int) -> tuple[Actor, Upkeep]:
    by = staff(request)
    return by, queries.place_of(by, what, number)


def place(request: HttpRequest, what: str, number: int) -> HttpResponse:
    """One site or account: roles, texts, duty reading, money, team, handover."""
    by, found = _found(request, what, number)
    if request.GET.get("format") == "xlsx":
        rows = found.logs.prefetch_related("finds__entry") if found.pk else []
        return spreadsheet(LOGS, rows, f"{found}读网日志", guide=False)
    return _place(request, found, by)


def _place(request: HttpRequest, found: Upkeep, by: Actor, **bound: object) -> HttpResponse:
    today, saved = timezone.localdate(), found.pk is not None
    may = not rules.keeps(by, found)
    texts = queries.current_texts(found, today)
    ahead = found.turns.filter(day__gte=today, day__lte=today + timedelta(days=AHEAD)) if saved else []
    logs = list(found.logs.prefetch_related("finds__entry__body")[:BEHIND]) if saved else []
    checklist = [
        (
            label,
            row,
            row is not None and not actions.receive_part.why_not(row, by=by),
            row is not None and not actions.witness_part.why_not(row, by=by),
        )
        for _, label, row in queries.checklist(found)
    ]
    shown = {
        "upkeep": found,
        "standing": queries.standing_of(found, today),
        "texts": [(label, texts.get(kind)) for kind, label in RegulationKind.choices],
        "earlier": found.regulations.exclude(pk__in=[one.pk for one in texts.values()]) if saved else [],
        "turns": ahead,
        "logs": logs,
        "opened": _opened(by, logs),
        "fundings": found.fundings.all()[:5] if saved else [],
        "members": found.members.filter(left_on=None) if saved else [],
        "checklist": checklist,
        "forms": (_forms(found, by, today) | bound) if may else {},
        "today": today,
        "history": list(history(found.stream))[-15:] if saved else [],
        "exports": found.website_id is not None and may,
    }
    return render(request, "platform/place.html", shown)


def _opened(by: Actor, logs: list[DailyLog]) -> set[int]:
    """Return which entries that duty reading ordered this person may open; the others are named without a link."""
    ordered = [find.entry_id for one in logs for find in one.finds.all()]
    return set(visible_to(by).filter(pk__in=ordered).values_list("pk", flat=True)) if ordered else set()


def _forms(found: Upkeep, by: Actor, today: date) -> dict[str, django_forms.Form]:
    """Return the forms of a page; before the file exists, its own alone."""
    facts = {name: getattr(found, name) for name in forms.PlaceForm.base_fields}
    made: dict[str, django_forms.Form] = {"place": forms.PlaceForm(initial=facts, prefix="p")}
    if found.pk is None:
        return made
    money = found.fundings.filter(year=today.year).first() or Funding(year=today.year)
    kept = {name: getattr(money, name) for name in forms.FundingForm.base_fields}
    made |= {
        "text": forms.RegulationForm(prefix="r"),
        "money": forms.FundingForm(initial=kept, prefix="f"),
        "member": forms.MemberForm(prefix="m"),
        "turns": forms.TurnsForm(initial={"last": today + timedelta(days=AHEAD)}, prefix="t"),
        "part": forms.PartForm(prefix="h"),
    }
    if found.reading_from:
        made["log"] = forms.LogForm(bodies=_owing(by), prefix="l")
    return made


def _owing(by: Actor) -> QuerySet[Body]:
    """Return the units that somebody may order to mend something: a 政务公开办's reach; for others none but the site's own."""
    rows = bodies_of(by, roles=(), supervising=(Role.CHIEF,))
    return rows if by.has(Role.CHIEF) else rows.none()


_Way = tuple[
    str,
    Callable[[HttpRequest, Actor], django_forms.Form],
    Callable[[Upkeep, Actor, dict[str, object]], object],
    str,
]


def _text(found: Upkeep, by: Actor, facts: dict[str, object]) -> None:
    upload = file_taken(facts, "file")
    if upload:
        named = receive(upload, by)
        facts["file"] = (named.name, named.stored)
    actions.enter_regulation(found, by=by, **facts)


#: Verb → name of its form, the form, what it does, what is said.
_WAYS: dict[str, _Way] = {
    "place": (
        "place",
        lambda request, by: forms.PlaceForm(request.POST, prefix="p"),
        lambda found, by, facts: actions.keep_place(found, by=by, **facts),
        "运行档案已保存。",
    ),
    "text": (
        "text",
        lambda request, by: forms.RegulationForm(request.POST, request.FILES, prefix="r"),
        _text,
        "制度已登记。",
    ),
    "money": (
        "money",
        lambda request, by: forms.FundingForm(request.POST, prefix="f"),
        lambda found, by, facts: actions.set_funding(found, by=by, **facts),
        "经费已登记。",
    ),
    "member": (
        "member",
        lambda request, by: forms.MemberForm(request.POST, prefix="m"),
        lambda found, by, facts: actions.enter_member(found, by=by, **facts),
        "成员已登记。",
    ),
    "turns": (
        "turns",
        lambda request, by: forms.TurnsForm(request.POST, prefix="t"),
        lambda found, by, facts: actions.plan_turns(found, by=by, **facts),
        "值班已安排。",
    ),
    "log": (
        "log",
        lambda request, by: forms.LogForm(request.POST, bodies=_owing(by), prefix="l"),
        lambda found, by, facts: actions.log_reading(found, by=by, **facts),
        "读网日志已登记。",
    ),
    "part": (
        "part",
        lambda request, by: forms.PartForm(request.POST, prefix="h"),
        lambda found, by, facts: actions.enter_part(found, by=by, **facts),
        "移交事项已登记。",
    ),
}
_SIGNS = {
    "receive": (actions.receive_part, "已签收。"),
    "witness": (actions.witness_part, "已监交签字。"),
}


@require_POST
def act(request: HttpRequest, what: str, number: int, verb: str) -> HttpResponse:
    """Keep a part of the file, write a log, sign a line of the handover, note that a member left."""
    by, found = _found(request, what, number)
    row = whole(request.POST.get("row", "")) or 0
    if verb in _SIGNS and found.pk:
        sign, said = _SIGNS[verb]
        line = get_object_or_404(found.handovers.select_related("upkeep"), pk=row)
        does(request, lambda: sign(line, by=by), said)
    elif verb == "leave" and found.pk:
        does(request, lambda: actions.end_member(found, by=by, member=row), "已登记离开。")
    elif verb in _WAYS and (found.pk or verb == "place"):
        name, make, work, said = _WAYS[verb]
        form = make(request, by)
        if not does_form(request, form, lambda **facts: work(found, by, facts), said):
            return _place(request, found, by, **{name: form})
    else:
        raise Http404("没有这个操作")
    return redirect("platform:place", what, number)


@require_GET
def text_file(request: HttpRequest, what: str, number: int, row: int) -> FileResponse:
    """The file of a text."""
    _, found = _found(request, what, number)
    if found.pk is None:
        raise Http404("没有这个文件")
    kept = get_object_or_404(found.regulations.filter(stored__isnull=False), pk=row)
    assert kept.stored is not None
    return serve_stored(kept.stored, kept.file_name)


def _texts(request: HttpRequest, number: int) -> QuerySet[Shelf]:
    _, found = _found(request, "site", number)
    return texts_of(found.website) if found.website else Shelf.objects.none()


@may_be_long("platform.whole", "整站", rows=_texts, most=200)
@require_POST
def whole_site(request: HttpRequest, number: int) -> HttpResponseBase:
    """The whole site as a file to be taken along; that it was taken is on the log."""
    by, found = _found(request, "site", number)
    if not does(request, lambda: actions.take_along(found, by=by)) or found.website is None:
        return redirect("platform:place", "site", number)
    website: Website = found.website
    name = f"{website.name}整站{timezone.localdate().isoformat()}.zip"
    return file_answer(export_whole(website), name, "application/zip", inline=False)
