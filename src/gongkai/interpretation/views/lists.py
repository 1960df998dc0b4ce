"""解读情况: what waits for its interpretation, links with one side, columns by form, the government's setting."""

from datetime import datetime
from typing import TypedDict

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from gongkai.acts.pages import run_with_messages
from gongkai.editions.models import Document
from gongkai.editions.reach import websites_of
from gongkai.errands.exports import may_be_long
from gongkai.interpretation import actions, queries
from gongkai.interpretation.forms.items import SettingForm
from gongkai.interpretation.models import Form, Owed, setting_of
from gongkai.interpretation.places import children
from gongkai.interpretation.views.common import bodies_seen
from gongkai.ledger.models import Entry
from gongkai.publishing.documents import titles_of
from gongkai.publishing.views.common import document_seen
from gongkai.spreadsheets import Column as SheetColumn
from gongkai.spreadsheets import Sheet
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.paging import page_of
from gongkai.units.actors import require_staff_actor
from gongkai.units.models import BodyKind, Role

SHEET = Sheet(
    "待解读清单",
    (
        SheetColumn("list", "清单", width=16),
        SheetColumn("title", "文件", width=50),
        SheetColumn("body", "起草单位", width=24),
        SheetColumn("forms", "所缺形式", width=20),
        SheetColumn("published", "公开日期", width=12),
        SheetColumn("due", "解读期限", width=12),
        SheetColumn("light", "状态", width=10),
    ),
)


def overview(request: HttpRequest) -> HttpResponse:
    """How interpretation stands in the units that somebody sees."""
    by = require_staff_actor(request)
    bodies = bodies_seen(by)
    waiting = page_of(request, queries.owed(bodies), name="waiting")
    undecided = page_of(request, queries.uninterpreted(bodies), name="undecided")
    ordered = page_of(request, queries.ordered(bodies), name="ordered")
    links = page_of(request, queries.one_sided(bodies), name="pairs")
    return render(
        request,
        "interpretation/overview.html",
        {
            "waiting": _rows(list(waiting)),
            "waiting_page": waiting,
            "undecided": _titled(list(undecided)),
            "undecided_page": undecided,
            "ordered": ordered,
            "pairs": queries.pairs_of(links),
            "pairs_page": links,
            "children": children(list(websites_of(by))),
            "fields": queries.by_field(bodies, timezone.localdate().year),
            "year": timezone.localdate().year,
            "supervises": by.has(Role.CHIEF),
        },
    )


class Row(TypedDict):
    """A document that waits for its interpretation."""

    owed: Owed
    entry: Entry
    title: str
    forms: str


def _rows(waiting: list[Owed]) -> list[Row]:
    titles = titles_of(owed.document for owed in waiting)
    return [
        {
            "owed": owed,
            "entry": owed.entry,
            "title": titles[owed.document_id],
            "forms": "、".join(Form(form).label for form in owed.forms),
        }
        for owed in waiting
    ]


def _titled(documents: list[Document]) -> list[tuple[Document, str]]:
    titles = titles_of(documents)
    return [(document, titles[document.pk]) for document in documents]


def _listed(request: HttpRequest) -> QuerySet[Document]:
    bodies = bodies_seen(require_staff_actor(request))
    waiting = queries.owed(bodies).order_by().values("document")
    open_ones = queries.uninterpreted(bodies).order_by().values("pk")
    return Document.objects.filter(Q(pk__in=waiting) | Q(pk__in=open_ones)).order_by("pk")


def _listable(request: HttpRequest) -> QuerySet[Document]:
    """All documents that may ever stand in the list, interpreted by now or not."""
    bodies = bodies_seen(require_staff_actor(request))
    owed = Owed.objects.filter(entry__body__in=bodies).values("document")
    return Document.objects.filter(Q(body__in=bodies) | Q(pk__in=owed))


@may_be_long("interpretation.list", "待解读清单", rows=_listed, seen=_listable)
def export(request: HttpRequest) -> HttpResponse:
    """The back-list as a spreadsheet: document, unit, forms, limit; then what nobody decided on yet."""
    bodies = bodies_seen(require_staff_actor(request))
    rows = [
        {
            "list": "待解读",
            "title": row["title"],
            "body": row["entry"].body.name,
            "forms": row["forms"],
            "published": _day(row["owed"].document.published_at),
            "due": _day(row["entry"].due_at),
            "light": "逾期" if row["entry"].light == "red" else "办理中",
        }
        for row in _rows(list(queries.owed(bodies)))
    ]
    rows += _undecided(list(queries.uninterpreted(bodies)))
    return spreadsheet(SHEET, rows, "待解读清单")


def _undecided(documents: list[Document]) -> list[dict[str, str]]:
    """Return the rows of documents on which nobody decided: no form, no limit, no light."""
    return [
        {
            "list": "尚未确定",
            "title": title,
            "body": one.body.name,
            "forms": "",
            "published": _day(one.published_at),
            "due": "",
            "light": "",
        }
        for one, title in _titled(documents)
    ]


def _day(moment: datetime | None) -> str:
    return timezone.localdate(moment).isoformat() if moment else ""


def owe(request: HttpRequest, document: int) -> HttpResponse:
    """Put a document on the list."""
    by = require_staff_actor(request)
    policy = document_seen(by, document)
    if request.method == "POST":
        forms = request.POST.getlist("forms") or [Form.TEXT]
        run_with_messages(request, lambda: actions.owe(policy, by=by, forms=forms), "已列入待解读清单。")
    return HttpResponseRedirect(reverse("interpretation:overview"))


def setting(request: HttpRequest) -> HttpResponse:
    """The government's setting, for its 政务公开 office."""
    by = require_staff_actor(request)
    governments = [
        body
        for body in bodies_seen(by).filter(kind=BodyKind.GOVERNMENT).order_by("path")
        if by.reaches(Role.CHIEF, path=body.path)
    ]
    rows = []
    for body in governments:
        kept = setting_of(body)
        here = request.method == "POST" and request.POST.get("government") == str(body.pk)
        form = SettingForm(
            request.POST if here else None,
            initial={"strict": kept.strict, "copied_percent": kept.copied_percent},
            auto_id=f"setting{body.pk}_%s",
        )
        if here and form.is_valid():
            given = form.cleaned_data
            if run_with_messages(request, lambda: actions.change_setting(body, by=by, **given), "已保存。"):  # noqa: B023 - called at once
                return HttpResponseRedirect(request.path)
        rows.append((body, form))
    return render(request, "interpretation/setting.html", {"rows": rows})
