"""Page of one's own sign-ins: sessions, authenticator, recent operations."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from gongkai.core.signin import factors, queries
from gongkai.core.signin.identity.providers import list_providers, signs_in_on_provider_page
from gongkai.core.signin.models import Identity, OperationKind
from gongkai.core.signin.operations import record_operation
from gongkai.core.signin.sessions import end_other_sessions, list_sessions
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Person
from gongkai.core.units.separation import is_guarded

#: Number of own operations shown.
RECENT_OPERATIONS_COUNT = 20
_SIGN_IN_KINDS = (
    OperationKind.SIGN_IN,
    OperationKind.FAILED,
    OperationKind.LOCKED,
    OperationKind.FACTOR,
    OperationKind.FACTOR_FAILED,
    OperationKind.FACTOR_SET,
    OperationKind.FACTOR_REMOVED,
    OperationKind.SIGN_OUT,
    OperationKind.TIMED_OUT,
    OperationKind.ENDED,
    OperationKind.ENDED_THERE,
)


def own_sign_ins_page(request: HttpRequest) -> HttpResponse:
    """Page: the user's name, contact, factors, open sessions and recent sign-in operations."""
    user = factors.get_login(request)
    by = get_actor(user)
    identities = list(Identity.objects.filter(person=by.person_id or 0))
    bound = {identity.provider for identity in identities}
    person = Person.objects.filter(user=user).first()
    rows = queries.visible_to(user).filter(person_id=by.person_id or 0, kind__in=_SIGN_IN_KINDS)
    context = {
        "person": person,
        "login": user,
        "sessions": list(list_sessions(user.pk)),
        "here": request.session.session_key,
        "device": factors.find_authenticator(user),
        "keys": list(queries.passkeys_visible_to(user)),
        "codes": factors.count_codes_left(user),
        "asked": factors.needs_second_factor(user),
        "rows": list(rows[:RECENT_OPERATIONS_COUNT]),
        "identities": identities,
        "unbound": [
            provider
            for provider in list_providers()
            if signs_in_on_provider_page(provider) and provider.name not in bound
        ]
        if person
        else [],
        "guarded": person is not None and is_guarded(person),
        "has_password": user.has_usable_password(),
        "off": not settings.GONGKAI_SECOND_FACTOR,
    }
    return render(request, "signin/own.html", context)


@require_POST
def end_own_other_sessions(request: HttpRequest) -> HttpResponse:
    """End all sessions of this login but the current one."""
    count = end_other_sessions(request.user.pk or 0, request.session.session_key)
    record_operation(OperationKind.ENDED, request, text=f"结束其他登录{count}处")
    messages.success(request, f"已结束其他登录{count}处。" if count else "没有其他登录。")
    return HttpResponseRedirect(reverse("signin:own"))
