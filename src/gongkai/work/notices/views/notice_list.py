"""The list of notices, and their upload."""

from collections.abc import Mapping, Sequence
from typing import Unpack

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.core.acts.action import Refused
from gongkai.core.background_jobs.queries import filter_unfinished_jobs
from gongkai.core.files.serving import serve_stored
from gongkai.core.registers.columns import FILE_ONLY, Column, render_chip
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.open_government_leads import AREA_BODIES, issues_for_itself, list_led_units
from gongkai.core.widgets.forms import FormFacts, Posted, Sent, style_inputs
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.work.notices.actions.permissions import list_reasons_against_importing
from gongkai.work.notices.importing.source import MAX_BYTES
from gongkai.work.notices.importing.uploads import (
    PASTED_FILE_NAME,
    READ_NOTICE_JOB,
    describe_result,
    load_refused_upload,
    start_reading,
)
from gongkai.work.notices.models import Notice
from gongkai.work.notices.queries.progress import load_progress
from gongkai.work.notices.states import NoticeState
from gongkai.work.notices.views.common import get_notice_or_404


def _make_title_cell(row: Notice) -> SafeString:
    """Return the title with the details that distinguish notices."""
    return render_to_string("notices/title.html", {"notice": row})


def _render_state(row: Notice) -> SafeString | str:
    """Return the state, with a mark on a draft for comment."""
    draft = format_html(' <span class="gk-tag">{}</span>', "征求意见稿") if row.for_comment else ""
    return format_html("{}{}", row.state_label, draft)


def _make_progress_cell(row: Notice) -> SafeString | str:
    """Return the progress of the tasks; for a draft what is pending."""
    progress = row.progress  # type: ignore[attr-defined]
    if progress.lights.total:
        return render_to_string("notices/bar.html", {"lights": progress.lights})
    if row.state != NoticeState.DRAFT:
        return ""
    pending_count = progress.unresolved or progress.unsettled
    return (
        render_chip(_describe_progress(row))
        if pending_count
        else format_html('<span class="gk-soft">{}</span>', _describe_progress(row))
    )


def _describe_progress(row: Notice) -> str:
    """Return the progress in words; for a draft the numbers of unresolved units and flags; else ""."""
    progress = row.progress  # type: ignore[attr-defined]
    if progress.lights.total:
        return progress.lights.words
    if row.state != NoticeState.DRAFT:
        return ""
    pending_count = progress.unresolved or progress.unsettled
    return f"待指明单位 {progress.unresolved}，存疑 {progress.unsettled}" if pending_count else "可以确认"


class NoticeRegister(Register[Notice]):
    """Visible notices, the newest first, with progress."""

    name, route, model, title = "notices.list", "notices_list", Notice, "任务分工通知"
    columns = (
        Column("title", "通知", cell=_make_title_cell, width=40),
        Column("doc_number", at=FILE_ONLY),
        Column("issuer", "印发单位", value=lambda row: row.issuer_name or row.government.label, at=FILE_ONLY),
        Column("government", at=FILE_ONLY),
        Column("issued_on", at=FILE_ONLY),
        Column("year", at=FILE_ONLY),
        Column("parent", "依据", value=lambda row: row.parent.title if row.parent else "", at=FILE_ONLY),
        Column("state", cell=_render_state),
        Column("for_comment", at=FILE_ONLY),
        Column("measures", "举措", value=lambda row: row.progress.measures, number=True),
        Column("progress", "进展", value=_describe_progress, cell=_make_progress_cell, width=24),
    )
    filters = (YearFilter("year"), "state", "government")
    search_fields = ("title", "doc_number", "issuer_name")
    ordering = ("-year", "-pk")
    has_record = False
    unit = "government"
    intro = "导入通知，核对读取结果，确认后自动产生任务、期限和栏目。"
    empty = "还没有通知。政务公开办导入并确认今年的任务分工通知以后，任务、期限和栏目就会从通知里产生。"
    new_label = "导入通知"
    template = "notices/list.html"

    def rows(self, by: Actor) -> QuerySet[Notice]:
        """Return the notices with related objects."""
        return super().rows(by).select_related("government", "issuer", "parent")

    def prefetch(self, rows: Sequence[Notice], by: Actor) -> Sequence[Notice]:
        """Attach progress to the notices in a constant number of queries."""
        progress_list = load_progress(list(rows))
        for notice in progress_list.notices:
            notice.notice.progress, notice.notice.as_of = notice, progress_list.as_of  # type: ignore[attr-defined]
        return [one.notice for one in progress_list.notices]

    def new_url(self, by: Actor) -> str:
        """Return the URL of the upload page, if the user may import."""
        return "" if list_reasons_against_importing(by, None) else reverse("notices_upload")

    def list_links(self, by: Actor, row: Notice) -> Sequence[tuple[str, str]]:
        """Return links to the review of a draft or to the matrix."""
        if row.state == NoticeState.DRAFT:
            return [("核对", reverse("notices_review", args=[row.pk]))]
        has_tasks = row.progress.lights.total  # type: ignore[attr-defined]
        return [("打表", reverse("notices_matrix", args=[row.pk]))] if has_tasks else []

    def extra_context(self, request: HttpRequest, listing: Listing[Notice]) -> Mapping[str, object]:
        """Return `reading`: the user's uploads that are still being read."""
        return {"reading": filter_unfinished_jobs(request.user, READ_NOTICE_JOB.name)}


class NoticeUploadForm(forms.Form):
    """The form for a file or pasted text, the government and the issuer."""

    file = forms.FileField(
        label="通知文件",
        required=False,
        help_text=f"支持 .docx .wps .xlsx .et .pdf .ofd .html .txt，不超过{MAX_BYTES // 1024 // 1024} MB。可以把文件拖到这里。",
    )
    text = forms.CharField(
        label="或者粘贴文字",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="从网页或文档复制整个通知，连同表格。",
    )
    government = forms.ModelChoiceField(
        Body.objects.none(),
        label="由哪里落实",
        help_text="选政府的，交办给该政府各单位；选本单位的，只交办给本单位各处室和所属单位。",
    )
    issuer = forms.ModelChoiceField(
        Body.objects.none(), label="印发单位", required=False, help_text="不选则按通知上的落款识别。"
    )

    def __init__(self, data: Posted = None, files: Sent = None, *, by: Actor, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        self.by = by
        for name in ("file", "text"):  # One of the two is required.
            self.fields[name].either = True  # type: ignore[attr-defined]
        governments = list_importable_bodies(by)
        field = self.fields["government"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Body.objects.filter(pk__in=[body.pk for body in governments])
        field.empty_label = None
        field.initial = governments[0].pk if governments else None
        if len(governments) == 1:
            field.widget = forms.HiddenInput()
        issuer = self.fields["issuer"]
        assert isinstance(issuer, forms.ModelChoiceField)
        issuer.queryset = Body.objects.filter(active_to=None, merged_into=None)
        issuer.empty_label = "按通知上的落款识别"
        style_inputs(self)
        self.fields["file"].widget.attrs.pop("class")  # Drawn as a drop zone.

    def clean(self) -> dict[str, object]:
        """Require either a file or text, not both."""
        data = super().clean() or {}
        if not self.errors and bool(data.get("file")) == bool((data.get("text") or "").strip()):
            self.add_error("file", "请选择文件，或者粘贴文字，只填一项。")
        return data


def list_importable_bodies(by: Actor) -> list[Body]:
    """Return governments and units for which the user may import."""
    reaches = by.reached_paths(Role.CHIEF)
    rows = Body.objects.filter(AREA_BODIES, active_to=None, merged_into=None).order_by("path")
    return [body for body in rows if any(body.path.startswith(reach) for reach in reaches)] + list_led_units(by)


def upload_notice(request: HttpRequest) -> HttpResponse:
    """Store a file or pasted text and start reading it in the background."""
    actor = get_actor(request.user)
    again = load_refused_upload(actor.user_id, parse_whole_number(request.GET.get("again", "")) or 0)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = NoticeUploadForm(*sent, by=actor, initial=again)
    if request.method == "POST" and form.is_valid():
        response = _start_import(request, form, actor)
        if response:
            return response
    context = {
        "form": form,
        "allowed": not list_reasons_against_importing(actor, None),
        "own": [body for body in list_importable_bodies(actor) if issues_for_itself(body)],
        "reading": filter_unfinished_jobs(request.user, READ_NOTICE_JOB.name),
    }
    return render(request, "notices/upload.html", context)


def _start_import(request: HttpRequest, form: NoticeUploadForm, actor: Actor) -> HttpResponse | None:
    """Begin reading the uploaded file and redirect to it; None with errors in the form."""
    data = form.cleaned_data
    try:
        content, name = _read_upload(data["file"], data["text"])
        reading = start_reading(content, name, by=actor, government=data["government"], issuer=data["issuer"])
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return None
    if isinstance(reading, Notice):
        messages.warning(request, describe_result(reading, already=True))
        return redirect("notices_review", reading.pk)
    return redirect("errands:one", reading.pk)


def _read_upload(file: UploadedFile[bytes] | None, text: str) -> tuple[bytes, str]:
    """Return (content, name) of the file, or of the pasted text.

    Raises:
        Refused: when the file is too large.
    """
    if file is None:
        return text.encode(), PASTED_FILE_NAME
    if file.size and file.size > MAX_BYTES:
        raise Refused(f"“{file.name}”超过 {MAX_BYTES // 1024 // 1024} MB，请只保留通知正文和任务表后重试。")
    return file.read(), file.name or "通知"


def download_source(request: HttpRequest, pk: int) -> FileResponse:
    """Send the imported file to users who may see the notice."""

    notice, _ = get_notice_or_404(request, pk)
    return serve_stored(notice.source_file, notice.source_name)
