"""The configured identities: what the environment says of each, and what is wrong with that."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings


class Kind(StrEnum):
    """The protocols."""

    OIDC = "oidc"
    CAS = "cas"
    LDAP = "ldap"


class FirstSignIn(StrEnum):
    """What happens when an identifier comes that belongs to nobody here."""

    REFUSE = "refuse"
    ACCOUNT = "account"
    REGISTER = "register"


#: What each protocol calls a person where nothing else is configured: the identifier, and the name.
_CLAIMS = {Kind.OIDC: ("sub", "name"), Kind.CAS: ("user", "name"), Kind.LDAP: ("uid", "cn")}
_NEEDED = {Kind.OIDC: ("issuer", "client"), Kind.CAS: ("url",), Kind.LDAP: ("url", "base")}
#: How tokens may be signed: by a key of which only the provider has the secret half (RFC 8725, 3.1).
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
#: Seconds for one question to a provider.
TIMEOUT = 10


@dataclass(frozen=True)
class Provider:
    """One configured identity. `identifier` and `person_name` name claims or attributes; `factor`: (claim, value) pairs of a second factor."""

    name: str
    prefix: str
    kind: Kind
    label: str
    address: str
    client: str
    secret: str
    scope: str
    acr: str
    base: str
    filter: str
    reader: str
    password: str
    identifier: str
    person_name: str
    factor: frozenset[tuple[str, str]]
    first_sign_in: FirstSignIn
    ca: str

    @property
    def verify(self) -> str | bool:
        """Return the certificates that answers are held against: a file of one's own, else those of the system."""
        return self.ca or True


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    """Return the pairs of `amr=mfa,acr=high`."""
    parts = (part.split("=", 1) for part in text.split(",") if "=" in part)
    return frozenset((claim.strip(), value.strip()) for claim, value in parts)


def _provider(raw: dict[str, str]) -> Provider:
    kind = Kind(raw["kind"])
    identifier, person_name = _CLAIMS[kind]
    return Provider(
        name=raw["name"],
        prefix=raw["prefix"],
        kind=kind,
        label=raw["label"] or "统一身份",
        address=raw["issuer"] if kind == Kind.OIDC else raw["url"],
        client=raw["client"],
        secret=raw["secret"],
        scope=raw["scope"] or "openid profile",
        acr=raw["acr"],
        base=raw["base"],
        filter=raw["filter"] or "(uid={account})",
        reader=raw["reader"],
        password=raw["password"],
        identifier=raw["identifier"] or identifier,
        person_name=raw["person_name"] or person_name,
        factor=_pairs(raw["factor"]),
        first_sign_in=FirstSignIn(raw["first_sign_in"] or "refuse"),
        ca=raw["ca"],
    )


def faults(raw: dict[str, str]) -> list[str]:
    """Return what is wrong with the variables of one identity, in Chinese; each says which variable."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,19}", raw["name"]):
        return [f"名称“{raw['name']}”应为 20 个以内的小写字母、数字和连字符，以字母开头"]
    if raw["kind"] not in set(Kind):
        return ["KIND 应为 oidc、cas 或 ldap"]
    found = [f"没有设置 {key.upper()}" for key in _NEEDED[Kind(raw["kind"])] if not raw[key]]
    return found + _wrong_values(raw)


def _wrong_values(raw: dict[str, str]) -> list[str]:
    found = []
    if (raw["first_sign_in"] or "refuse") not in set(FirstSignIn):
        found.append("FIRST_SIGN_IN 应为 refuse、account 或 register")
    if raw["kind"] == Kind.OIDC and "openid" not in (raw["scope"] or "openid").split():
        found.append("SCOPE 应含 openid")
    if raw["kind"] == Kind.LDAP and "{account}" not in (raw["filter"] or "{account}"):
        found.append("FILTER 应含 {account}")
    if raw["factor"] and not _pairs(raw["factor"]):
        found.append("FACTOR 应为“声明=值”，多个用逗号分开")
    if raw["ca"] and not Path(raw["ca"]).is_file():
        found.append(f"CA 所指的文件 {raw['ca']} 不存在")
    address = raw["issuer"] if raw["kind"] == Kind.OIDC else raw["url"]
    wanted = {"ldap", "ldaps", "ldap+tls"} if raw["kind"] == Kind.LDAP else {"http", "https"}
    parts = [urlsplit(part) for part in (address.split() if raw["kind"] == Kind.LDAP else [address])]
    if address and not all(part.scheme in wanted and part.hostname for part in parts):
        found.append(f"地址“{address}”应以 {'://、'.join(sorted(wanted))}:// 开头，后面是主机名")
    return found


def providers() -> list[Provider]:
    """Return the identities that are configured without a fault, in the order of the environment."""
    return [_provider(raw) for raw in settings.GONGKAI_IDENTITIES if not faults(raw)]


def provider_named(name: str) -> Provider | None:
    """Return one of them."""
    return next((provider for provider in providers() if provider.name == name), None)


def label_of(name: str) -> str:
    """Return what an identity is called on pages; its bare name where it is configured no more."""
    found = provider_named(name)
    return found.label if found else name


def at_page(provider: Provider) -> bool:
    """Whether one goes to the provider's own page; else its account and password are typed here."""
    return provider.kind != Kind.LDAP
