"""Pages of past records and files of entries: download, confirm or refuse."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from gongkai.core.acts.action import get_log_stream
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.acts.shown_content import record_shown
from gongkai.core.files.serving import serve_stored
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Attachment, PastRecord
from gongkai.core.ledger.past_records import PAPER, confirm_past, refuse_past
from gongkai.core.units.actors import get_actor


def download_proof(request: HttpRequest, pk: int) -> FileResponse:
    """Download the proof of a record if the user works with it, else 404."""
    record = get_visible_or_404(request.user, PastRecord, pk)
    if record.paper is None:
        raise Http404
    if request.method == "GET":
        record_shown(get_log_stream(record), get_actor(request.user), [(PAPER, record.paper.pk)])
    return serve_stored(record.paper, record.paper_name)


@require_POST
def decide_past_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a record, or refuse it with a reason."""
    record, by = get_visible_or_404(request.user, PastRecord, pk), get_actor(request.user)
    if request.POST.get("do") == "confirm":
        run_with_messages(request, lambda: confirm_past(record, by=by), "已核对，补录生效。")
    else:
        reason = request.POST.get("reason", "")
        run_with_messages(request, lambda: refuse_past(record, by=by, reason=reason), "已不予登记。")
    return redirect(get_entry_url(record.entry))


def download_attachment(request: HttpRequest, pk: int) -> FileResponse:
    """Download a file if the user sees its entry, else 404.

    Always as a download, so that uploaded content never runs under this origin.
    """
    attachment = get_visible_or_404(request.user, Attachment, pk)
    return serve_stored(attachment.stored, attachment.name)
