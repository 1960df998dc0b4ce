"""Middleware: force a change of one-time passwords, and explain a login without appointment."""

from collections.abc import Callable

from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Appointment, Person, Standing
from gongkai.core.widgets.middleware import is_office_path
from gongkai.lib.chinese.days import day_in_words

_CHECKED_SESSION_KEY = "gongkai_password_is_own"
#: Session key: the user signed in through an identity provider (`signin.identity`), so no
#: password applies.
IDENTITY_SESSION_KEY = "gongkai_identity"
#: URL names that are never redirected; second-factor sign-in adds its own.
EXEMPT_URL_NAMES = {
    "units:own_password",
    "wagtailadmin_logout",
    "wagtailadmin_sprite",
    "wagtailadmin_javascript_catalog",
}
#: URL namespaces open to every signed-in user, with or without an appointment.
OPEN_NAMESPACES: set[str] = set()
#: URL namespaces of help pages, readable before the first password is changed and the second factor is set up.
HELP_NAMESPACES: set[str] = set()


def is_for_everybody(path: str) -> bool:
    """Return true if users without an appointment may open a URL path (without script prefix), too."""
    return _get_namespace(path) in OPEN_NAMESPACES


def is_sign_in_help(request: HttpRequest) -> bool:
    """Return true if the request only reads a help page about signing in."""
    return request.method in {"GET", "HEAD"} and _get_namespace(request.path_info) in HELP_NAMESPACES


def _get_namespace(path: str) -> str:
    try:
        return resolve(path).namespace
    except Resolver404:
        return ""


class FirstPasswordMiddleware:
    """Redirect users with a one-time password to the password page; one query per session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request, or redirect to the password page."""
        if self._must_change_password(request):
            return HttpResponseRedirect(reverse("units:own_password"))
        return self.get_response(request)

    def _must_change_password(self, request: HttpRequest) -> bool:
        """Return true if the user must set a new password before they may open this page."""
        if not is_office_path(request.path) or not request.user.is_authenticated:
            return False
        # The page itself requests the icon sprite; a redirect would embed a second page.
        if request.path in {reverse(name) for name in EXEMPT_URL_NAMES}:
            return False
        if (
            IDENTITY_SESSION_KEY in request.session
            or request.session.get(_CHECKED_SESSION_KEY) == request.user.password
        ):
            return False
        if is_sign_in_help(request):
            return False
        if Person.objects.filter(user_id=request.user.pk, must_change_password=True).exists():
            return True
        # Compare the password hash: a reset changes it, and the check runs again.
        request.session[_CHECKED_SESSION_KEY] = request.user.password
        return False


class NoAppointmentMiddleware:
    """Explain to a signed-in user without appointment why there is no access.

    Wagtail would redirect to the login page again and again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request, or show the explanation."""
        if not is_office_path(request.path) or not request.user.is_authenticated:
            return self.get_response(request)
        # Wagtail asks for the permission, too, once for both. It is taken away by night, a post ends at midnight.
        if request.user.has_perm("wagtailadmin.access_admin") and not has_no_post_left(request.user):
            return self.get_response(request)
        out = reverse("wagtailadmin_logout")
        if request.path == out and request.method == "POST":  # Wagtail lets nobody out whom it would not let in
            logout(request)
            return HttpResponseRedirect(reverse("wagtailadmin_login"))
        if request.path in {reverse(name) for name in EXEMPT_URL_NAMES} - {out}:
            return self.get_response(request)
        if is_for_everybody(request.path_info):
            return self.get_response(request)
        return render(request, "units/no_post.html", {"words": explain_missing_access(request.user.pk)}, status=403)


def has_no_post_left(user: User | AnonymousUser) -> bool:
    """Return true if the user has no post in force but an appointment that ended, begins later or is pending; false
    for those who never had one (evaluators)."""
    return not get_actor(user).known and Appointment.objects.filter(person__user=user.pk).exists()


def explain_missing_access(user: int | None) -> str:
    """Return in Chinese why a login has no access: its last appointment ended, begins later or awaits confirmation."""
    posts = Appointment.objects.filter(person__user=user).select_related("body")
    last_post, today = posts.order_by("-start", "-pk").first(), timezone.localdate()
    if last_post is None:
        return "您的账号还没有登记任职。"
    post = f"您在{last_post.body.name}的{last_post.get_role_display()}任职"
    if last_post.standing != Standing.CONFIRMED:
        return f"{post}还在等待另一人确认。"
    if last_post.start > today:
        return f"{post}自{day_in_words(last_post.start)}起生效。"
    return f"{post}已于{day_in_words(last_post.end)}结束。" if last_post.end else f"{post}现在不生效。"
