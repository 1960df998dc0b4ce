"""The inbox."""

import re
from collections import Counter
from copy import copy
from typing import cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.messages.storage import default_storage
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from gongkai.core.acts.lock_sharing import discarded_transaction
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.outbox.actions import drop_link, mark_read
from gongkai.core.outbox.models import Message
from gongkai.core.outbox.queries import count_unread, filter_unread_messages, visible_to
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import parse_selected, parse_whole_number

#: Messages per page: read, unread.
PAGE_SIZE, UNREAD_PAGE_SIZE = 20, 30
#: Maximum length of a topic label.
MAX_TOPIC_CHARACTERS = 16


def inbox_page(request: HttpRequest) -> HttpResponse:
    """Page: the user's messages, unread first; `about` filters the unread by topic."""
    before_id = parse_whole_number(request.GET.get("before", ""))
    messages = visible_to(request.user).filter(read_at__isnull=False)
    if before_id is not None:
        messages = messages.filter(pk__lt=before_id)
    rows = list(messages.order_by("-pk")[: PAGE_SIZE + 1])
    next_id = rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else None
    fresh = filter_unread_messages(request.user) if before_id is None else Message.objects.none()
    about = request.GET.get("about", "")
    context = {
        "fresh": _paginate_unread(request, fresh, about),
        "sorts": count_topics(fresh),
        "about": about,
        "seen": rows[:PAGE_SIZE],
        "count": count_unread(request.user),
        "next": f"?before={next_id}" if next_id else "",
    }
    return render(request, "outbox/inbox.html", context)


def _paginate_unread(request: HttpRequest, fresh: QuerySet[Message], topic: str) -> Page[Message]:
    """Return a page of unread messages, newest first; only those on a topic if `topic` names one."""
    rows = fresh.order_by("-created_at", "-pk")
    if not topic:
        return get_page(request, rows, UNREAD_PAGE_SIZE, "unread")
    numbers = get_page(request, _list_ids_by_topic(rows, topic), UNREAD_PAGE_SIZE, "unread")
    paginator = cast("Paginator[Message]", numbers.paginator)  # it knows how many there are
    return Page(list(rows.filter(pk__in=list(numbers))), numbers.number, paginator)


def _list_ids_by_topic(rows: QuerySet[Message], topic: str) -> list[int]:
    """Return the ids of the messages whose subject has this topic."""
    return [pk for pk, subject in rows.values_list("pk", "subject") if get_topic(subject) == topic]


def count_topics(rows: QuerySet[Message]) -> list[tuple[str, int]]:
    """Return (topic, count) of messages, most frequent first."""
    titles = rows.order_by().values("subject").annotate(count=Count("pk"), at=Max("created_at"), last=Max("pk"))
    counts: Counter[str] = Counter()
    for subject, count in titles.order_by("-at", "-last").values_list("subject", "count"):
        counts[get_topic(subject)] += count
    return counts.most_common()


def get_topic(subject: str) -> str:
    """Return a message's topic, the beginning of its subject without counts (待复审, 已签发), or 其他."""
    return (
        re.split("[：:“]", re.sub(r"\d+[项条个件]?", "", subject), maxsplit=1)[0].strip()[:MAX_TOPIC_CHARACTERS]
        or "其他"
    )


def follow_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a message as read and redirect to its link; explain if it no longer opens."""
    message = get_visible_or_404(request.user, Message, pk)
    mark_read(request.user, [message.pk])
    is_own_url = url_has_allowed_host_and_scheme(message.link, allowed_hosts={request.get_host()})
    if not message.link or not is_own_url:
        return redirect("outbox_inbox")
    if not can_open(request, message.link):
        drop_link(message)
        messages.info(request, f"“{message.subject}”所说的事项现在不由您办理或者已经不在，页面不能打开。")
        return redirect("outbox_inbox")
    return redirect(message.link)


def can_open(request: HttpRequest, link: str) -> bool:
    """Return true if a page of this site opens for the user; its view is called in a discarded transaction."""
    url_parts = urlsplit(link)
    probe = copy(request)
    probe._messages = default_storage(probe)  # type: ignore[attr-defined] # what waits to be said is said by the page itself
    probe.path = probe.path_info = url_parts.path
    probe.method, probe.GET = "GET", QueryDict(url_parts.query)  # type: ignore[assignment]
    try:
        match = resolve(url_parts.path)
        probe.resolver_match = match
        with discarded_transaction():
            response = match.func(probe, *match.args, **match.kwargs)
        return int(response.status_code) < 400
    except (Http404, PermissionDenied):
        return False


@require_POST
def mark_messages_read(request: HttpRequest) -> HttpResponse:
    """Mark the selected messages, or all, as read."""
    about = request.POST.get("about", "")
    if "all" in request.POST:
        numbers = _list_ids_by_topic(filter_unread_messages(request.user), about) if about else None
    else:
        numbers = parse_selected(request.POST.getlist("message"))
    mark_read(request.user, numbers)
    return redirect("outbox_inbox")
