"""Views of one migrated row: its text, files and saved page; records what was opened."""

import io

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.migration import actions, queries, row_files, row_samples
from gongkai.content.migration.actions.row_decisions import DECISION_LABELS
from gongkai.content.migration.bundles import open_bundle
from gongkai.content.migration.forms import RowDecisionForm
from gongkai.content.migration.models import MoveRow, RowState
from gongkai.content.migration.sources.pages import decode_html
from gongkai.content.migration.sources.pages.dom import list_element_lines, parse_page
from gongkai.content.migration.sources.proof import PROOF_KIND_LABELS
from gongkai.content.migration.sources.proof.fields import PROVEN_FIELD_LABELS, normalize_words
from gongkai.content.migration.views import find_actor_sites
from gongkai.content.migration.windows import find_last_window
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.files.models import StoredFile
from gongkai.core.files.serving import serve_stored
from gongkai.core.files.store import sha256_of
from gongkai.core.signin.operations import record_view
from gongkai.core.spreadsheets.errors import UnreadableFile
from gongkai.core.widgets.responses import file_response
from gongkai.lib.richtext import to_plain_text

_FIELD_LABELS = {**PROVEN_FIELD_LABELS, "subject": "主题分类", "genre": "体裁分类", "ends_on": "失效日期"}


def _get_row(request: HttpRequest, number: int) -> tuple[Actor, MoveRow]:
    """Return (actor, row) or raise 404; record the view if the row has personal data."""
    by, _ = find_actor_sites(request)
    found = get_visible_or_404(by, MoveRow, number)
    if found.findings:
        record_view(request, f"旧网站信息“{found}”"[:200])
    return by, found


def _list_facts(row: MoveRow) -> list[tuple[str, str]]:
    """Return the (label, value) pairs of the fields that the old site states."""
    fields = row.data.get("fields", {})
    named = {**fields, "kind": ItemKind(fields["kind"]).label} if fields.get("kind") else fields
    return [(label, named[name]) for name, label in _FIELD_LABELS.items() if named.get(name)]


def row_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a row: fields, text, files, findings, proof, and the form to decide."""
    by, shown = _get_row(request, number)
    form = RowDecisionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _save_decision(request, by, shown, form):
        waiting = shown.run.rows.filter(state=RowState.HELD).order_by("number").first()
        rows = f"{reverse('migration:rows')}?run={shown.run_id}"
        return redirect(reverse("migration:row", args=[waiting.pk]) if waiting else rows)
    row_samples.record_opened_part(shown, by, row_samples.TEXT, shown.content_digest)
    fields = shown.data.get("fields", {})
    files = list(enumerate([*shown.data.get("files", []), *shown.data.get("pictures", [])]))
    return render(
        request,
        "migration/row.html",
        {
            "row": shown,
            "run": shown.run,
            "window": find_last_window(shown.website_id),
            "words": queries.describe_row(shown),
            "facts": _list_facts(shown),
            "text": to_plain_text(fields.get("imported_html", "")).splitlines(),
            "files": [(place, facts) for place, facts in files if not facts.get("picture")],
            "pictures": [(place, facts) for place, facts in files if facts.get("picture")],
            "how": PROOF_KIND_LABELS.get(str(shown.source.get("how")), ""),
            "form": form if shown.state == RowState.HELD and not actions.decide_row.why_not(shown, by=by) else None,
            "to_look_at": row_samples.list_unchecked_parts(shown),
            "looked": request.POST.getlist("looked"),
            "done": {part.mark for part in row_samples.list_unchecked_parts(shown)}
            - {part.mark for part in row_samples.list_parts_to_check(shown, by)},
        },
    )


def _save_decision(request: HttpRequest, by: Actor, row: MoveRow, form: RowDecisionForm) -> bool:
    """Decide on a row; returns false with the reasons on the form if it is refused."""
    decision, ground = str(form.cleaned_data["how"]), str(form.cleaned_data["ground"])
    try:
        actions.decide_row(row, by=by, how=decision, ground=ground, looked=request.POST.getlist("looked"))
    except Refused as refused:
        form.add_error(None, refused.reasons)
        row.refresh_from_db()
        return False
    messages.success(request, f"“{row}”：{DECISION_LABELS[decision]}。")
    return True


def _read_saved_page(row: MoveRow) -> bytes:
    """Return the bytes of the saved page, as read."""
    data = _read_file(row, str(row.source.get("place") or ""))
    if row_samples.compute_page_digest(data) != row.source.get("digest"):
        raise Http404("原网页在读取之后有改动，请重新读取")
    return data


def _read_file(row: MoveRow, ref: str) -> bytes:
    try:
        return row_files.read_bytes(open_bundle(row.run.files_at), ref)
    except UnreadableFile as error:
        raise Http404(f"{error}") from error


@require_safe
def saved_page_text(request: HttpRequest, number: int) -> HttpResponse:
    """Show the text of the saved page with the row's lines marked, and record that it was opened."""
    by, shown = _get_row(request, number)
    root = parse_page(decode_html(_read_saved_page(shown))[0])
    text = normalize_words("".join(to_plain_text(shown.data.get("fields", {}).get("imported_html", "")).splitlines()))
    lines = [
        {"words": line, "taken": normalize_words(line) in text or normalize_words(line) == normalize_words(shown.title)}
        for line in (list_element_lines(root) if root is not None else [])
    ]
    row_samples.record_opened_part(shown, by, row_samples.PAGE, str(shown.source["digest"]))
    return render(request, "migration/saved.html", {"row": shown, "run": shown.run, "lines": lines})


@require_safe
def download_saved_page(request: HttpRequest, number: int) -> HttpResponseBase:
    """Download the saved page of a migrated row as a file, which the browser does not execute."""
    _, shown = _get_row(request, number)
    name = str(shown.source["place"] if shown.source.get("place") else "page").rsplit("/", 1)[-1]
    return file_response(io.BytesIO(_read_saved_page(shown)), name if "." in name else f"{name}.html", "text/html")


@require_safe
def serve_row_file(request: HttpRequest, number: int, place: int) -> HttpResponseBase:
    """Serve an attachment or picture of an old text, as read from the old site."""
    by, shown = _get_row(request, number)
    given = [*shown.data.get("files", []), *shown.data.get("pictures", [])]
    if place >= len(given):
        raise Http404
    facts = given[place]
    name = str(facts["name"]) or str(facts["ref"]).rsplit("/", 1)[-1]
    ref = str(facts["ref"])
    if ref.startswith(row_files.STORED_FILE_PREFIX):
        answer = serve_stored(get_object_or_404(StoredFile, pk=facts["digest"]), name, inline=True)
    else:
        data = _read_file(shown, ref)
        if sha256_of(data) != facts["digest"]:
            raise Http404("文件在读取之后有改动，请重新读取")
        answer = file_response(io.BytesIO(data), name, str(facts["type"]), inline=True)
    row_samples.record_opened_part(shown, by, row_samples.FILE, str(facts["digest"]))
    return answer
