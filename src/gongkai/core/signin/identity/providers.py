"""Identity providers configured by environment variables, and their faults."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings


class ProviderKind(StrEnum):
    """Sign-in protocols of providers."""

    OIDC = "oidc"
    CAS = "cas"
    LDAP = "ldap"


class FirstSignIn(StrEnum):
    """Policy for an unknown identifier: refuse, match an account of that name, or register the
    person."""

    REFUSE = "refuse"
    ACCOUNT = "account"
    REGISTER = "register"


#: Default names of the identifier and name attributes by protocol.
_DEFAULT_CLAIMS = {
    ProviderKind.OIDC: ("sub", "name"),
    ProviderKind.CAS: ("user", "name"),
    ProviderKind.LDAP: ("uid", "cn"),
}
_REQUIRED_VARIABLES = {
    ProviderKind.OIDC: ("issuer", "client"),
    ProviderKind.CAS: ("url",),
    ProviderKind.LDAP: ("url", "base"),
}
#: Allowed signature algorithms: asymmetric only (RFC 8725, 3.1).
SIGNATURE_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
#: Timeout of one request to a provider, in seconds.
PROVIDER_TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Provider:
    """A configured identity provider.

    Attributes:
        prefix: prefix of its environment variables.
        address: URL of the provider or directory.
        client, secret: our id and secret at the provider.
        acr: requested authentication context (OpenID Connect).
        base, filter, reader, password: search base, search filter, account and its password
            (LDAP).
        identifier, person_name: names of the attributes with identifier and name.
        factor: (claim, value) pairs that prove a second factor.
        ca: path of a CA file.
    """

    name: str
    prefix: str
    kind: ProviderKind
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
        """Return the CA file for TLS verification, or True for the system's."""
        return self.ca or True


def _parse_pairs(text: str) -> frozenset[tuple[str, str]]:
    """Return the (claim, value) pairs of a text like `claim=value,claim=value`; parts without "=" are ignored."""
    pairs = (pair.split("=", 1) for pair in text.split(",") if "=" in pair)
    return frozenset((claim.strip(), value.strip()) for claim, value in pairs)


def _make_provider(raw: dict[str, str]) -> Provider:
    """Return the provider that raw settings without faults describe, with defaults for empty ones."""
    kind = ProviderKind(raw["kind"])
    identifier, person_name = _DEFAULT_CLAIMS[kind]
    return Provider(
        name=raw["name"],
        prefix=raw["prefix"],
        kind=kind,
        label=raw["label"] or "统一身份",
        address=raw["issuer"] if kind == ProviderKind.OIDC else raw["url"],
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
        factor=_parse_pairs(raw["factor"]),
        first_sign_in=FirstSignIn(raw["first_sign_in"] or "refuse"),
        ca=raw["ca"],
    )


def find_provider_faults(raw: dict[str, str]) -> list[str]:
    """Return the faults in the variables of a provider in Chinese."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,19}", raw["name"]):
        return [f"名称“{raw['name']}”应为 20 个以内的小写字母、数字和连字符，以字母开头"]
    if raw["kind"] not in set(ProviderKind):
        return ["KIND 应为 oidc、cas 或 ldap"]
    faults = [f"没有设置 {key.upper()}" for key in _REQUIRED_VARIABLES[ProviderKind(raw["kind"])] if not raw[key]]
    return faults + _find_wrong_values(raw)


def _find_wrong_values(raw: dict[str, str]) -> list[str]:
    """Return in Chinese the settings of a provider that have a wrong value."""
    wrong_values = []
    if (raw["first_sign_in"] or "refuse") not in set(FirstSignIn):
        wrong_values.append("FIRST_SIGN_IN 应为 refuse、account 或 register")
    if raw["kind"] == ProviderKind.OIDC and "openid" not in (raw["scope"] or "openid").split():
        wrong_values.append("SCOPE 应含 openid")
    if raw["kind"] == ProviderKind.LDAP and "{account}" not in (raw["filter"] or "{account}"):
        wrong_values.append("FILTER 应含 {account}")
    if raw["factor"] and not _parse_pairs(raw["factor"]):
        wrong_values.append("FACTOR 应为“声明=值”，多个用逗号分开")
    if raw["ca"] and not Path(raw["ca"]).is_file():
        wrong_values.append(f"CA 所指的文件 {raw['ca']} 不存在")
    address = raw["issuer"] if raw["kind"] == ProviderKind.OIDC else raw["url"]
    schemes = {"ldap", "ldaps", "ldap+tls"} if raw["kind"] == ProviderKind.LDAP else {"http", "https"}
    urls = [urlsplit(url) for url in (address.split() if raw["kind"] == ProviderKind.LDAP else [address])]
    if address and not all(url.scheme in schemes and url.hostname for url in urls):
        wrong_values.append(f"地址“{address}”应以 {'://、'.join(sorted(schemes))}:// 开头，后面是主机名")
    return wrong_values


def list_providers() -> list[Provider]:
    """Return the providers without configuration faults, in the order of the environment."""
    return [_make_provider(raw) for raw in settings.GONGKAI_IDENTITIES if not find_provider_faults(raw)]


def find_provider(name: str) -> Provider | None:
    """Return the provider of this name, or None."""
    return next((provider for provider in list_providers() if provider.name == name), None)


def get_provider_label(name: str) -> str:
    """Return the label of a provider; its name if it is no longer configured."""
    provider = find_provider(name)
    return provider.label if provider else name


def signs_in_on_provider_page(provider: Provider) -> bool:
    """Return true if users sign in on the provider's page, false if here."""
    return provider.kind != ProviderKind.LDAP
