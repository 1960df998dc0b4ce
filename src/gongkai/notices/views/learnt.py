"""Which column is what, on the review screen; and the page of all that corrections taught."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gongkai.acts.door import get_visible_or_404
from gongkai.notices import actions as act
from gongkai.notices.actions.rereading import source_heads
from gongkai.notices.column_meanings import MEANINGS
from gongkai.notices.models import HeadName, Notice
from gongkai.notices.views.shared import attempt, found
from gongkai.ui.paging import page_of
from gongkai.units import queries as units
from gongkai.units.actors import Actor, actor_of
from gongkai.units.door import visible
from gongkai.units.models import Alias, Role
from gongkai.units.reach import over

#: Names of a page; what was learnt is counted in hundreds.
PER_PAGE = 50


def heads_form(notice: Notice, actor: Actor, *, read: bool = False) -> dict[str, object]:
    """Return what the review screen shows of the table's heads. `read`: look for them in the file, where none were kept at import."""
    may = notice.editable and not act.assign_heads.why_not(notice, by=actor)
    last = notice.rereadings.first() if notice.editable else None
    rows = source_heads(notice) if may and read else notice.heads
    return {
        "heads": [(row, MEANINGS.get(row["meaning"], "")) for row in rows],
        "may_assign": may,
        "read_heads": read,
        "meanings": list(MEANINGS.items()),
        "reread": last,
        "may_undo_heads": last is not None and not act.undo_heads.why_not(notice, by=actor),
    }


def heads(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry out a correction of the heads, or undo the last one."""
    notice, actor = found(request, pk)
    if request.method != "POST":
        return redirect("notices_review", pk)
    if request.POST.get("do") == "undo":
        return attempt(
            request, lambda: act.undo_heads(notice, by=actor), "已恢复更正前的各行。", "notices_review", pk
        )
    printed, meanings = request.POST.getlist("head")[:60], request.POST.getlist("meaning")[:60]
    wanted = dict(zip(printed, meanings, strict=False))

    def work() -> None:
        act.assign_heads(notice, by=actor, heads=wanted, learn="learn" in request.POST)

    return attempt(request, work, "已按更正后的表头重新读取，请核对。", "notices_review", pk)


def page(request: HttpRequest) -> HttpResponse:
    """List what corrections taught: names of units, heads of tables; the 政务公开办 takes away what is wrong."""
    actor = actor_of(request.user)
    if request.method == "POST":
        return _forget(request, actor)
    names = (
        Alias.objects.filter(source=Alias.Source.LEARNT, body__in=units.visible_to(request.user))
        .select_related("body", "office")
        .order_by("-pk")
    )
    context = {
        "heads": [
            (head_name, not act.forget_head.why_not(head_name, by=actor))
            for head_name in heads_visible_to(actor)
        ],
        "names": page_of(request, names, PER_PAGE),
        "may": actor.has(Role.CHIEF),
    }
    return render(request, "notices/learnt.html", context)


@visible(HeadName)
def heads_visible_to(user: object) -> QuerySet[HeadName]:
    """Return the heads that were learnt for the governments somebody supervises, newest first."""
    actor = actor_of(user)
    rows = HeadName.objects.select_related("government", "notice").order_by("-learnt_at", "-pk")
    return rows if actor.system else rows.filter(over(actor, "government__path"))


def _forget(request: HttpRequest, actor: Actor) -> HttpResponse:
    head = get_visible_or_404(actor, HeadName, request.POST.get("head", ""))
    return attempt(
        request,
        lambda: act.forget_head(head, by=actor),
        f"已不再记住“{head.printed}”。",
        "notices_learnt",
    )
