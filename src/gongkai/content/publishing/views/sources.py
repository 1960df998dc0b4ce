"""Views of a source that is no item: columns, submission, findings, withdrawal."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import Source, ensure_document, find_source
from gongkai.content.editions.user_scope import bodies_seen
from gongkai.content.publishing import actions
from gongkai.content.publishing.forms.office import SubmitItemForm
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import respond_to_form, run_with_messages
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.units.unit_filters import with_drafting_posts
from gongkai.core.widgets.query_parameters import parse_selected


@require_POST
def run_source_action(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Run the action of the button `do` on a source (`name`: its kind); redirect to its page."""
    by = require_staff_actor(request)
    source = find_source(f"{name}/{number}")
    # Rows that all staff see (answers in use, promises) are worked on by their unit alone.
    if not isinstance(source, Model) or not bodies_seen(with_drafting_posts(by)).filter(pk=source.unit.pk).exists():
        raise Http404("没有这条信息")
    get_visible_or_404(by, type(source), source.pk)
    verb, _, value = request.POST.get("do", "").partition(":")
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("reviewing:reviews")
    if verb == "submit":
        return respond_to_form(
            request,
            SubmitItemForm(request.POST),
            lambda **facts: actions.submit(source, by=by, **facts),
            "已送审，等待各级审签。",
            back,
        )
    way = VERB_HANDLERS.get(verb)
    if way is None:
        raise Http404("没有这个操作")
    way(request, source, by, value)
    return HttpResponseRedirect(back)


def _place_source(request: HttpRequest, source: Source, by: Actor, _: str) -> None:
    """Place the source's document in the chosen columns, and remove it from the others."""
    columns = list(Column.objects.filter(pk__in=parse_selected(request.POST.getlist("column"))))
    document = ensure_document(source)
    left_columns = [column for column in Column.objects.filter(placements__document=document) if column not in columns]

    def work() -> None:
        """Place the document in the chosen columns and remove it from the others."""
        if columns:
            actions.place(document, by=by, columns=columns)
        if left_columns:
            actions.unplace(document, by=by, columns=left_columns)

    if columns or left_columns:
        run_with_messages(request, work, "已选择栏目。" if columns else "已移出栏目。")
    else:
        messages.info(request, "没有选择栏目，请先勾选要放入的栏目。")


def _keep_findings(request: HttpRequest, source: Source, by: Actor, _: str) -> None:
    """Record the ground on which the chosen personal data of a source may stay, with a message to the user."""
    facts = {
        "fingerprints": request.POST.getlist("mark"),
        "ground": request.POST.get("ground", ""),
        "words": request.POST.get("words", ""),
    }
    run_with_messages(
        request,
        lambda: actions.keep_finding(source, by=by, **facts),
        "已记录保留的依据，审签人会看到。",
    )


def _vouch_for_file(request: HttpRequest, source: Source, by: Actor, digest: str) -> None:
    """Record that the user inspected a file himself."""
    text = request.POST.get("words", "")
    run_with_messages(
        request,
        lambda: actions.vouch_for_file(source, by=by, digest=digest, words=text),
        "已记录人工查看的情况。",
    )


def _withdraw_source(request: HttpRequest, source: Source, by: Actor, _: str) -> None:
    reason = request.POST.get("reason", "")
    run_with_messages(
        request, lambda: actions.withdraw(ensure_document(source), by=by, reason=reason), "已撤回，公众看不到了。"
    )


#: Verb of a button → handler.
VERB_HANDLERS: dict[str, Callable[[HttpRequest, Source, Actor, str], None]] = {
    "place": _place_source,
    "keep": _keep_findings,
    "vouch": _vouch_for_file,
    "withdraw": _withdraw_source,
}
