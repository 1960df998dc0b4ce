"""CAS sign-in with python-cas: service tickets and single sign-out."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpRequest
from requests import RequestException, Session

from gongkai.core.signin.identity.claims import IdentityClaims, SignInFailed, parse_claims
from gongkai.core.signin.identity.providers import PROVIDER_TIMEOUT_SECONDS, Provider

if TYPE_CHECKING:
    from cas import CASClientV3

#: Session key of our own state parameter, which CAS lacks.
STATE_SESSION_KEY = "gongkai_cas_state"
_SAML_PROTOCOL_NAMESPACE = "{urn:oasis:names:tc:SAML:2.0:protocol}"


def _make_client(provider: Provider, service: str) -> "CASClientV3":
    """Return a CAS client of this provider whose requests time out."""
    from cas import CASClientV3

    class Limited(Session):
        """Session with a timeout, because the library sets none."""

        def send(self, *asked: object, **how: object):  # type: ignore[no-untyped-def, override]  # noqa: ANN202
            how["timeout"] = how.get("timeout") or PROVIDER_TIMEOUT_SECONDS
            return super().send(*asked, **how)  # type: ignore[arg-type]

    return CASClientV3(
        service_url=service,
        server_url=f"{provider.address.rstrip('/')}/",
        verify_ssl_certificate=provider.verify,
        session=Limited(),
    )


def sign_in_url(request: HttpRequest, provider: Provider, callback: str) -> str:
    """Store a random state in the session; return the URL of the sign-in page, whose callback has it."""
    request.session[STATE_SESSION_KEY] = state = secrets.token_urlsafe(16)
    return str(_make_client(provider, _build_service_url(callback, state)).get_login_url())


def _build_service_url(callback: str, state: str) -> str:
    return f"{callback}?{urlencode({'state': state})}"


def read_claims(request: HttpRequest, provider: Provider, callback: str) -> IdentityClaims:
    """Validate a ticket with the server; return the claims.

    Raises:
        SignInFailed: wrong session, invalid ticket, or no answer.
    """
    import defusedxml.ElementTree

    state, ticket = request.session.pop(STATE_SESSION_KEY, ""), request.GET.get("ticket", "")
    if not state or not secrets.compare_digest(state, request.GET.get("state", "")) or not ticket:
        text = "这次登录的请求不是从本浏览器发起的，或者已经用过（state）"
        raise SignInFailed(
            f"{provider.label}：{text}。请从登录页重新开始；仍不行的，请联系系统管理员。",
            f"{provider.label}：{text}",
        )
    client = _make_client(provider, _build_service_url(callback, state))
    with _translate_errors(provider):
        reply = client.get_verification_response(ticket)
        defusedxml.ElementTree.fromstring(reply)  # no document types and entities: the library does not look
        user, attributes, _ = client.verify_response(reply)
    if not user:
        code = re.search(rb'code="([A-Z_]{1,40})"', reply)
        text = "登录票据不对、已经用过、已经过期，或者不是发给本系统的"
        error_code = f"（{code[1].decode()}）" if code else ""
        raise SignInFailed(f"{provider.label}：{text}。请从登录页重新开始。", f"{provider.label}：{text}{error_code}")
    return parse_claims(provider, {**(attributes or {}), "user": user}, subject=user, sid=ticket)


@contextmanager
def _translate_errors(provider: Provider) -> Iterator[None]:
    """Raise `SignInFailed` in Chinese for errors of the connection and for unreadable replies."""
    try:
        yield
    except RequestException as error:
        text = "服务现在不能访问"
        raise SignInFailed(
            f"{provider.label}{text}。请稍后再试，或者用本系统的账号登录。",
            f"{provider.label}{text}（{type(error).__name__}）",
        ) from error
    except (ValueError, SyntaxError, LookupError, AttributeError, TypeError) as error:
        text = "回答的内容不能识别"
        raise SignInFailed(
            f"{provider.label}：{text}。请联系系统管理员。", f"{provider.label}：{text}（{error}）"
        ) from error


def sign_out_url(provider: Provider, hint: str, back: str) -> str:
    """Return the URL that ends the CAS server's session and leads to `back`; `hint` is not used."""
    return str(_make_client(provider, "").get_logout_url(back))


def read_logout_request(provider: Provider, text: str) -> str:
    """Return the ticket of a single sign-out message; the ticket authenticates it.

    Raises:
        SignInFailed: not such a message.
    """
    import defusedxml.ElementTree

    with _translate_errors(provider):
        ticket = defusedxml.ElementTree.fromstring(text).findtext(f".//{_SAML_PROTOCOL_NAMESPACE}SessionIndex")
        if not ticket or not ticket.strip():
            raise ValueError("no SessionIndex")
    return str(ticket).strip()


def find_server_faults(provider: Provider) -> list[str]:
    """Test the server by validating an impossible ticket; return its faults in Chinese, empty if none.

    Raises:
        SignInFailed: no answer, or not CAS 3.
    """
    import defusedxml.ElementTree

    with _translate_errors(provider):
        reply = _make_client(provider, "https://gongkai.invalid/").get_verification_response("ST-check")
        tag = defusedxml.ElementTree.fromstring(reply).tag
    return [] if tag.endswith("}serviceResponse") else ["URL 处不是 CAS 3.0 的服务（p3/serviceValidate）"]
