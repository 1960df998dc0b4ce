"""上级库上传: what is to be uploaded to the library above and what was, one document's uploads, the setting."""

from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai.acts.action import Refused
from gongkai.acts.actors import Actor
from gongkai.acts.chain import history as log_of
from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import run_form_with_messages, run_with_messages, say_no, too_many
from gongkai.errands.exports import may_be_long
from gongkai.files.serving import serve_stored
from gongkai.files.store import receive
from gongkai.policies import actions, library_package
from gongkai.policies.forms.uploading import BatchForm, LibraryForm, UploadForm
from gongkai.policies.importing.uploads import SHEET
from gongkai.policies.models import Decision, PolicyRecord, Upload, UpperLibrary
from gongkai.policies.queries.office import visible_to, with_state
from gongkai.policies.queries.uploading import (
    OWED,
    Place,
    begun,
    due_on,
    foreseen,
    libraries_visible_to,
    library_for,
    listed,
    place_of,
)
from gongkai.policies.rules import keeps, sets_library
from gongkai.policies.views.common import record_seen, to
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.answers import download
from gongkai.ui.asked import ticked, whole
from gongkai.ui.forms import file_taken
from gongkai.units.actors import require_staff_actor
from gongkai.units.models import Body, Role
from gongkai.units.queries import alive
from gongkai.units.reach import GOVERNMENTS, government_over

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from gongkai.policies.queries.uploading import Owed, Placed

PER_PAGE, EXPORTED = 50, 10_000


def governments(by: Actor) -> list[Body]:
    """Return the governments and departments for which somebody, as their 政务公开办, sets the library above."""
    posts = [post.body_id for post in by.posts if post.role == Role.CHIEF]
    bodies = Body.objects.filter(pk__in=posts).select_related("parent").order_by("position", "pk")
    return list(dict.fromkeys(government_over(body) for body in bodies))


@require_GET
def uploads(request: HttpRequest) -> HttpResponse:
    """The documents of a setting, by what is to be done with them."""
    by = require_staff_actor(request)
    known, library = _chosen(request, by)
    shown = {"libraries": known, "library": library, "governments": _settings(by)}
    if library is None:
        return render(request, "policies/uploads.html", shown)
    rows = listed(by, library)
    found = dict(rows.values_list("place").annotate(n=Count("pk")).order_by("place"))
    tab = _tab(request)
    rows = rows.filter(place=tab)
    units = Body.objects.filter(pk__in=rows.order_by().values("body")).order_by("position", "pk")
    rows = _searched(request, rows)
    before = whole(request.GET.get("before", ""))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = _page(rows.order_by("-pk")[: PER_PAGE + 1])
    more, page = len(page) > PER_PAGE, page[:PER_PAGE]
    query = request.GET.copy()
    if more:
        query["before"] = str(page[-1].pk)
    lines = [
        (row, due_on(library, begun(library, row)) if row.place in OWED else None, not keeps(by, row))
        for row in page
    ]
    tabs = [place for place in Place if place.value and (place != Place.COMING or library.refuses)]
    return render(
        request,
        "policies/uploads.html",
        {
            **shown,
            "rows": lines,
            "tabs": [(place.value, place.label, found.get(place.value, 0), place == tab) for place in tabs],
            "tab": tab,
            "owed": tab in OWED,
            "q": request.GET.get("q", "")[:60],
            "units": list(units),
            "unit": whole(request.GET.get("body", "")),
            "today": timezone.localdate(),
            "any_may": any(may for _, _, may in lines),
            "next": f"?{query.urlencode()}" if more else "",
        },
    )


def _chosen(request: HttpRequest, by: Actor) -> tuple[list[UpperLibrary], UpperLibrary | None]:
    """Return the settings that concern somebody, and the one of them that is looked at."""
    known = libraries_visible_to(by)
    known.sort(key=lambda one: (len(one.body.path), one.body.position, one.pk))
    number = whole(request.GET.get("library", ""))
    return known, next((library for library in known if library.pk == number), known[0] if known else None)


def _tab(request: HttpRequest) -> str:
    asked = request.GET.get("tab", "")
    return asked if asked in Place.values and asked else Place.MISSING.value


def _searched(request: HttpRequest, rows: "QuerySet[Placed]") -> "QuerySet[Placed]":
    if (unit := whole(request.GET.get("body", ""))) is not None:
        rows = rows.filter(body=unit)
    words = request.GET.get("q", "").strip()[:60]
    return rows.filter(title__icontains=words) | rows.filter(number__icontains=words) if words else rows


def _page(rows: "QuerySet[Placed]") -> list["Owed"]:
    counting = Decision.objects.filter(undone_at=None)
    return list(rows.prefetch_related(Prefetch("decisions", counting, to_attr="counting")))


def _settings(by: Actor) -> list[tuple[Body, UpperLibrary | None]]:
    """Return the governments that somebody sets it for, with what was set."""
    own = governments(by)
    kept = {library.body_id: library for library in UpperLibrary.objects.filter(body__in=own)}
    return [(body, kept.get(body.pk)) for body in own]


def _departments(body: Body) -> tuple[list[UpperLibrary], list[Body]]:
    """Return the settings of a government's own units, and the units that may get one: those with a library of their own system above them.

    Its departments; of the units below these whichever keeps documents.
    """
    if body.kind not in GOVERNMENTS:
        return [], []
    under = Body.objects.filter(path__startswith=body.path).exclude(pk=body.pk)
    for path in under.filter(kind__in=GOVERNMENTS).values_list("path", flat=True):
        under = under.exclude(path__startswith=path)
    kept = UpperLibrary.objects.filter(body__in=under).select_related("body")
    free = alive(under).exclude(pk__in=kept.values("body"))
    free = free.filter(Q(parent=body) | Exists(PolicyRecord.objects.filter(body=OuterRef("pk"))))
    return list(kept.order_by("body__position", "pk")), list(free.order_by("position", "pk"))


def _asked(request: HttpRequest) -> "QuerySet[Placed]":
    by = require_staff_actor(request)
    _, library = _chosen(request, by)
    if library is None:
        raise Http404("没有设置上级文件库")
    return _searched(request, listed(by, library).filter(place=_tab(request))).order_by("-pk")


@may_be_long(
    "policies.uploads",
    "上级文件库上传情况",
    rows=_asked,
    seen=lambda request: visible_to(require_staff_actor(request)),
    cap=EXPORTED,
)
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The rows of a list as a spreadsheet that can be read back."""
    rows, tab = _asked(request), _tab(request)
    _, library = _chosen(request, require_staff_actor(request))
    assert library is not None, "_asked has looked"
    return spreadsheet(SHEET, rows, f"{library.name}{Place(tab).label}{timezone.localdate():%Y%m%d}")


@require_POST
def take_along(request: HttpRequest) -> HttpResponse:
    """The texts and the sheet of fields of ticked documents, as one zip."""
    by = require_staff_actor(request)
    numbers = ticked(request.POST.getlist("record"))
    if not numbers:
        messages.error(request, "请先勾选要上传的文件。")
    elif not too_many(request, numbers, library_package.MOST):
        rows = visible_to(by).filter(pk__in=numbers).select_related("body", "document", "original")
        records = [policy_record for policy_record in rows.order_by("-pk") if not keeps(by, policy_record)]
        try:
            name = f"上级库上传材料{timezone.localdate():%Y%m%d}.zip"
            return download(library_package.bundle(records), name, "application/zip")
        except Refused as refused:
            say_no(request, refused)
    return to("uploads")


@require_POST
def record_batch(request: HttpRequest) -> HttpResponse:
    """Record that ticked documents were handed in together, with one receipt for all of them."""
    by = require_staff_actor(request)
    numbers = ticked(request.POST.getlist("record"))
    rows = visible_to(by).filter(pk__in=numbers).select_related("body")
    records = [policy_record for policy_record in rows.order_by("-pk") if not keeps(by, policy_record)]
    if too_many(request, numbers, library_package.MOST):
        return to("uploads")
    if not records:
        messages.error(request, "请先勾选上传的文件。")
        return to("uploads")
    form = BatchForm(initial={"on": timezone.localdate()})
    if "on" in request.POST:
        form = BatchForm(request.POST, request.FILES)
        if run_form_with_messages(
            request, form, lambda **facts: _batch(records, by, **facts), f"已登记{len(records)}份文件的上传。"
        ):
            return to("uploads")
    return render(request, "policies/upload_batch.html", {"records": records, "form": form})


def _batch(
    records: list[PolicyRecord],
    by: Actor,
    *,
    on: date,
    standing: str,
    number: str,
    file: "UploadedFile[bytes] | None",
) -> None:
    if why := [
        f"“{record}”：{why}" for record in records for why in actions.record_upload.why_not(record, by=by)
    ]:
        raise Refused(why)
    kept = receive(file, by) if file else None
    actions.record_batch(records, by=by, on=on, standing=standing, number=number, file=kept)


def record_uploads(request: HttpRequest, number: int) -> HttpResponse:
    """One document's uploads, and recording another."""
    by = require_staff_actor(request)
    record = record_seen(by, number)
    state = with_state(PolicyRecord.objects.filter(pk=record.pk)).get()
    start = {"on": timezone.localdate(), "standing": state.state}
    form = UploadForm(initial=start)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if run_form_with_messages(request, form, lambda **facts: _record(record, by, facts), "上传已登记。"):
            return to("record_uploads", number)
    library, row = library_for(record), place_of(record)
    rows = Upload.objects.filter(record=record).select_related("library", "back")
    return render(
        request,
        "policies/record_uploads.html",
        {
            "record": record,
            "state": state,
            "library": library,
            "place": Place(row.place) if row else None,
            "rows": list(rows),
            "may": library is not None and not keeps(by, record),
            "form": form,
            "log": [movement for movement in log_of(record.stream) if movement.action in UPLOADING][::-1],
        },
    )


#: What the page of a document's uploads shows of its log.
UPLOADING = frozenset({"policies.record_upload", "policies.take_back_upload"})


def _record(record: PolicyRecord, by: Actor, facts: dict[str, object]) -> None:
    given = file_taken(facts, "file")
    if why := actions.record_upload.why_not(record, by=by):
        raise Refused(why)
    file = receive(given, by) if given else None
    actions.record_upload(record, by=by, file=file, **facts)


@require_POST
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """Take back an upload that was entered by mistake."""
    by = require_staff_actor(request)
    made = _upload_seen(by, number)
    reason = request.POST.get("reason", "")
    if request.POST.get("whole"):
        run_with_messages(
            request, lambda: actions.take_back_batch(made, by=by, reason=reason), "整批登记已撤回。"
        )
    else:
        run_with_messages(
            request, lambda: actions.take_back_upload(made, by=by, reason=reason), "登记已撤回。"
        )
    return to("record_uploads", made.record_id)


@require_GET
def receipt(request: HttpRequest, number: int) -> HttpResponseBase:
    """The receipt or screenshot of an upload."""
    made = _upload_seen(require_staff_actor(request), number)
    if made.receipt is None:
        raise Http404("没有回执文件")
    return serve_stored(made.receipt, made.receipt_name)


def _upload_seen(by: Actor, number: int) -> Upload:
    """Return an upload of a document that somebody may see in the office.

    Raises:
        Http404: there is none, or it is another unit's.
    """
    return get_visible_or_404(by, Upload, number)


def _set_from(by: Actor, body: Body) -> Body | None:
    """Return the government on whose page somebody finds the setting of one of its units; None for its own."""
    over = body
    while over.kind not in GOVERNMENTS and over.parent is not None:
        over = over.parent
    return None if over == body or sets_library(by, over) else over


def upper_library(request: HttpRequest, number: int) -> HttpResponse:
    """Set where a government's documents are uploaded to."""
    by = require_staff_actor(request)
    body = get_visible_or_404(by, Body, number)
    if sets_library(by, body):
        raise Http404("上级文件库由本级政务公开办设置")
    over = _set_from(by, body)
    row = UpperLibrary.objects.filter(body=body).first()
    version = str(row.version if row else 0)
    form = LibraryForm.of(row, request.POST or None)
    counted: dict[str, int] = {}
    if request.method == "POST":
        version = request.POST.get("version", "")
        seen = whole(version) or 0
        if form.is_valid() and request.POST.get("counted") != form.stamp:
            counted = foreseen(form.made(body))
        if not counted.get("documents") and run_form_with_messages(
            request,
            form,
            lambda **facts: actions.set_upper_library(body, by=by, seen=seen, **facts),
            "已保存。",
        ):
            return to("upper_library", over.pk) if over else to("uploads")
    kept, free = _departments(body)
    return render(
        request,
        "policies/upper_library.html",
        {
            "body": body,
            "over": over,
            "form": form,
            "row": row,
            "version": version,
            "counted": counted,
            "kept": kept,
            "departments": free,
            "log": list(log_of(row.stream))[::-1] if row else [],
        },
    )
