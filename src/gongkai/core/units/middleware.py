"""At the door: a one-time password is changed before anything else; who holds no post any more is told so."""

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from gongkai.core.units.models import Appointment, Person, Standing
from gongkai.core.widgets.middleware import in_office
from gongkai.lib.chinese.days import day_in_words

_KEY = "gongkai_password_is_own"
#: In the session: its owner came in by the identity of others (`signin.identity`), so that no password of ours matters.
IDENTITY = "gongkai_identity"
#: Addresses that lead nowhere else; what asks for more than a password at the door adds its own.
FREE = {
    "units:own_password",
    "wagtailadmin_logout",
    "wagtailadmin_sprite",
    "wagtailadmin_javascript_catalog",
}
#: Namespaces of addresses that are for whoever may sign in, with or without a post.
OPEN_ROOMS: set[str] = set()
#: Namespaces of addresses that explain the way in: read before the first password is changed and the second factor is set up.
GUIDING_ROOMS: set[str] = set()


def is_for_everybody(path: str) -> bool:
    """Whether an address (without the prefix of the script) is for whoever may sign in."""
    return _room_of(path) in OPEN_ROOMS


def guides(request: HttpRequest) -> bool:
    """Whether a page is asked for that explains the way in, and is only read."""
    return request.method in {"GET", "HEAD"} and _room_of(request.path_info) in GUIDING_ROOMS


def _room_of(path: str) -> str:
    try:
        return resolve(path).namespace
    except Resolver404:
        return ""


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
        if IDENTITY in request.session or request.session.get(_KEY) == request.user.password:
            return False
        if guides(request):
            return False
        if Person.objects.filter(user_id=request.user.pk, must_change_password=True).exists():
            return True
        # The hash is the mark: a reset sets another, and the question is asked again.
        request.session[_KEY] = request.user.password
        return False


class WithoutPost:
    """Tell who signed in and holds no post why there is nothing for them here; Wagtail would ask for the password again and again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or say why not."""
        if not in_office(request.path) or not request.user.is_authenticated:
            return self.get_response(request)
        if request.user.has_perm("wagtailadmin.access_admin"):  # Wagtail asks the same, once for both
            return self.get_response(request)
        out = reverse("wagtailadmin_logout")
        if (
            request.path == out and request.method == "POST"
        ):  # Wagtail lets nobody out whom it would not let in
            logout(request)
            return HttpResponseRedirect(reverse("wagtailadmin_login"))
        if request.path in {reverse(name) for name in FREE} - {out}:
            return self.get_response(request)
        if is_for_everybody(request.path_info):
            return self.get_response(request)
        return render(request, "units/no_post.html", {"words": why_without(request.user.pk)}, status=403)


def why_without(user: int | None) -> str:
    """Return why a login opens nothing: its last post is over, begins later, waits to be confirmed; or there was none."""
    posts = Appointment.objects.filter(person__user=user).select_related("body")
    last, today = posts.order_by("-start", "-pk").first(), timezone.localdate()
    if last is None:
        return "您的账号还没有登记任职。"
    post = f"您在{last.body.name}的{last.get_role_display()}任职"
    if last.standing != Standing.CONFIRMED:
        return f"{post}还在等待另一人确认。"
    if last.start > today:
        return f"{post}自{day_in_words(last.start)}起生效。"
    return f"{post}已于{day_in_words(last.end)}结束。" if last.end else f"{post}现在不生效。"
