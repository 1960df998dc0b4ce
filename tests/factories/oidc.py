"""A small OpenID provider in the test process, with its own keys and configurable claims."""

import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

ISSUER, CLIENT = "https://sso.yunling.example", "gongkai"
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
KEY, FOREIGN = (RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}) for kid in ("1", "1"))


@dataclass
class OpenIDProvider:
    """Configurable: `claims` of a person, other parts of the `token`, the signing key, availability."""

    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "yl-0001", "name": "周敏"})
    token: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: KEY)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "1"})
    metadata: dict[str, Any] = field(default_factory=dict)
    away: bool = False
    asked: list[str] = field(default_factory=list)
    nonce: str = ""

    def visit(self, address: str) -> str:
        """Sign in at the address that somebody was led to; return what the browser is led back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["code_challenge_method"] == "S256"
        self.nonce = asked["nonce"]
        return f"?code=c1&state={asked['state']}"

    def id_token(self) -> str:
        now = int(time.time())
        said = {"iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": self.nonce}
        return jwt.encode(self.header, {**said, **self.claims, **self.token}, self.key)

    def logout_token(self, **changed: Any) -> str:
        said: dict[str, Any] = {
            "iss": ISSUER,
            "aud": CLIENT,
            "iat": int(time.time()),
            "jti": "j1",
            "events": {LOGOUT_EVENT: {}},
            **changed,
        }
        return jwt.encode(self.header, {k: v for k, v in said.items() if v is not None}, self.key)

    def answer(self, session: requests.Session, method: str, url: str, **kwargs: Any) -> requests.Response:
        """Stand in for `requests.Session.request`."""
        assert kwargs.get("timeout"), "nobody waits for ever"
        self.asked.append(urlsplit(url).path)
        if self.away:
            raise requests.ConnectionError("no route")
        said = {
            "/.well-known/openid-configuration": self._metadata,
            "/jwks": lambda: {"keys": [KEY.as_dict(private=False)]},
            "/token": lambda: {"access_token": "a1", "token_type": "Bearer", "id_token": self.id_token()},
            "/userinfo": lambda: {**self.claims, **self.userinfo},
        }[urlsplit(url).path]()
        response = requests.Response()
        response.status_code, response._content, response.url = 200, json.dumps(said).encode(), url
        response.headers["Content-Type"] = "application/json"
        return response

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/jwks",
            "userinfo_endpoint": f"{ISSUER}/userinfo",
            "end_session_endpoint": f"{ISSUER}/session/end",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **self.metadata,
        }
