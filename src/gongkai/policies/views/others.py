"""备案核对、依据失效、本部门执行、上传原文."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from gongkai import law
from gongkai.acts.action import Refused
from gongkai.policies import actions, texts
from gongkai.policies.forms import CompareForm, KeptForm, find_record, proposals
from gongkai.policies.importing.filed import government_of
from gongkai.policies.models import (
    Asked,
    Checked,
    FiledRow,
    KeptText,
    Level,
    Relation,
    Use,
    WaitingFile,
)
from gongkai.policies.originals import read_text
from gongkai.policies.queries.filing import to_file, to_publish
from gongkai.policies.queries.office import bodies_q, kept_visible_to, named_to, visible_to
from gongkai.policies.rules import body_of, keeps
from gongkai.policies.views.common import body_written_for, does, say, staff, to, whole, writes_for
from gongkai.policies.warnings import title_of, unsettled
from gongkai.publishing.difference import fold_same
from gongkai.publishing.models import ItemPage
from gongkai.publishing.text import plain
from gongkai.units.models import Body

MOST_UPLOAD = 100_000_000


def filing(request: HttpRequest) -> HttpResponse:
    """Both differences between the filed list and the library (L-06)."""
    by = staff(request)
    body = government_of(by)
    if body is None:
        return render(request, "policies/filing.html", {"body": None})
    return render(
        request,
        "policies/filing.html",
        {
            "body": body,
            "total": FiledRow.objects.filter(body=body).count(),
            "publish": list(to_publish(body)[:300]),
            "file": list(to_file(body)[:300]),
            "excused": list(FiledRow.objects.filter(body=body).exclude(excuse="")[:100]),
        },
    )


def filing_act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Say which document a line means, excuse it from publication, or drop it from the list."""
    by = staff(request)
    row = get_object_or_404(FiledRow, pk=number)
    if request.method == "POST" and verb == "excuse":
        reason = request.POST.get("reason", "")
        does(request, lambda: actions.excuse_filed(row, by=by, reason=reason), "已认定。")
    elif request.method == "POST" and verb == "link":
        record = find_record(request.POST.get("record", ""), named_to(by))
        if record is None:
            messages.error(request, "政策库中找不到这份文件，请填写完整的文号、统一登记编号或标题。")
        else:
            does(request, lambda: actions.link_filed(row, by=by, record=record), f"已对应到{record}。")
    elif request.method == "POST" and verb == "drop":
        does(request, lambda: actions.drop_filed(row, by=by), "已从备案目录删除。")
    return to("filing")


def bases(request: HttpRequest) -> HttpResponse:
    """Documents, guides and lists whose basis has ended (L-09)."""
    by = staff(request)
    bodies = Body.objects.filter(bodies_q(by))
    rows = unsettled().filter(Q(record__body__in=bodies) | Q(user__body__in=bodies))
    return render(
        request,
        "policies/bases.html",
        {
            "rows": [(row, title_of(row), body_of(row), _item(row)) for row in rows[:100]],
            "total": rows.count(),
        },
    )


def _item(row: Relation) -> int | None:
    document = row.user or (row.record.document if row.record else None)
    return document.item_number if document else None


def settle(request: HttpRequest, number: int) -> HttpResponse:
    """Say what came of looking into a basis that ended."""
    by = staff(request)
    relation = get_object_or_404(Relation, pk=number)
    if request.method == "POST":
        words = request.POST.get("words", "")
        does(request, lambda: actions.settle_basis(relation, by=by, words=words), "已核对。")
    return to("bases")


GROUPS = (
    (Level.REGULATION, "行政法规"),
    (Level.MINISTRY_RULE, "国务院部门规章"),
    (Level.GOVERNMENT_RULE, "政府规章"),
)


def kept(request: HttpRequest) -> HttpResponse:
    """本部门执行的法规规章: three groups, when each was last checked; what differs and what cannot be opened (L-01, L-02)."""
    by = staff(request)
    rows = list(kept_visible_to(by).select_related("record", "body").defer("text"))
    chosen = whole(request.GET.get("body", ""))
    bodies = {row.body_id: row.body for row in rows}
    rows = [row for row in rows if chosen is None or row.body_id == chosen]
    groups = []
    for level, label in GROUPS:
        some = [row for row in rows if row.record.level == level]
        days = [row.checked_on for row in some if row.checked_on]
        last = min(days) if some and len(days) == len(some) else None
        groups.append(
            {"label": label, "rows": some, "last": last, "never": sum(r.checked_on is None for r in some)}
        )
    return render(
        request,
        "policies/kept.html",
        {
            "groups": groups,
            "differing": [r for r in rows if r.result == Checked.DIFFERENT],
            "dead": [r for r in rows if r.result == Checked.DEAD],
            "bodies": list(bodies.values()),
            "chosen": chosen,
            "writes": writes_for(by),
            "form": KeptForm(by=by),
            "names": proposals(named_to(by).filter(level__in=texts.KEPT_LEVELS)),
        },
    )


def kept_new(request: HttpRequest, body: int) -> HttpResponse:
    """Put a regulation or rule on the list of what a unit enforces."""
    by = staff(request)
    owner = body_written_for(by, body)
    form = KeptForm(request.POST, by=by)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        does(request, lambda: actions.keep_text(owner, by=by, **facts), "已列入。")
    else:
        say(request, form)
    return to("kept")


def _kept_seen(request: HttpRequest, number: int) -> tuple[Any, KeptText]:
    by = staff(request)
    return by, get_object_or_404(kept_visible_to(by).select_related("record__document", "body"), pk=number)


def kept_one(request: HttpRequest, number: int) -> HttpResponse:
    """One text against its source."""
    by, row = _kept_seen(request, number)
    ours = texts.text_for(by, row.record)
    lines = texts.differences(ours, row.text) if row.result == Checked.DIFFERENT else []
    return render(
        request,
        "policies/kept_one.html",
        {
            "kept": row,
            "lines": fold_same(lines),
            "may": not keeps(by, row),
            "may_take": not keeps(by, row.record),
            "has_text": bool(ours),
            "form": CompareForm(initial={"edition": row.edition}),
            "reachable": texts.allowed(row.address) if row.address else False,
        },
    )


def kept_act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Compare with a file or the address, take the source's text over, or drop the row."""
    by, row = _kept_seen(request, number)
    if request.method != "POST":
        return to("kept_one", number)
    if verb == "compare":
        _compare(request, by, row)
    elif verb == "drop":
        if does(request, lambda: actions.drop_text(row, by=by), "已移出。"):
            return to("kept")
    elif verb == "take-over":
        made: list[Any] = []
        if does(
            request,
            lambda: made.append(actions.take_over(row, by=by)),
            "已采用来源文字，作为新的草稿，送审后公开。",
        ) and isinstance(made[0], ItemPage):
            return HttpResponseRedirect(reverse("publishing:item", args=(made[0].pk,)))
    else:
        raise Http404
    return to("kept_one", number)


def _compare(request: HttpRequest, by: Any, row: KeptText) -> None:
    form = CompareForm(request.POST, request.FILES)
    if not form.is_valid():
        say(request, form)
        return
    upload: Any = form.cleaned_data["file"]
    try:
        if upload:
            html, _ = read_text(upload.read(MOST_UPLOAD + 1), upload.name or "", lambda *_: "0" * 64)
            text = plain(html)
        elif row.address:
            text = texts.fetch(row.address)
        else:
            messages.error(request, "请选择来源文件，或者先填写来源网址。")
            return
    except texts.Dead as dead:
        words = str(dead)
        if texts.allowed(row.address):
            does(request, lambda: actions.mark_dead(row, by=by, words=words), f"{words}，已记入。")
        else:
            messages.error(request, f"{words}。")
        return
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, reason)
        return
    facts = {"edition": form.cleaned_data["edition"], "checked_on": form.cleaned_data["checked_on"]}
    does(request, lambda: actions.compare_text(row, by=by, text=text, **facts), "已核对。")


def files(request: HttpRequest) -> HttpResponse:
    """Originals waiting for an import."""
    by = staff(request)
    own = writes_for(by) or list(Body.objects.filter(pk__in=visible_to(by).values("body"))[:100])
    rows = WaitingFile.objects.filter(body__in=own).select_related("body").defer("html")
    return render(request, "policies/files.html", {"rows": list(rows[:500]), "bodies": own})


def upload(request: HttpRequest) -> HttpResponse:
    """Take originals in."""
    by = staff(request)
    number = whole(request.POST.get("body", ""))
    if request.method != "POST" or number is None:
        return to("files")
    body = body_written_for(by, number)
    given = request.FILES.getlist("files")
    if sum(one.size or 0 for one in given) > MOST_UPLOAD:
        messages.error(request, "一次上传的文件超过100兆字节，请分次上传。")
        return to("files")
    some = [(one.name or "", one.read()) for one in given]
    does(request, lambda: actions.upload(body, by=by, files=some), "原文已上传，可以导入表格了。")
    return to("files")


def discard(request: HttpRequest, number: int) -> HttpResponse:
    """Throw an original away."""
    by = staff(request)
    row = get_object_or_404(WaitingFile, pk=number)
    if request.method == "POST":
        does(request, lambda: actions.discard(row, by=by), "已删除。")
    return to("files")


def usage(request: HttpRequest) -> HttpResponse:
    """Use of the library by month: what was read most, what was looked for, what nothing was found for (L-09)."""
    by = staff(request)
    today = timezone.localdate()
    months = [law.add_months(today.replace(day=1), -back) for back in range(12)]
    chosen = next((m for m in months if f"{m:%Y-%m}" == request.GET.get("month")), months[0])
    uses = Use.objects.filter(day__gte=chosen, day__lt=law.add_months(chosen, 1), record__in=visible_to(by))
    read = uses.values("record", "record__title", "record__number").annotate(n=Sum("views"))
    asked = Asked.objects.filter(month=chosen)
    return render(
        request,
        "policies/usage.html",
        {
            "months": [(m, m == chosen) for m in months],
            "chosen": chosen,
            "total": uses.aggregate(n=Sum("views"))["n"] or 0,
            "read": list(read.order_by("-n", "record")[:50]),
            "searches": asked.aggregate(n=Sum("times"), misses=Sum("misses")),
            "asked": list(asked.order_by("-times", "words")[:30]),
            "missed": list(asked.filter(misses__gt=0).order_by("-misses", "words")[:30]),
        },
    )
