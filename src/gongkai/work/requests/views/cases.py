"""Views of the case compilation (R-03, R-09) and of complaints."""

from collections.abc import Mapping, Sequence
from itertools import islice

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import add_refusal_messages
from gongkai.core.intake.actions import register_party
from gongkai.core.intake.forms.tokens import new_token
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.views import register_once
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.ledger.queries import visible_to as entries_visible_to
from gongkai.core.registers.columns import FILE_AND_RECORD, Column
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.forms import Act
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor, get_actor, require_staff_actor
from gongkai.core.widgets.responses import DOCX_CONTENT_TYPE, download_response
from gongkai.lib.writing.blocks import TextBlock
from gongkai.lib.writing.official import IssuedDocument, render_official_docx
from gongkai.work.requests import actions
from gongkai.work.requests.complaints.actions import open_complaint_answer, register_complaint
from gongkai.work.requests.complaints.public import ComplaintForm
from gongkai.work.requests.complaints.rules import list_reasons_unless_complaint_registrar
from gongkai.work.requests.forms.base import CaseRevisionForm, make_text_area_field
from gongkai.work.requests.models import Case, Complaint
from gongkai.work.requests.public import list_answering_bodies
from gongkai.work.requests.results import REQUEST_RESULTS

# Maximum number of cases in a volume.
MAX_CASES_PER_VOLUME = 2000
COMMENT_FIELD = make_text_area_field("评析", rows=8, hint="申请人、第三方和个人信息自动隐去，保存以前核对。")
WITHDRAWAL_REASON_FIELD = make_text_area_field("撤下的原因", rows=2, limit=300)


class CompiledCaseRegister(Register[Case]):
    """The register of compiled cases, with the acts to revise and withdraw one."""

    name, model, title = "requests.cases", Case, "依申请公开案例汇编"
    section = (("依申请公开", "requests:list"),)
    columns = (
        "title",
        "year",
        "body",
        Column("wanted", at=FILE_AND_RECORD),
        "result",
        Column("law", width=24),
        Column("ground", at=FILE_AND_RECORD),
        Column("dispute", at=FILE_AND_RECORD),
        "comment",
        "tags",
        Column("by", at=frozenset({"record"})),
        Column("at", at=frozenset({"record"})),
    )
    filters = ("result", YearFilter("year"), "body")
    search_fields = ("title", "wanted", "ground", "law", "comment", "tags", "dispute")
    intro = "已经办结的申请，隐去申请人、第三方和个人信息后编成案例，供培训和办理同类申请时参考。在申请页面用“编为案例”添加。"
    empty = "还没有案例。"
    record_route = "case"
    template = "requests/cases.html"
    acts = (
        Act(
            action=actions.revise_case,
            base=CaseRevisionForm,
            asks={"comment": COMMENT_FIELD},
            listed=False,
            done="已修改。",
        ),
        Act(action=actions.withdraw_case, asks={"words": WITHDRAWAL_REASON_FIELD}, listed=False, done="已撤下。"),
    )

    def record_links(self, by: Actor, row: Case) -> Sequence[tuple[str, str]]:
        """Return the link to the original request, if it is visible."""
        entry = entries_visible_to(by).filter(pk=row.request_id).first()
        return [(f"来源：{entry.number}", entry.url)] if entry else []

    def extra_context(self, request: HttpRequest, listing: Listing[Case]) -> Mapping[str, object]:
        """Return the URL of the volume with the same filters."""
        return {"volume_url": f"{reverse('requests:volume')}?{request.GET.urlencode()}"}


def download_volume(request: HttpRequest) -> HttpResponse:
    """Return the listed cases, at most MAX_CASES_PER_VOLUME, as a .docx."""
    cases = CompiledCaseRegister().listing(request, require_staff_actor(request)).rows
    return download_response(
        render_volume(list(islice(cases.iterator(), MAX_CASES_PER_VOLUME))),
        "依申请公开案例汇编.docx",
        DOCX_CONTENT_TYPE,
    )


def render_volume(cases: list[Case]) -> bytes:
    """Return cases as a .docx in the layout of official documents."""
    blocks = []
    for number, case in enumerate(cases, 1):
        blocks.append(TextBlock(f"案例{number}　{case.title}", level=1))
        parts = (
            ("申请内容", case.wanted),
            ("答复机关", case.body.name),
            ("办理结果", f"{REQUEST_RESULTS[case.result].name}（{case.law}）"),
            ("理由", case.ground),
            ("复议诉讼", case.dispute),
            ("评析", case.comment),
        )
        blocks += [TextBlock(f"{head}：{line}") for head, text in parts for line in text.splitlines() if line.strip()]
    if not blocks:
        blocks = [TextBlock("没有符合条件的案例。")]
    issued = IssuedDocument("政府信息公开申请案例汇编", ("案例汇编",), "", blocks, made_on=timezone.localdate())
    return render_official_docx(issued, lambda mark: None)


#: Name under which the form is protected against double submission.
COMPLAINT_FORM_NAME = "complaint-register"


def _register_complaint(form: ComplaintForm, by: Actor) -> tuple[str, str]:
    """Register the complaint; return the matter and the last four digits of the phone."""
    data = form.cleaned_data
    facts = {name: data[name] for name in ("about", "text", "number", "channel", "institution")}
    entry: Entry = register_complaint(data["against"], by=by, **facts)
    particulars = SenderParticulars(name=data["name"], phone=data["phone"])
    matter = f"complaint/{entry.pk}"
    if not particulars.empty:
        register_party(None, by=by, matter=matter, particulars=particulars)
    return matter, particulars.last_four


def register_complaint_view(request: HttpRequest) -> HttpResponse:
    """Show the form for a complaint made outside the website, and register it once."""
    by = get_actor(request.user)
    form = ComplaintForm(request.POST if request.method == "POST" else None, bodies=list_answering_bodies())
    if matter := register_once(
        request, form, COMPLAINT_FORM_NAME, lambda: _register_complaint(form, by), by=by, asker="投诉人"
    ):
        # The clerk may belong to a unit that cannot see the complaint.
        entry = visible_to(by).filter(pk=matter.number).first()
        return HttpResponseRedirect(entry.url if entry else request.path)
    context = {
        "form": form,
        "reasons": list_reasons_unless_complaint_registrar(by, None),
        "once": new_token(COMPLAINT_FORM_NAME),
    }
    return render(request, "requests/complaint.html", context)


def download_complaint_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the written answer and log the access; 404 if there is none or it was erased."""
    by = get_actor(request.user)
    complaint = get_visible_or_404(by, Complaint, pk)
    try:
        content = open_complaint_answer(complaint, by=by)
    except Refused as refused:
        if not complaint.key:
            raise Http404 from refused
        add_refusal_messages(request, refused)
        return HttpResponseRedirect(complaint.entry.url)
    return download_response(content, f"{complaint.number}.docx", DOCX_CONTENT_TYPE)
