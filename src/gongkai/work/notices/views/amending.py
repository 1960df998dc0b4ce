"""Correct (更正) a measure in force: form, preview and saving; declare a notice void."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from gongkai.core.acts.action import Refused
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.units.actors import Actor
from gongkai.core.widgets.asked import whole
from gongkai.work.notices.actions import amend, revoke
from gongkai.work.notices.amending import Amended, DutyWanted, Wanted, current
from gongkai.work.notices.models import Measure, Notice
from gongkai.work.notices.planning.periods import TRACKS
from gongkai.work.notices.planning.sentences import EVERY
from gongkai.work.notices.views.correcting import rule_of
from gongkai.work.notices.views.review import LIMITS, offered
from gongkai.work.notices.views.shared import attempt, found

# Empty lines at the end of the checklist, and maximum lines read.
BLANK, MOST = 1, 80


@dataclass
class LineView:
    """A duty as shown in the form."""

    at: int
    duty: DutyWanted
    paths: str
    channels: str

    @property
    def prefix(self) -> str:
        """The prefix of its field names."""
        return f"d{self.at}-"


def page(request: HttpRequest, pk: int, measure: int) -> HttpResponse:
    """Show the form; on POST preview (`do=look`) or save (`do=save`) the changes."""
    notice, actor = found(request, pk)
    row = notice.measures.filter(pk=measure).first()
    if row is None or amend.rule(actor, notice):
        raise Http404
    if notice.editable:
        return redirect("notices_review", pk)
    before = current(row)
    wanted, reasons, made = before, amend.why_not(notice, by=actor), None
    if request.method == "POST":
        try:
            wanted = _wanted(request.POST, before)
            version = whole(request.POST.get("version", ""))
            facts = {"measure": row.pk, "wanted": wanted, "reason": request.POST.get("reason", "")}
            if request.POST.get("do") == "save":
                done = run_with_messages(
                    request,
                    lambda: amend(notice, by=actor, version=version, **facts),
                    "已更正，相关单位已收到消息。",
                )
                if done:
                    return redirect("notices_measure", notice.pk, row.pk)
            made = _tried(notice, actor, version, facts)
        except Refused as refusal:
            reasons = refusal.reasons
    context = _context(request, notice, row, wanted, reasons, made)
    refused = bool(reasons) and request.method == "POST"
    return render(request, "notices/amend.html", context, status=422 if refused else 200)


def _tried(notice: Notice, actor: Actor, version: int | None, facts: Mapping[str, object]) -> Amended:
    """Run the action and roll it back, to show exactly what it would change."""
    with transaction.atomic():
        made: Amended = amend(notice, by=actor, version=version, **facts)
        transaction.set_rollback(True)
    return made


def _context(
    request: HttpRequest,
    notice: Notice,
    row: Measure,
    wanted: Wanted,
    reasons: list[str],
    made: Amended | None,
) -> dict[str, object]:
    lines = [_line(at, duty) for at, duty in enumerate(wanted.duties)]
    blank = [_line(len(lines) + n, DutyWanted(None, "")) for n in range(BLANK)]
    return {
        "notice": notice,
        "measure": row,
        "wanted": wanted,
        "lead": "、".join(wanted.lead),
        "responsible": "、".join(wanted.responsible),
        "partner": "、".join(wanted.partner),
        "lines": [*lines, *blank],
        "limits": LIMITS,
        "periods": list(EVERY.items()),
        "cycles": list(TRACKS.items()),
        "bodies": offered(notice),
        "reasons": reasons,
        "made": made,
        "reason": request.POST.get("reason", ""),
        "entries": row.assignments.count(),
    }


def _line(at: int, duty: DutyWanted) -> LineView:
    paths = "\n".join(">".join(path) for path in duty.paths)
    return LineView(at, duty, paths, "、".join(duty.channels))


def _wanted(post: QueryDict, before: Wanted) -> Wanted:
    """Return the wanted measure; fields missing in the form stay.

    Raises Refused when a number in a deadline cannot be read.
    """
    known = {duty.pk: duty for duty in before.duties}
    duties = []
    for at in range(min(whole(post.get("count", "")) or 0, MOST)):
        number = whole(post.get(f"d{at}-pk", ""))
        was = known.get(number) if number else None
        text = post.get(f"d{at}-text", "").replace("\r\n", "\n").strip()
        if post.get(f"d{at}-remove") or (was is None and not text):
            continue
        duties.append(_duty(post, at, number, was, text))
    return Wanted(
        section=post.get("section", before.section).strip(),
        item=post.get("item", before.item).strip(),
        text=post.get("text", before.text).replace("\r\n", "\n").strip(),
        lead=_names(post.get("lead"), before.lead),
        responsible=_names(post.get("responsible"), before.responsible),
        duties=tuple(duties),
        partner=_names(post.get("partner"), before.partner),
    )


def _duty(post: QueryDict, at: int, number: int | None, was: DutyWanted | None, text: str) -> DutyWanted:
    mine = QueryDict(mutable=True)
    for key, values in post.lists():
        if key.startswith(f"d{at}-"):
            mine.setlist(key.removeprefix(f"d{at}-"), values)
    lines = post.get(f"d{at}-paths", "").replace("＞", ">").splitlines()
    paths = (tuple(level.strip() for level in line.split(">") if level.strip()) for line in lines)
    names = post.get(f"d{at}-channels", "").replace("，", "、").split("、")
    return DutyWanted(
        number,
        text,
        rule_of(mine, dict(was.due) if was else {}),
        tuple(path for path in paths if path),
        tuple(name.strip() for name in names if name.strip()),
    )


def _names(text: str | None, before: tuple[str, ...]) -> tuple[str, ...]:
    if text is None:
        return before
    found_ = (
        part.strip() for part in text.replace("，", "、").replace(",", "、").replace("\n", "、").split("、")
    )
    return tuple(dict.fromkeys(value for value in found_ if value))


def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare a notice void."""
    notice, actor = found(request, pk)
    return attempt(
        request,
        lambda: revoke(notice, by=actor, reason=request.POST.get("reason", "").strip()),
        "已作废，没有办结的任务已取消。",
        "notices_notice",
        pk,
    )
