"""The compilation of cases: searched by words and ground, read, exported as a volume; a case changed or taken out."""

from typing import Unpack

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import run_with_messages
from gongkai.ledger.models import Entry
from gongkai.requests import actions
from gongkai.requests.models import Case
from gongkai.requests.queries.cases import search_cases
from gongkai.requests.results import DECIDED, RESULTS
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.spreadsheets.sheet import Column, Sheet
from gongkai.ui.answers import DOCX, download
from gongkai.ui.asked import whole, year_asked
from gongkai.ui.forms import FormFacts, Posted, Sent
from gongkai.ui.paging import page_of
from gongkai.units.actors import actor_of
from gongkai.writing.blocks import Text
from gongkai.writing.official import Issued, official_docx

PER_PAGE, MOST = 20, 2000
SHEET = Sheet(
    "依申请公开案例汇编",
    (
        Column("year", "年度", width=8),
        Column("title", "案例名称", width=36),
        Column("body", "答复机关", write=lambda c: c.body.name, width=24),
        Column("wanted", "申请内容", width=50),
        Column("result", "办理结果", write=lambda c: RESULTS[c.result].name, width=24),
        Column("law", "依据", width=24),
        Column("ground", "理由", width=50),
        Column("dispute", "复议诉讼", width=30),
        Column("comment", "评析", width=60),
        Column("tags", "关键词", width=20),
    ),
)


class CaseForm(forms.Form):
    """What is said of a case."""

    title = forms.CharField(label="案例名称", max_length=120)
    comment = forms.CharField(label="评析", max_length=5000, widget=forms.Textarea(attrs={"rows": 8}))
    tags = forms.CharField(label="关键词", max_length=200, required=False, help_text="用空格分开。")

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "gk-input"


def listing(request: HttpRequest) -> HttpResponse:
    """Show, search or export the cases."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:80]
    result, year = request.GET.get("result", ""), year_asked(request.GET.get("year", ""))
    result = result if result in RESULTS else ""
    found = search_cases(actor_of(request.user), words=words, result=result, year=year)
    form = request.GET.get("export", "")
    if form == "xlsx":
        return spreadsheet(SHEET, found[:MOST], "cases", guide=False)
    if form == "docx":
        return download(volume(list(found[:MOST])), "依申请公开案例汇编.docx", DOCX)
    given = request.GET.copy()
    given.pop("page", None)
    shown = {
        "page": page_of(request, found, PER_PAGE),
        "q": words,
        "result": result,
        "year": year,
        "results": [(key, RESULTS[key].name) for key in DECIDED],
        "query": given.urlencode(),
    }
    return render(request, "requests/cases.html", shown)


def volume(cases: list[Case]) -> bytes:
    """Return cases as one document, in the layout of official papers."""
    blocks = []
    for place, one in enumerate(cases, 1):
        blocks.append(Text(f"案例{place}　{one.title}", level=1))
        parts = (
            ("申请内容", one.wanted),
            ("答复机关", one.body.name),
            ("办理结果", f"{RESULTS[one.result].name}（{one.law}）"),
            ("理由", one.ground),
            ("复议诉讼", one.dispute),
            ("评析", one.comment),
        )
        blocks += [
            Text(f"{head}：{line}") for head, text in parts for line in text.splitlines() if line.strip()
        ]
    if not blocks:
        blocks = [Text("没有符合条件的案例。")]
    issued = Issued("政府信息公开申请案例汇编", ("案例汇编",), "", blocks, made_on=timezone.localdate())
    return official_docx(issued, lambda mark: None)


def case(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a case; change it or take it out."""
    by = actor_of(request.user)
    found = get_visible_or_404(by, Case, pk)
    form = CaseForm(
        request.POST if "title" in request.POST else None,
        initial={"title": found.title, "comment": found.comment, "tags": found.tags},
    )
    if request.method == "POST":
        version = whole(request.POST.get("version", ""))
        if "withdraw" in request.POST:
            words = request.POST.get("words", "")[:300]
            if run_with_messages(
                request, lambda: actions.withdraw_case(found, by=by, version=version, words=words), "已撤下。"
            ):
                return HttpResponseRedirect(reverse("requests:cases"))
        elif form.is_valid() and run_with_messages(
            request,
            lambda: actions.revise_case(found, by=by, version=version, **form.cleaned_data),
            "已修改。",
        ):
            return HttpResponseRedirect(request.path)
    entry = Entry.objects.select_related("body").get(pk=found.request_id)
    may = not actions.revise_case.why_not(found, by=by)
    shown = {"case": found, "result": RESULTS[found.result].name, "form": form, "may": may, "entry": entry}
    return render(request, "requests/case.html", shown)
