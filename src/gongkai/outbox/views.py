"""The inbox."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from gongkai.outbox.actions import mark_read
from gongkai.outbox.queries import unread, unread_count, visible_to
from gongkai.ui.asked import ticked, whole

#: Messages on one page.
SIZE = 50


def inbox(request: HttpRequest) -> HttpResponse:
    """Show one's messages: the unread first, each group from the newest."""
    before = whole(request.GET.get("before", ""))
    seen = visible_to(request.user).filter(read_at__isnull=False)
    if before is not None:
        seen = seen.filter(pk__lt=before)
    rows = list(seen.order_by("-pk")[: SIZE + 1])
    more = rows[SIZE - 1].pk if len(rows) > SIZE else None
    fresh = [] if before is not None else list(unread(request.user).order_by("-urgent", "-pk")[:200])
    context = {
        "fresh": fresh,
        "seen": rows[:SIZE],
        "count": unread_count(request.user),
        "next": f"?before={more}" if more else "",
        "first_page": before is None,
    }
    return render(request, "outbox/inbox.html", context)


def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Go where a message points, having read it."""
    message = get_object_or_404(visible_to(request.user), pk=pk)
    mark_read(request.user, [message.pk])
    safe = url_has_allowed_host_and_scheme(message.link, allowed_hosts={request.get_host()})
    return redirect(message.link if message.link and safe else reverse("outbox_inbox"))


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark the ticked ones as read, or all."""
    mark_read(request.user, None if "all" in request.POST else ticked(request.POST.getlist("message")))
    return redirect("outbox_inbox")
