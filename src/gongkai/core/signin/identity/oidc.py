"""OpenID Connect sign-in with Authlib: code flow with PKCE, state and nonce, and sign-out.

Tokens are checked against the provider's keys, issuer, audience, nonce and clock.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.http import HttpRequest
from requests import RequestException

from gongkai.core.signin.identity.claims import IdentityClaims, SignInFailed, parse_claims
from gongkai.core.signin.identity.providers import PROVIDER_TIMEOUT_SECONDS, SIGNATURE_ALGORITHMS, Provider

if TYPE_CHECKING:
    from authlib.integrations.django_client import DjangoOAuth2App
    from joserfc.jwt import ClaimsOption

#: Cache time of provider metadata, and tolerated clock difference, in seconds.
METADATA_CACHE_SECONDS, CLOCK_LEEWAY_SECONDS = 3600, 120
#: Required event of a logout token (OpenID Connect Back-Channel Logout 1.0, 2.4).
_LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
#: Messages for invalid claims.
_CLAIM_ERRORS = {
    "nonce": "身份凭证不是为这次登录签发的（nonce）",
    "aud": "身份凭证不是签发给本系统的（aud）",
    "azp": "身份凭证不是签发给本系统的（azp）",
    "iss": "身份凭证的签发者不符（iss）",
    "exp": "身份凭证已经过期，或者两边的时钟不一致（exp）",
    "iat": "身份凭证的签发时间在将来，两边的时钟不一致（iat）",
    "nbf": "身份凭证还没有生效，两边的时钟不一致（nbf）",
    "at_hash": "身份凭证与访问令牌不符（at_hash）",
}
_RETRY_ADVICE = "请从登录页重新开始；仍不行的，请联系系统管理员。"
_CLIENT_CACHE: "dict[Provider, tuple[float, DjangoOAuth2App]]" = {}


def get_client(provider: Provider) -> "DjangoOAuth2App":
    """Return Authlib's client of a provider, with its discovery metadata.

    Raises:
        SignInFailed: unreachable, or not as configured.
    """
    made_at, app = _CLIENT_CACHE.get(provider, (0.0, None))
    if app is None or time.monotonic() - made_at > METADATA_CACHE_SECONDS:
        app = _make_client(provider)
        _CLIENT_CACHE[provider] = (time.monotonic(), app)
    return app


def _make_client(provider: Provider) -> "DjangoOAuth2App":
    """Return a client of this provider after a check of its issuer and its signature algorithms.

    Raises:
        SignInFailed: either is not accepted, or the provider is unreachable.
    """
    from authlib.integrations.django_client import DjangoIntegration, DjangoOAuth2App

    issuer = provider.address.rstrip("/")
    app = DjangoOAuth2App(
        framework=DjangoIntegration(provider.name),
        name=provider.name,
        client_id=provider.client,
        client_secret=provider.secret or None,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": provider.scope,
            "code_challenge_method": "S256",
            "default_timeout": PROVIDER_TIMEOUT_SECONDS,
            "verify": provider.verify,
        },
    )
    with _translate_errors(provider):
        metadata = app.load_server_metadata()
    if str(metadata.get("issuer", "")).rstrip("/") != issuer:
        raise SignInFailed(
            f"{provider.label}自称的签发者与设置不同，{_RETRY_ADVICE}",
            f"{provider.label}：签发者是 {metadata.get('issuer')}，设置是 {provider.address}",
        )
    offered_algorithms = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = [
        name for name in offered_algorithms if name in SIGNATURE_ALGORITHMS
    ]
    if not metadata["id_token_signing_alg_values_supported"]:
        raise SignInFailed(f"{provider.label}的签名算法（{'、'.join(offered_algorithms)}）不被接受，请联系系统管理员。")
    auth_methods = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    basic = "client_secret_basic" if "client_secret_basic" in auth_methods else "client_secret_post"
    app.client_kwargs["token_endpoint_auth_method"] = basic if provider.secret else "none"
    return app


@contextmanager
def _translate_errors(provider: Provider) -> Iterator[None]:
    """Raise `SignInFailed` in Chinese for errors of the connection, the reply and the ID token."""
    from authlib.integrations.base_client import OAuthError
    from joserfc.errors import BadSignatureError, ClaimError, ExpiredTokenError, JoseError

    def failed(words: str, error: Exception) -> SignInFailed:
        return SignInFailed(f"{provider.label}：{words}。{_RETRY_ADVICE}", f"{provider.label}：{words}（{error}）")

    try:
        yield
    except RequestException as error:
        text = "服务现在不能访问"
        raise SignInFailed(
            f"{provider.label}{text}。请稍后再试，或者用本系统的账号登录。",
            f"{provider.label}{text}（{type(error).__name__}）",
        ) from error
    except ExpiredTokenError as error:
        raise failed(_CLAIM_ERRORS["exp"], error) from error
    except ClaimError as error:
        raise failed(_CLAIM_ERRORS.get(error.claim, f"身份凭证缺少或者不符：{error.claim}"), error) from error
    except BadSignatureError as error:
        raise failed("身份凭证的签名不对", error) from error
    except JoseError as error:
        raise failed("身份凭证不能核验", error) from error
    except OAuthError as error:
        is_state_mismatch = error.error == "mismatching_state"
        refusal_text = (
            "这次登录的请求不是从本浏览器发起的，或者已经用过（state）" if is_state_mismatch else "没有同意这次登录"
        )
        raise failed(refusal_text, error) from error
    except (ValueError, RuntimeError, KeyError, TypeError) as error:
        raise failed("回答的内容不能识别", error) from error


def find_server_faults(provider: Provider) -> list[str]:
    """Fetch the provider's metadata and keys; return in Chinese what is missing, empty if nothing.

    Raises:
        SignInFailed: unreachable, or not as configured.
    """
    _CLIENT_CACHE.pop(provider, None)
    app = get_client(provider)
    needed_keys = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    faults = [f"没有给出 {name}" for name in needed_keys if not app.server_metadata.get(name)]
    if not faults:
        with _translate_errors(provider):
            faults += [] if app.fetch_jwk_set(force=True).get("keys") else ["没有给出签名的公钥（jwks_uri）"]
    return faults


def sign_in_url(request: HttpRequest, provider: Provider, callback: str) -> str:
    """Return the URL of the provider's sign-in page; state, nonce and PKCE verifier are in the session."""
    app = get_client(provider)
    extra = {"acr_values": provider.acr} if provider.acr else {}
    with _translate_errors(provider):
        return str(app.authorize_redirect(request, callback, **extra).url)


def read_claims(request: HttpRequest, provider: Provider, callback: str) -> IdentityClaims:
    """Validate state, code and ID token; return the claims.

    Raises:
        SignInFailed: with the failed check.
    """
    app = get_client(provider)
    metadata = app.server_metadata
    _check_issuer(request, provider, metadata)
    with _translate_errors(provider):
        token = app.authorize_access_token(
            request,
            claims_options=_make_claim_options(provider, metadata["issuer"]),
            leeway=CLOCK_LEEWAY_SECONDS,
        )
        id_claims = dict(token.get("userinfo") or {})
        if not id_claims:
            raise ValueError("no ID token")
        needed_names = {provider.identifier, provider.person_name}
        if not needed_names <= id_claims.keys() and metadata.get("userinfo_endpoint"):
            userinfo = app.userinfo(token=token)
            if userinfo.get("sub") != id_claims["sub"]:
                raise ValueError("userinfo of another subject")
            id_claims = {**userinfo, **id_claims}
    session = {
        "subject": str(id_claims["sub"]),
        "sid": str(id_claims.get("sid", "")),
        "hint": str(token.get("id_token", "")),
    }
    return parse_claims(provider, id_claims, **session)


def _make_claim_options(provider: Provider, issuer: str) -> "dict[str, ClaimsOption]":
    return {
        "iss": {"essential": True, "values": [issuer]},
        "aud": {"essential": True, "values": [provider.client]},
    }


def _check_issuer(request: HttpRequest, provider: Provider, metadata: Mapping[str, object]) -> None:
    """Check the issuer named in the provider's answer (RFC 9207).

    Raises:
        SignInFailed: it is another one, or is missing.
    """
    text = request.GET.get("iss")
    must = metadata.get("authorization_response_iss_parameter_supported") and "code" in request.GET
    if text != metadata["issuer"] and (text is not None or must):
        raise SignInFailed(
            f"{provider.label}：{_CLAIM_ERRORS['iss']}。{_RETRY_ADVICE}",
            f"{provider.label}：{_CLAIM_ERRORS['iss']}（{text}）",
        )


def sign_out_url(provider: Provider, hint: str, back: str) -> str:
    """Return the provider's logout URL (RP-initiated logout), or ""."""
    app = get_client(provider)
    if not app.server_metadata.get("end_session_endpoint"):
        return ""
    logout_url = app.create_logout_url(post_logout_redirect_uri=back, id_token_hint=hint, client_id=provider.client)
    return str(logout_url["url"])


def read_logout_token(provider: Provider, token: str) -> tuple[str, str, float]:
    """Return (session id or "", subject or "", time of issue in seconds since the epoch) of a logout token.

    Raises:
        SignInFailed: not a valid token of this provider for us.
    """
    from joserfc import jwt
    from joserfc.errors import InvalidKeyIdError
    from joserfc.jwk import KeySet
    from joserfc.jws import JWSRegistry

    app = get_client(provider)
    with _translate_errors(provider):
        names = app.server_metadata["id_token_signing_alg_values_supported"]
        signed = JWSRegistry(algorithms=names, strict_check_header=False)
        try:
            read = jwt.decode(token, KeySet.import_key_set(app.fetch_jwk_set()), registry=signed)
        except InvalidKeyIdError:  # the provider may have a new key
            read = jwt.decode(token, KeySet.import_key_set(app.fetch_jwk_set(force=True)), registry=signed)
        claim_options = _make_claim_options(provider, app.server_metadata["issuer"])
        registry = jwt.JWTClaimsRegistry(
            leeway=CLOCK_LEEWAY_SECONDS, iat={"essential": True}, iss=claim_options["iss"], aud=claim_options["aud"]
        )
        registry.validate(read.claims)
        claims = read.claims
        at, events = claims["iat"], claims.get("events")
        is_old = time.time() - float(at) > CLOCK_LEEWAY_SECONDS + 60
        session_or_subject = claims.get("sid") or claims.get("sub")
        if str(read.header.get("typ", "jwt")).lower() not in {"jwt", "logout+jwt"}:
            raise ValueError("another kind of token")
        if (
            is_old
            or not isinstance(events, dict)
            or _LOGOUT_EVENT not in events
            or "nonce" in claims
            or not session_or_subject
        ):
            raise ValueError("no logout token")
    return str(claims.get("sid", "")), str(claims.get("sub", "")), float(at)
