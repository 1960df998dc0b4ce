"""政府开放日、会议开放: the register of a year, one record with its papers, texts and tasks."""

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import run_form_with_messages, run_with_messages, say_wrong
from gongkai.editions.hosts import before
from gongkai.files.papers import PapersForm, answer
from gongkai.participation import actions, openings
from gongkai.participation.importing_openings import OPENINGS
from gongkai.participation.models import ORDERED_AS, Opening, OpeningKind, OpeningPaper
from gongkai.participation.opening_forms import (
    LinkForm,
    OpeningForm,
    ProofForm,
    ReasonForm,
    RecordForm,
)
from gongkai.participation.rules import works
from gongkai.publishing.documents import title_of
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.asked import whole, year_in
from gongkai.ui.paging import page_of
from gongkai.units.actors import Actor, open_only_if, require_staff_actor
from gongkai.units.choosing import filter_of
from gongkai.units.models import Body, BodyKind
from gongkai.units.reach import bodies_of

FACTS = ("kind", "on", "place", "theme", "invited", "guests", "account", "address")


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show a year's records, and how many each unit held."""
    by, year = require_staff_actor(request), year_in(request)
    rows = openings.openings_visible_to(by).filter(on__year=year)
    chosen = whole(request.GET.get("body", ""))
    choice = filter_of(request, bodies_of(by).exclude(kind=BodyKind.GOVERNMENT), chosen)
    if choice.address:
        return redirect(choice.address)
    if chosen is not None:
        rows = rows.filter(body=chosen)
    if "export" in request.GET:
        return spreadsheet(
            OPENINGS.sheet, rows.filter(dropped="").order_by("on", "pk"), f"{year}年政府开放日、会议开放"
        )
    units = openings.counted(rows)
    shown = {
        "year": year,
        "choice": choice,
        "chosen": chosen,
        "kinds": OpeningKind.labels,
        "units": units,
        "held": sum(sum(counted.cells) for counted in units),
        "guests": sum(counted.guests for counted in units),
        "due": sum(counted.due for counted in units),
        "page": page_of(request, rows),
        "may": openings.bodies_kept(by).exists(),
    }
    return render(request, "participation/openings.html", shown)


def new(request: HttpRequest) -> HttpResponse:
    """Plan one, or enter one that was held."""
    by = require_staff_actor(request)
    bodies = openings.bodies_kept(by)
    open_only_if(bodies.exists(), "只有各单位的工作人员和政务公开办可以登记。")
    first: dict[str, object] = {"body": bodies.filter(pk__in=by.bodies).first()}
    if request.GET.get("kind") in ORDERED_AS:
        first["kind"] = request.GET["kind"]
    form = OpeningForm(request.POST or None, initial=first)
    form.offer("body", bodies)
    made: list[Opening] = []

    def work(*, body: Body, **facts: object) -> None:
        made.append(actions.register_opening(body, by=by, **facts))

    if request.method == "POST" and run_form_with_messages(request, form, work, "已登记。"):
        return HttpResponseRedirect(_page(made[0]))
    return render(request, "participation/opening_form.html", {"form": form, "heading": "登记", "do": "登记"})


def seen(by: Actor, number: int) -> Opening:
    """Return a record that somebody sees; 404 otherwise."""
    return get_visible_or_404(by, Opening, number)


def _page(opening: Opening) -> str:
    return reverse("participation:opening", args=[opening.pk])


@require_GET
def opening(request: HttpRequest, number: int) -> HttpResponse:
    """Show one record: facts, texts, papers, the tasks that it answers."""
    by = require_staff_actor(request)
    one = seen(by, number)
    may = not works(by, one) and not one.dropped
    texts = openings.public_texts(one)
    there = {text.document_id for text in texts}
    linked = [*filter(None, [one.announcement]), *one.documents.all()]
    waiting = [(document, title_of(document)) for document in linked if document.pk not in there]
    proofs = list(openings.proofs_of(one))
    proved = {proof.evidence.entry_id for proof in proofs}
    shown = {
        "one": one,
        "may": may,
        "announces": may and not actions.announce_opening.why_not(one, by=by),
        "texts": [(text, before(request, text.website) + text.path) for text in texts],
        "waiting": waiting,
        "link_form": LinkForm(opening=one) if may else None,
        "drop_form": ReasonForm() if may else None,
        "papers": [
            (
                paper,
                reverse("participation:opening_paper", args=[one.pk, paper.pk]),
                reverse("participation:drop_opening_paper", args=[one.pk, paper.pk]),
            )
            for paper in one.papers.select_related("stored")
        ],
        "papers_form": PapersForm() if may else None,
        "papers_to": reverse("participation:opening_papers", args=[one.pk]),
        "proofs": proofs,
        "tasks": [task for task in openings.tasks_ordering(one, by) if task.pk not in proved],
    }
    return render(request, "participation/opening.html", shown)


def change(request: HttpRequest, number: int) -> HttpResponse:
    """Correct a record, or write down how it went."""
    by = require_staff_actor(request)
    one = seen(by, number)
    form = RecordForm(request.POST or None, initial={name: getattr(one, name) for name in FACTS})
    seen_at = whole(request.POST.get("version", "")) or one.version
    if reasons := actions.change_opening.why_not(one, by=by):
        return render(
            request, "participation/opening_form.html", {"one": one, "heading": "更正", "reasons": reasons}
        )
    if request.method == "POST" and run_form_with_messages(
        request,
        form,
        lambda **facts: actions.change_opening(one, by=by, version=seen_at, **facts),
        "已保存。",
    ):
        return HttpResponseRedirect(_page(one))
    heading = "登记举办情况" if one.guests is None else "更正"
    return render(
        request,
        "participation/opening_form.html",
        {"form": form, "one": one, "heading": heading, "do": "保存", "seen": seen_at},
    )


@require_POST
def drop(request: HttpRequest, number: int) -> HttpResponse:
    """Call it off, or take a wrong entry back."""
    by = require_staff_actor(request)
    one = seen(by, number)
    announced = "公告没有随之改动，请另行撤下、更正或者删除草稿。" if one.announcement_id else ""
    run_form_with_messages(
        request,
        ReasonForm(request.POST),
        lambda reason: actions.drop_opening(one, by=by, reason=reason),
        f"已取消，记录和理由保留。{announced}",
    )
    return HttpResponseRedirect(_page(one))


@require_POST
def announce(request: HttpRequest, number: int) -> HttpResponse:
    """Draft the announcement and go to it."""
    by = require_staff_actor(request)
    one = seen(by, number)
    made: list[object] = []
    if run_with_messages(
        request,
        lambda: made.append(actions.announce_opening(one, by=by)),
        "公告已起草，请补充报名方式，选择栏目后送审。",
    ):
        return HttpResponseRedirect(reverse("publishing:item", args=[made[0].pk]))  # type: ignore[attr-defined]
    return HttpResponseRedirect(_page(one))


@require_POST
def link(request: HttpRequest, number: int) -> HttpResponse:
    """Link a public text, or take one off."""
    by = require_staff_actor(request)
    one = seen(by, number)
    gone = whole(request.POST.get("unlink", ""))
    if gone is not None:
        document = get_object_or_404(one.body.documents, pk=gone)
        run_with_messages(
            request, lambda: actions.unlink_opening(one, by=by, document=document), "已取消关联。"
        )
    else:
        form = LinkForm(request.POST, opening=one)
        run_form_with_messages(
            request, form, lambda **facts: actions.link_opening(one, by=by, **facts), "已关联。"
        )
    return HttpResponseRedirect(_page(one))


@require_POST
def attach(request: HttpRequest, number: int) -> HttpResponse:
    """Take papers in."""
    by = require_staff_actor(request)
    one = seen(by, number)
    form = PapersForm(request.POST, request.FILES)
    if form.is_valid():
        what = form.cleaned_data["what"]
        run_with_messages(
            request,
            lambda: actions.attach_opening_papers(one, by=by, what=what, files=form.received(by)),
            "已上传。",
        )
    else:
        say_wrong(request, form)
    return HttpResponseRedirect(f"{_page(one)}#papers")


def _paper(by: Actor, number: int, paper: int) -> OpeningPaper:
    one = seen(by, number)
    return get_object_or_404(one.papers.select_related("stored", "opening__body"), pk=paper)


@require_GET
def paper(request: HttpRequest, number: int, paper: int) -> FileResponse:
    """Hand a paper out."""
    return answer(_paper(require_staff_actor(request), number, paper))


@require_POST
def drop_paper(request: HttpRequest, number: int, paper: int) -> HttpResponse:
    """Take a paper out."""
    by = require_staff_actor(request)
    one = _paper(by, number, paper)
    run_with_messages(request, lambda: actions.drop_opening_paper(one, by=by), "已删除。")
    return HttpResponseRedirect(f"{reverse('participation:opening', args=[number])}#papers")


def prove(request: HttpRequest, number: int) -> HttpResponse:
    """Let it stand as evidence of a task that orders it."""
    by = require_staff_actor(request)
    one = seen(by, number)
    texts, files = openings.public_texts(one), list(one.papers.all())
    tasks = openings.tasks_ordering(one, by)
    entry = whole(request.GET.get("entry", ""))
    form = ProofForm(
        request.POST or None, initial={"entry": entry or tasks.values_list("pk", flat=True).first()}
    )
    form.offer("entry", tasks)
    form.fill(one, texts, files)
    reasons = actions.prove_by_opening.why_not(one, by=by)
    if not one.held:
        reasons = [*reasons, "请先登记举办情况（参加人数）。"]
    elif not tasks:
        reasons = [*reasons, "本单位没有在办的、写明这项要求的任务。"]
    elif not (texts or files or one.address):
        reasons = [*reasons, "请先关联公开的信息，或者上传通知、照片等材料。"]
    if request.method == "POST" and not reasons:
        done: list[str] = []

        def work(entry: object, **facts: object) -> None:
            actions.prove_by_opening(one, by=by, entry=entry, **facts)
            done.append(entry.url)  # type: ignore[attr-defined]

        if run_form_with_messages(request, form, work, "已列为佐证，请在任务中勾选清单并提交。"):
            return HttpResponseRedirect(done[0])
    return render(
        request,
        "participation/opening_form.html",
        {"form": form, "one": one, "heading": "列为任务佐证", "do": "列为佐证", "reasons": reasons},
    )
