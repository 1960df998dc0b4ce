"""Views of 上级库上传: originals, due and recorded uploads, the uploads of one document, the setting."""

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai.content.policies import actions, upload_zip
from gongkai.content.policies.actions.files import MAX_UPLOAD_BYTES
from gongkai.content.policies.forms.uploading import LibraryUploadForm, UpperLibraryForm
from gongkai.content.policies.models import PolicyRecord, Upload, UpperLibrary
from gongkai.content.policies.queries.office import annotate_validity, visible_to
from gongkai.content.policies.queries.uploading import (
    UploadStage,
    count_setting_effects,
    find_upper_library_of_record,
    list_upper_library_settings,
    upper_libraries_visible_to,
    with_upload_stage,
)
from gongkai.content.policies.registers import UploadRegister
from gongkai.content.policies.rules import check_library_manager, check_may_maintain
from gongkai.content.policies.views.common import get_body_of_writer, get_record, redirect_to
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.chain import read_stream as log_of
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import (
    add_refusal_messages,
    refuse_too_many_rows,
    run_form_with_messages,
    run_with_messages,
)
from gongkai.core.files.serving import serve_stored
from gongkai.core.files.store import store_upload
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.units.models import Body
from gongkai.core.units.queries import existing_bodies
from gongkai.core.units.unit_filters import GOVERNING_KINDS
from gongkai.core.widgets.forms import pop_file
from gongkai.core.widgets.query_parameters import parse_selected, parse_whole_number
from gongkai.core.widgets.responses import download_response


@require_GET
def redirect_to_library(request: HttpRequest) -> HttpResponse:
    """Redirect to the user's first higher library, or explain which users set it."""
    by = require_staff_actor(request)
    if libraries := upper_libraries_visible_to(by):
        return redirect(UploadRegister().under(by, libraries[0].pk).url())
    return render(request, "policies/no_library.html", {"governments": list_upper_library_settings(by)})


def _list_department_settings(body: Body) -> tuple[list[UpperLibrary], list[Body]]:
    """Return (settings of a government's own units, units that may get one of their own).

    Such units are departments, and units below them that have documents.
    """
    if body.kind not in GOVERNING_KINDS:
        return [], []
    under = Body.objects.filter(path__startswith=body.path).exclude(pk=body.pk)
    for path in under.filter(kind__in=GOVERNING_KINDS).values_list("path", flat=True):
        under = under.exclude(path__startswith=path)
    libraries = UpperLibrary.objects.filter(body__in=under).select_related("body")
    free = existing_bodies(under).exclude(pk__in=libraries.values("body"))
    free = free.filter(Q(parent=body) | Exists(PolicyRecord.objects.filter(body=OuterRef("pk"))))
    return list(libraries.order_by("body__position", "pk")), list(free.order_by("position", "pk"))


@require_POST
def download_selected_texts(request: HttpRequest) -> HttpResponse:
    """Return the texts of selected documents and the sheet of form values as a zip."""
    by = require_staff_actor(request)
    numbers = parse_selected(request.POST.getlist("row"))
    if not numbers:
        messages.error(request, "请先勾选要上传的文件。")
    elif not refuse_too_many_rows(request, numbers, upload_zip.MAX_PACKED_DOCUMENTS):
        rows = visible_to(by).filter(pk__in=numbers).select_related("body", "document", "original")
        records = [policy_record for policy_record in rows.order_by("-pk") if not check_may_maintain(by, policy_record)]
        try:
            name = f"上级库上传材料{timezone.localdate():%Y%m%d}.zip"
            return download_response(upload_zip.build_upload_zip(records), name, "application/zip")
        except Refused as refused:
            add_refusal_messages(request, refused)
    return redirect_to("uploads")


def record_uploads_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a document's uploads and record another one."""
    by = require_staff_actor(request)
    record = get_record(by, number)
    state = annotate_validity(PolicyRecord.objects.filter(pk=record.pk)).get()
    start = {"on": timezone.localdate(), "standing": state.state}
    form = LibraryUploadForm(initial=start)
    if request.method == "POST":
        form = LibraryUploadForm(request.POST, request.FILES)
        if run_form_with_messages(
            request, form, lambda **facts: _register_library_upload(record, by, facts), "上传已登记。"
        ):
            return redirect_to("record_uploads", number)
    library, row = find_upper_library_of_record(record), with_upload_stage(record)
    rows = Upload.objects.filter(record=record).select_related("library", "back")
    return render(
        request,
        "policies/record_uploads.html",
        {
            "record": record,
            "state": state,
            "library": library,
            "place": UploadStage(row.place) if row else None,
            "rows": list(rows),
            "may": library is not None and not check_may_maintain(by, record),
            "form": form,
            "log": [movement for movement in log_of(record.stream) if movement.action in UPLOAD_ACTIONS][::-1],
        },
    )


#: Actions shown in the history of a document's uploads.
UPLOAD_ACTIONS = frozenset({"policies.record_upload", "policies.take_back_upload"})


def _register_library_upload(record: PolicyRecord, by: Actor, facts: dict[str, object]) -> None:
    """Record the upload of one document with its receipt file (Refused: as the action)."""
    given = pop_file(facts, "file")
    if why := actions.record_upload.why_not(record, by=by):
        raise Refused(why)
    file = store_upload(given, by) if given else None
    actions.record_upload(record, by=by, file=file, **facts)


@require_POST
def take_back_upload_page(request: HttpRequest, number: int) -> HttpResponse:
    """Withdraw an upload that was entered by mistake, or all uploads with its receipt."""
    by = require_staff_actor(request)
    upload = _get_visible_upload(by, number)
    reason = request.POST.get("reason", "")
    if request.POST.get("whole"):
        run_with_messages(request, lambda: actions.take_back_batch(upload, by=by, reason=reason), "整批登记已撤回。")
    else:
        run_with_messages(request, lambda: actions.take_back_upload(upload, by=by, reason=reason), "登记已撤回。")
    return redirect_to("record_uploads", upload.record_id)


@require_GET
def download_receipt(request: HttpRequest, number: int) -> HttpResponseBase:
    """Return the receipt or screenshot of an upload."""
    upload = _get_visible_upload(require_staff_actor(request), number)
    if upload.receipt is None:
        raise Http404("没有回执文件")
    return serve_stored(upload.receipt, upload.receipt_name)


def _get_visible_upload(by: Actor, number: int) -> Upload:
    """Return an upload of a document that the user sees in the office.

    Raises:
        Http404: there is none, or it belongs to another unit.
    """
    return get_visible_or_404(by, Upload, number)


def _find_setting_government(by: Actor, body: Body) -> Body | None:
    """Return the government on whose page the user sets a unit's library; None if the body itself or not allowed."""
    over = body
    while over.kind not in GOVERNING_KINDS and over.parent is not None:
        over = over.parent
    return None if over == body or check_library_manager(by, over) else over


def upper_library_page(request: HttpRequest, number: int) -> HttpResponse:
    """Set the higher library of a government or unit; the number of documents due is first shown."""
    by = require_staff_actor(request)
    body = get_visible_or_404(by, Body, number)
    if check_library_manager(by, body):
        raise Http404("上级文件库由本级政务公开办设置")
    over = _find_setting_government(by, body)
    row = UpperLibrary.objects.filter(body=body).first()
    version = str(row.version if row else 0)
    form = UpperLibraryForm.of(row, request.POST or None)
    setting_effects: dict[str, int] = {}
    if request.method == "POST":
        version = request.POST.get("version", "")
        seen = parse_whole_number(version) or 0
        if form.is_valid() and request.POST.get("counted") != form.stamp:
            setting_effects = count_setting_effects(form.make_setting(body))
        if not setting_effects.get("documents") and run_form_with_messages(
            request,
            form,
            lambda **facts: actions.set_upper_library(body, by=by, seen=seen, **facts),
            "已保存。",
        ):
            return redirect_to("upper_library", over.pk) if over else redirect_to("uploads")
    libraries, free = _list_department_settings(body)
    return render(
        request,
        "policies/upper_library.html",
        {
            "body": body,
            "over": over,
            "form": form,
            "version": version,
            "counted": setting_effects,
            "kept": libraries,
            "departments": free,
            "log": list(log_of(row.stream))[::-1] if row else [],
        },
    )


def upload_originals_page(request: HttpRequest) -> HttpResponse:
    """Upload the originals of documents for a unit; warn of those not accepted."""
    by = require_staff_actor(request)
    number = parse_whole_number(request.POST.get("body", ""))
    if request.method != "POST" or number is None:
        return redirect_to("files")
    body = get_body_of_writer(by, number)
    files = request.FILES.getlist("files")
    if sum(uploaded_file.size or 0 for uploaded_file in files) > MAX_UPLOAD_BYTES:
        messages.error(request, "一次上传的文件超过100兆字节，请分次上传。")
        return redirect_to("files")
    some = [(uploaded_file.name or "", uploaded_file.read()) for uploaded_file in files]

    def upload() -> None:
        """Upload the originals and warn of those that were not accepted."""
        left_out = actions.upload_originals(body, by=by, files=some).left_out
        if left_out:
            text = "；".join(left_out)
            messages.warning(request, f"有{len(left_out)}个文件没有收下：{text[:2000]}")

    run_with_messages(request, upload, "原文已上传，可以导入表格了。")
    return redirect_to("files")
