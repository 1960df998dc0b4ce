"""Views of identity providers (redirect, callback, sign-out messages) and of the bindings to them."""

from datetime import UTC, datetime, timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate, login
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongkai.core.acts.action import Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.signin.factors import is_passed
from gongkai.core.signin.identity import actions
from gongkai.core.signin.identity.actions import bind_identity
from gongkai.core.signin.identity.backends import get_sign_in_failure
from gongkai.core.signin.identity.claims import IdentityClaims, SignInFailed
from gongkai.core.signin.identity.protocols import load_page_protocol, provider_link_page
from gongkai.core.signin.identity.providers import (
    Provider,
    ProviderKind,
    find_provider,
    get_provider_label,
    list_providers,
    signs_in_on_provider_page,
)
from gongkai.core.signin.models import Identity, OperationKind
from gongkai.core.signin.operations import record_operation
from gongkai.core.signin.sessions import end_provider_sessions
from gongkai.core.units.actors import get_actor
from gongkai.core.units.forms.base import TargetForm
from gongkai.core.units.forms.bodies import EmptyForm
from gongkai.core.units.models import Person
from gongkai.core.units.separation import find_home_body
from gongkai.core.units.views.act import ActPage


class IdentifierForm(TargetForm[Person]):
    """Form for a person's identifier at a provider."""

    provider = forms.ChoiceField(label="登录方式")
    identifier = forms.CharField(label="标识", max_length=200)

    def prepare(self) -> None:
        """Offer the configured providers with a hint about the identifier."""
        providers = list_providers()
        field = self.fields["provider"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(provider.name, provider.label) for provider in providers]
        text = "；".join(f"{provider.label}：{provider.identifier}" for provider in providers)
        self.fields["identifier"].help_text = f"统一身份里不变的编号（{text}），不是姓名"


def _find_person(request: HttpRequest, pk: int) -> Person:
    return get_visible_or_404(request.user, Person, pk)


def _find_identity(request: HttpRequest, pk: int) -> Identity:
    return get_visible_or_404(request.user, Identity, pk)


def _get_list_url(target: object, result: object) -> str:
    return reverse("signin_identities")


def _describe_identity(identity: Identity) -> list[str]:
    """Return Chinese lines on an identity for those who confirm it."""
    home = find_home_body(identity.person)
    return [
        f"{get_provider_label(identity.provider)}标识：{identity.identifier}",
        f"对方登记的姓名：{identity.said_name or '没有给出'}",
        f"单位：{home.name if home else '没有任职'}",
        f"提出人：{identity.asked_by.name if identity.asked_by else '首次登录时匹配'}",
    ]


#: View: register an identifier of a person.
ADD_IDENTITY_PAGE = ActPage(
    actions.add_identity,
    IdentifierForm,
    _find_person,
    done=_get_list_url,
    explain="有审核、签发、负责人、政务公开办和三员任职的，由安全保密管理员确认后才能用它登录。",
)
#: View: confirm an identity.
CONFIRM_IDENTITY_PAGE = ActPage(
    actions.confirm_identity,
    EmptyForm,
    _find_identity,
    details=_describe_identity,
    about=lambda identity: identity.person,
    done=_get_list_url,
    explain="确认前请向本人核实标识。确认后，凭这个标识登录的人就有本人的全部权限。",
)
#: View: remove an identity.
REMOVE_IDENTITY_PAGE = ActPage(
    actions.remove_identity,
    EmptyForm,
    _find_identity,
    details=_describe_identity,
    about=lambda identity: identity.person,
    done=_get_list_url,
    explain="解除后不能再用它登录，正在用它的登录立即结束。本系统的账号不变。",
)


#: Session keys used during a visit at the provider: next URL, and the user who binds an identity.
NEXT_SESSION_KEY, BINDING_SESSION_KEY = "gongkai_after", "gongkai_binding"
#: Tolerated clock difference: sessions that begin up to this time after a sign-out message also end.
CLOCK_TOLERANCE = timedelta(minutes=2)


def _get_provider_or_404(name: str) -> Provider:
    provider = find_provider(name)
    if provider is None or not signs_in_on_provider_page(provider):
        raise Http404
    return provider


def _get_callback_url(request: HttpRequest, provider: Provider) -> str:
    return request.build_absolute_uri(reverse("identity:callback", args=[provider.name]))


def _show_failure(request: HttpRequest, failure: SignInFailed, *, log: bool = True) -> HttpResponse:
    """Show why signing in or binding failed, on the page where it began."""
    if log:
        record_operation(OperationKind.FAILED, request, text=failure.logged)
    messages.error(request, failure.words)
    bound = request.session.pop(BINDING_SESSION_KEY, None) and request.user.is_authenticated
    return HttpResponseRedirect(reverse("signin:own" if bound else "wagtailadmin_login"))


@never_cache
@require_GET
def redirect_to_provider(request: HttpRequest, name: str) -> HttpResponse:
    """Redirect to the provider's page."""
    provider = _get_provider_or_404(name)
    next_url = request.GET.get("next", "")
    is_own_url = url_has_allowed_host_and_scheme(next_url, {request.get_host()}, require_https=request.is_secure())
    request.session[NEXT_SESSION_KEY] = next_url if is_own_url else reverse("wagtailadmin_home")
    request.session.pop(BINDING_SESSION_KEY, None)
    try:
        return HttpResponseRedirect(
            load_page_protocol(provider).sign_in_url(request, provider, _get_callback_url(request, provider))
        )
    except SignInFailed as failure:
        return _show_failure(request, failure)


@require_POST
def start_identity_binding(request: HttpRequest, name: str) -> HttpResponse:
    """Redirect to the provider's page to bind an identity to the user's own login."""
    provider = _get_provider_or_404(name)
    if not request.user.is_authenticated or not is_passed(request):
        raise Http404
    request.session[BINDING_SESSION_KEY] = request.user.pk
    try:
        address = load_page_protocol(provider).sign_in_url(request, provider, _get_callback_url(request, provider))
    except SignInFailed as failure:
        return _show_failure(request, failure)
    label = provider.label
    text = f"请在{label}的页面上登录一次，完成绑定。页面没有自动转到的，请点下面的按钮。"
    return provider_link_page(request, address, f"绑定{label}", text, f"到{label}登录")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def handle_callback(request: HttpRequest, name: str) -> HttpResponse:
    """Handle the provider's answer: sign in or bind. CAS also posts sign-out messages here."""
    provider = _get_provider_or_404(name)
    if request.method == "POST":
        return _handle_cas_logout(request, provider)
    try:
        claims = load_page_protocol(provider).read_claims(request, provider, _get_callback_url(request, provider))
    except SignInFailed as failure:
        return _show_failure(request, failure)
    owner = request.session.get(BINDING_SESSION_KEY)
    if owner is not None:
        return _bind_identity(request, claims, owner)
    user = authenticate(request, username=_get_account_name(claims), claims=claims)
    if user is None:
        lock_failure = get_sign_in_failure(request) or SignInFailed("登录已被暂时锁定，请稍后再试。")
        return _show_failure(request, lock_failure, log=False)
    next_url = request.session.pop(NEXT_SESSION_KEY, "") or reverse("wagtailadmin_home")
    login(request, user)
    request.session.set_expiry(0)
    return HttpResponseRedirect(next_url)


def _get_account_name(claims: IdentityClaims) -> str:
    """Return the user name of the person with this identity, else the identifier; by it failures are throttled."""
    rows = Person.objects.filter(identities__provider=claims.provider.name, identities__identifier=claims.identifier)
    username = rows.exclude(user=None).values_list("user__username", flat=True).first()
    return username or claims.identifier


def _bind_identity(request: HttpRequest, claims: IdentityClaims, owner: object) -> HttpResponse:
    """Bind an identity to the signed-in person who asked for it; otherwise show why not."""
    person = Person.objects.filter(user_id=request.user.pk or 0).first()
    if person is None or owner != request.user.pk or not is_passed(request):
        return _show_failure(request, SignInFailed("绑定没有完成：登录已经变化，请重新办理。"))
    facts = {
        "provider": claims.provider.name,
        "identifier": claims.identifier,
        "said_name": claims.name,
    }
    try:
        bind_identity(person, by=get_actor(request.user), **facts)
    except Refused as refusal:
        return _show_failure(request, SignInFailed("".join(refusal.reasons)))
    del request.session[BINDING_SESSION_KEY]
    messages.success(request, f"已绑定{claims.provider.label}标识“{claims.identifier}”，以后可以用它登录。")
    return HttpResponseRedirect(reverse("signin:own"))


@csrf_exempt
@never_cache
@require_POST
def end_provider_session(request: HttpRequest, name: str) -> HttpResponse:
    """End the sessions named by a back-channel logout token (OpenID Connect)."""
    provider = _get_provider_or_404(name)
    if provider.kind != ProviderKind.OIDC:
        raise Http404
    from gongkai.core.signin.identity import oidc

    try:
        sid, subject, at = oidc.read_logout_token(provider, request.POST.get("logout_token", ""))
    except SignInFailed as failure:
        record_operation(OperationKind.REFUSED, request, text=failure.logged)
        return JsonResponse({"error": "invalid_request"}, status=400)
    until = datetime.fromtimestamp(at, UTC) + CLOCK_TOLERANCE
    _log_ended_sign_ins(request, provider, end_provider_sessions(provider.name, sid=sid, subject=subject, until=until))
    return HttpResponse()


def _handle_cas_logout(request: HttpRequest, provider: Provider) -> HttpResponse:
    """End the sessions that the CAS server signs out; 400 for an invalid request, 405 for other providers."""
    if provider.kind != ProviderKind.CAS:
        return HttpResponseNotAllowed(["GET"])
    from gongkai.core.signin.identity import cas

    try:
        ticket = cas.read_logout_request(provider, request.POST.get("logoutRequest", ""))
    except SignInFailed as failure:
        record_operation(OperationKind.REFUSED, request, text=failure.logged)
        return HttpResponseBadRequest()
    _log_ended_sign_ins(
        request, provider, end_provider_sessions(provider.name, sid=ticket, subject="", until=timezone.now())
    )
    return HttpResponse()


def _log_ended_sign_ins(request: HttpRequest, provider: Provider, owners: list[int]) -> None:
    """Log for each owner that the provider ended their sign-in."""
    for person in Person.objects.filter(user__in=owners).select_related("user"):
        text = f"{provider.label}通知退出，结束由它开始的登录"
        record_operation(OperationKind.ENDED_THERE, request, user=person.user, text=text)
