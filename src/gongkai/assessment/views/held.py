"""One training, one talk: what was written down of it, with its papers."""

from django.db.models import Model
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import does, say_wrong
from gongkai.assessment import actions
from gongkai.assessment.models import Talk, TalkPaper, Training, TrainingPaper
from gongkai.files.papers import PapersForm, answer
from gongkai.ui.templatetags.ui import day
from gongkai.units.actors import Actor, staff

Held = Training | Talk


def _one(by: Actor, what: str, number: int) -> Held:
    if what == "training":
        return get_visible_or_404(by, Training, number)
    if what == "talks":
        return get_visible_or_404(by, Talk, number)
    raise Http404("没有这种记录")


def _facts(one: Held) -> list[tuple[str, object]]:
    """Return what a record says, each with its head; what is empty is left out."""
    if isinstance(one, Training):
        rows: list[tuple[str, object]] = [
            ("类别", one.get_kind_display()),
            ("日期", day(one.on)),
            ("参加人数", one.attendance),
            ("学时", one.hours),
            ("含依申请公开内容", "是" if one.requests else "否"),
            ("材料", one.material),
        ]
    else:
        rows = [
            ("类别", one.get_kind_display()),
            ("日期", day(one.on)),
            ("主持人", one.held_by),
            ("参加人员", one.attended),
            ("指出的问题", one.problems),
            ("要求", one.demands),
            ("解决的问题", one.solved),
        ]
    return [(head, value) for head, value in rows if value not in ("", None)]


def _at(name: str, what: str, one: Model, *more: object) -> str:
    return reverse(f"assessment:{name}", args=[what, one.pk, *more])


@require_GET
def held(request: HttpRequest, what: str, number: int) -> HttpResponse:
    """Show one record with its papers."""
    by = staff(request)
    one = _one(by, what, number)
    may = not actions.attach_papers.why_not(one, by=by)
    shown = {
        "one": one,
        "title": one.topic if isinstance(one, Training) else f"{one.get_kind_display()}{one.body.label}",
        "facts": _facts(one),
        "entry": one.entry if isinstance(one, Talk) else None,
        "list": reverse(f"assessment:{what}"),
        "list_label": "培训台账" if isinstance(one, Training) else "约谈、帮扶",
        "papers": [
            (paper, _at("paper", what, one, paper.pk), _at("drop_paper", what, one, paper.pk))
            for paper in one.papers.select_related("stored")
        ],
        "papers_form": PapersForm() if may else None,
        "papers_to": _at("papers", what, one),
    }
    return render(request, "assessment/held.html", shown)


@require_POST
def attach(request: HttpRequest, what: str, number: int) -> HttpResponse:
    """Take papers in."""
    by = staff(request)
    one = _one(by, what, number)
    form = PapersForm(request.POST, request.FILES)
    if form.is_valid():
        kind = form.cleaned_data["what"]
        does(
            request, lambda: actions.attach_papers(one, by=by, what=kind, files=form.received(by)), "已上传。"
        )
    else:
        say_wrong(request, form)
    return HttpResponseRedirect(f"{_at('held', what, one)}#papers")


def _paper(by: Actor, what: str, number: int, paper: int) -> TrainingPaper | TalkPaper:
    one = _one(by, what, number)
    if isinstance(one, Training):
        return get_object_or_404(one.papers.select_related("stored"), pk=paper)
    return get_object_or_404(one.papers.select_related("stored"), pk=paper)


@require_GET
def paper(request: HttpRequest, what: str, number: int, paper: int) -> FileResponse:
    """Hand a paper out."""
    return answer(_paper(staff(request), what, number, paper))


@require_POST
def drop_paper(request: HttpRequest, what: str, number: int, paper: int) -> HttpResponse:
    """Take a paper out."""
    by = staff(request)
    one = _paper(by, what, number, paper)
    does(request, lambda: actions.drop_paper(one, by=by), "已删除。")
    return HttpResponseRedirect(f"{reverse('assessment:held', args=[what, number])}#papers")
