"""待审信息: the queue, and one review with what changed against what is public."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision

from gongkai.publishing import actions
from gongkai.publishing.difference import compare, compare_facts, fold_same
from gongkai.publishing.documents import document_of
from gongkai.publishing.forms.office import WordsForm
from gongkai.publishing.freezing import FACTS, Frozen, freeze, lacks
from gongkai.publishing.gates import panels_for
from gongkai.publishing.models import (
    Attribute,
    Audience,
    Basis,
    EditionContent,
    ItemKind,
    ItemPage,
    Review,
    ReviewState,
    Standing,
)
from gongkai.publishing.preview import render as render_preview
from gongkai.publishing.promptness import promptness
from gongkai.publishing.text import plain
from gongkai.publishing.views.common import bodies_seen, does, staff, whole
from gongkai.publishing.waiting import reviews_for, to_sign
from gongkai.publishing.windows import spans
from gongkai.units.actors import Actor
from gongkai.units.models import Body

LABELS = {
    **FACTS,
    "kind": "类别",
    "formed_on": "形成或变更日期",
    "attribute": "公开属性",
    "attribute_basis": "公开依据",
    "attribute_reason": "属性认定理由",
    "standing": "有效性",
    "manner_reason": "限定范围的理由",
}
WORDS: dict[str, dict[str, Any]] = {
    "kind": dict(ItemKind.choices),
    "attribute": dict(Attribute.choices),
    "attribute_basis": dict(Basis.choices),
    "standing": dict(Standing.choices),
}


def reviews(request: HttpRequest) -> HttpResponse:
    """What waits for my signature, what I submitted, and what was decided lately."""
    by = staff(request)
    mine = list(to_sign(by).order_by("submitted_at", "pk")[:100])
    others = reviews_for(by).filter(state=ReviewState.WAITING).exclude(pk__in=[r.pk for r in mine])
    decided = reviews_for(by).exclude(state=ReviewState.WAITING).order_by("-decided_at", "-pk")[:30]
    waiting, done = list(others.order_by("submitted_at", "pk")[:100]), list(decided)
    names = Body.objects.in_bulk({row.body_id for row in [*mine, *waiting, *done]})
    lists = [
        ("等我审签", [(row, names.get(row.body_id)) for row in mine], "没有等您审签的信息。"),
        ("等别人审签", [(row, names.get(row.body_id)) for row in waiting], "没有。"),
        ("最近审签", [(row, names.get(row.body_id)) for row in done], "还没有审签过信息。"),
    ]
    return render(request, "publishing/reviews.html", {"lists": lists})


def _seen(by: Actor, number: int) -> Review:
    review = get_object_or_404(Review, pk=number)
    if not bodies_seen(by).filter(pk=review.body_id).exists():
        raise Http404("没有这次送审")
    return review


def review(request: HttpRequest, number: int) -> HttpResponse:
    """One review: what would be published, what changed against what is public, who wrote it; sign or return."""
    by = staff(request)
    found = _seen(by, number)
    revision = Revision.objects.filter(pk=found.revision_id).first()
    item = ItemPage.objects.filter(pk=found.item_id).first()
    context: dict[str, Any] = {
        "review": found,
        "body": Body.objects.filter(pk=found.body_id).first(),
        "item": item,
        "revision": revision,
        "sign_reasons": actions.approve.why_not(found, by=by),
        "may_recall": not actions.recall.why_not(found, by=by),
        "form": WordsForm(),
        "waiting": found.state == ReviewState.WAITING,
    }
    if item and revision:
        frozen = freeze(item, revision)
        context |= _compared(item, frozen, found)
        context |= {"panels": panels_for(item, by, frozen), "actor": by}
    return render(request, "publishing/review.html", context)


def _compared(item: ItemPage, frozen: Frozen, found: Review) -> dict[str, Any]:
    document = document_of(item)
    shown = [span.edition for span in spans(document.editions.all()) if span.until is None]
    live = EditionContent.objects.filter(edition=getattr(shown[0], "pk", 0)).first() if shown else None
    old_text = f"{live.title}\n{plain(live.html)}" if live else ""
    lines = compare(old_text, f"{frozen.title}\n{plain(frozen.html)}")
    old_files = {f["digest"]: f["name"] for f in live.files if not f["picture"]} if live else {}
    new_files = {f["digest"]: f["name"] for f in frozen.files if not f["picture"]}
    published = document.published_at if live else None
    return {
        "document": document,
        "live": live,
        "lines": fold_same(lines) if live else lines,
        "facts": _facts(live.facts if live else {}, frozen.facts),
        "files_added": [(name, mark) for mark, name in new_files.items() if mark not in old_files],
        "files_removed": [name for mark, name in old_files.items() if mark not in new_files],
        "limited": frozen.audience == Audience.LIMITED,
        "circle": Body.objects.filter(pk__in=[n for n in frozen.circle.split("/") if n])
        if frozen.audience == Audience.LIMITED
        else [],
        "placements": list(document.placements.select_related("column", "intended")),
        "lacks": lacks(item, frozen),
        "changed_since": found.content_digest != frozen.digest,
        "prompt": promptness(
            item.formed_on, timezone.localdate(published) if published else None, timezone.localdate()
        ),
    }


def _facts(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, str]]:
    def worded(facts: dict[str, Any]) -> dict[str, Any]:
        return {name: WORDS.get(name, {}).get(value, value) for name, value in facts.items()}

    return compare_facts(worded(old), worded(new), LABELS)


def preview(request: HttpRequest, number: int) -> HttpResponse:
    """The text under review as the public page would show it."""
    found = _seen(staff(request), number)
    revision = get_object_or_404(Revision, pk=found.revision_id)
    return render_preview(request, revision.as_object())


def approve(request: HttpRequest, number: int) -> HttpResponse:
    """Sign and publish."""
    by = staff(request)
    found = _seen(by, number)
    if request.method != "POST":
        return _to(found)
    version = request.POST.get("version", "")
    done = does(
        request,
        lambda: actions.approve(
            found,
            by=by,
            words=request.POST.get("words", ""),
            version=whole(version),
        ),
        "已签发。" + ("到定时公开的时间自动公开。" if found.visible_from else "公众现在就能看到。"),
    )
    return HttpResponseRedirect(reverse("publishing:reviews")) if done else _to(found)


def return_review(request: HttpRequest, number: int) -> HttpResponse:
    """Return a text to its author."""
    by = staff(request)
    found = _seen(by, number)
    words = request.POST.get("words", "")
    if request.method == "POST" and does(
        request, lambda: actions.return_review(found, by=by, words=words), "已退回起草人。"
    ):
        return HttpResponseRedirect(reverse("publishing:reviews"))
    return _to(found)


def recall(request: HttpRequest, number: int) -> HttpResponse:
    """Take a submission back."""
    by = staff(request)
    found = _seen(by, number)
    if request.method == "POST" and does(
        request, lambda: actions.recall(found, by=by), "已撤回送审，可以继续修改。"
    ):
        return HttpResponseRedirect(reverse("publishing:item", args=(found.item_id,)))
    return _to(found)


def _to(found: Review) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("publishing:review", args=(found.pk,)))
