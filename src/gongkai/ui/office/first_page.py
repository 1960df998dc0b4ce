"""The first page after signing in: a leader's is the board, everybody else's 今天要办."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongkai.core.acts.actors import Actor
from gongkai.core.units.actors import actor_of
from gongkai.core.units.models import Role
from gongkai.ui.office.boards import list_led_governments

#: Posts that do the daily work; their holders start with 今天要办.
WORKING_ROLES = (Role.CLERK, Role.CHIEF, Role.AUDITOR, Role.ADMINISTRATOR, Role.SECURITY)
#: Session key that is set once the first page was shown.
FIRST_PAGE_SESSION_KEY = "gongkai_first_page"


def starts_on_board(by: Actor) -> bool:
    """Return true for heads of a government or of its office who do no daily work there."""
    return not by.has(*WORKING_ROLES) and bool(list_led_governments(by))


class FirstPageMiddleware:
    """Middleware: redirect a leader's first visit to the home page after signing in to the board."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: object, _args: object, _kwargs: object) -> HttpResponse | None:
        """Redirect once in a session."""
        match = request.resolver_match
        if match is None or match.view_name != "wagtailadmin_home" or request.method != "GET":
            return None
        if not request.user.is_authenticated or request.session.get(FIRST_PAGE_SESSION_KEY):
            return None
        if not starts_on_board(actor_of(request.user)):
            return None
        request.session[FIRST_PAGE_SESSION_KEY] = True
        return HttpResponseRedirect(reverse("office_leader"))
