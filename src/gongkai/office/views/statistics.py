"""The statistics page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gongkai.ledger.filters import Filter
from gongkai.ledger.kinds import KINDS
from gongkai.ledger.models import EntryQuerySet
from gongkai.ledger.queries import SUPERVISING, visible_to
from gongkai.office.picks import years
from gongkai.office.statistics import Account, accounts, by_district, total
from gongkai.spreadsheets import Column, Sheet
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.units.actors import Actor, actor_of
from gongkai.units.folding import opened
from gongkai.units.models import Body

SHEET = Sheet(
    "各单位统计",
    (
        Column("body", "单位", write=lambda a: a.body.name, width=30),
        Column("total", "应办"),
        Column("open", "未办结"),
        Column("yellow", "其中临期"),
        Column("red", "其中逾期"),
        Column("in_time", "按期办结"),
        Column("late", "逾期办结"),
        Column("closed_rate", "办结率（%）"),
        Column("in_time_rate", "按期办结率（%）"),
    ),
)


def _read(request: HttpRequest) -> tuple[Filter, int, list[Account]]:
    wanted = Filter.read(request.GET.dict())
    year = wanted.year or timezone.localdate().year
    return wanted, year, accounts(counted_for(actor_of(request.user)), year, wanted.kind)


def counted_for(actor: Actor) -> EntryQuerySet:
    """Return what is counted for somebody: all they supervise, else their own units. What they see of others by chance is no figure."""
    entries = visible_to(actor)
    return entries if actor.has(*SUPERVISING) else entries.filter(body_id__in=actor.bodies)


def _home(actor: Actor) -> Body | None:
    """Return the uppermost government that somebody supervises: its own units stand for themselves where others are folded."""
    reaches = [post.reach for post in actor.posts if post.role in SUPERVISING]
    return Body.objects.filter(path=min(reaches, key=len)).first() if reaches else None


def page(request: HttpRequest) -> HttpResponse:
    """Show the figures of a year by unit; where there are very many units, a district's in one row."""
    wanted, year, found = _read(request)
    home = _home(actor_of(request.user))
    under = opened(request.GET.get("under"), home)
    if under is not None:
        found = [one for one in found if one.body and one.body.path.startswith(under.path)]
    rows, closed = by_district(found, under or home)
    context = {
        "year": year,
        "kind": wanted.kind,
        "accounts": rows,
        "closed": closed,
        "under": under,
        "total": total(found),
        "years": years(),
        "kinds": [(kind.name, kind.label) for kind in KINDS.values()],
    }
    return render(request, "office/statistics.html", context)


def export(request: HttpRequest) -> HttpResponse:
    """Give the figures as a spreadsheet."""
    _, year, found = _read(request)
    return spreadsheet(SHEET, found, f"statistics-{year}", guide=False)
