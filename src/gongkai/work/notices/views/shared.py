"""What the pages of this room share: finding what somebody may see, and saying no."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.units.actors import Actor, actor_of
from gongkai.work.notices.models import Notice


def found(request: HttpRequest, pk: int) -> tuple[Notice, Actor]:
    """Return a notice that this person may see, and who they are; 404 otherwise."""
    return get_visible_or_404(request.user, Notice, pk), actor_of(request.user)


def attempt(
    request: HttpRequest, work: Callable[[], object], said: str, to: str, *args: object
) -> HttpResponse:
    """Do something and lead to a page; what speaks against it is said there."""
    run_with_messages(request, work, said)
    return redirect(to, *args)
