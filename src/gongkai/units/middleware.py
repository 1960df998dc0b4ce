"""Whoever signed in with a one-time password changes it before anything else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongkai.ui.middleware import in_office
from gongkai.units.models import Person

_KEY = "gongkai_password_is_own"
#: Addresses that lead nowhere else; what asks for more than a password at the door adds its own.
FREE = {
    "units:own_password",
    "wagtailadmin_logout",
    "wagtailadmin_sprite",
    "wagtailadmin_javascript_catalog",
}


class FirstPassword:
    """Lead to the page for changing one's password; asks the database once a session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead to the password page."""
        if self._must_change(request):
            return HttpResponseRedirect(reverse("units:own_password"))
        return self.get_response(request)

    def _must_change(self, request: HttpRequest) -> bool:
        if not in_office(request.path) or not request.user.is_authenticated:
            return False
        # The icons are fetched by the page itself: led elsewhere, they would bring a second page into it.
        if request.path in {reverse(name) for name in FREE}:
            return False
        if request.session.get(_KEY) == request.user.password:
            return False
        if Person.objects.filter(user_id=request.user.pk, must_change_password=True).exists():
            return True
        # The hash is the mark: a reset sets another, and the question is asked again.
        request.session[_KEY] = request.user.password
        return False
