"""Restrict third-party evaluators to their evaluation pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongkai.core.units.actors import get_actor
from gongkai.core.units.middleware import EXEMPT_URL_NAMES, is_for_everybody
from gongkai.core.widgets.middleware import is_office_path
from gongkai.oversight.assessment.actions.rounds import EVALUATOR_GROUP_NAME

#: URL names that stay open to evaluators.
EVALUATOR_URL_NAMES = frozenset(
    {*(f"assessment:{name}" for name in ("evaluations", "evaluate", "evaluation_sheet")), "wagtailadmin_login"}
)
_SESSION_KEY = "gongkai_evaluates"


class EvaluatorMiddleware:
    """Middleware that redirects evaluators to their own pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; `process_view` redirects evaluators."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        """Redirect evaluators from other office pages to their own; users with an appointment pass."""
        if not is_office_path(request.path) or not request.user.is_authenticated:
            return None
        if get_actor(request.user).known or not self._is_evaluator(request):
            return None
        if is_for_everybody(request.path_info):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        return (
            None
            if name in EVALUATOR_URL_NAMES | EXEMPT_URL_NAMES
            else HttpResponseRedirect(reverse("assessment:evaluations"))
        )

    def _is_evaluator(self, request: HttpRequest) -> bool:
        if _SESSION_KEY not in request.session:
            request.session[_SESSION_KEY] = request.user.groups.filter(name=EVALUATOR_GROUP_NAME).exists()
        return bool(request.session[_SESSION_KEY])
