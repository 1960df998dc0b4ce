"""Helpers shared by the views of this app."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.units.actors import Actor, get_actor
from gongkai.work.notices.models import Notice


def get_notice_or_404(request: HttpRequest, pk: int) -> tuple[Notice, Actor]:
    """Return (visible notice, actor); 404 otherwise."""
    return get_visible_or_404(request.user, Notice, pk), get_actor(request.user)


def run_and_redirect(
    request: HttpRequest, run: Callable[[], object], message: str, url_name: str, *args: object
) -> HttpResponse:
    """Run an action, show `message` or the objections, and redirect to the URL name `url_name`."""
    run_with_messages(request, run, message)
    return redirect(url_name, *args)
