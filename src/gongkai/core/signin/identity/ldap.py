"""LDAP sign-in with ldap3: look the account up and bind with its password; read-only."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

from gongkai.core.signin.identity.claims import IdentityClaims, SignInFailed, parse_claims
from gongkai.core.signin.identity.providers import Provider, ProviderKind, list_providers

if TYPE_CHECKING:
    from ldap3 import Connection

#: Timeout of each LDAP operation in seconds; short, because local sign-in waits for it.
LDAP_TIMEOUT_SECONDS = 5
_DEFAULT_PORTS = {"ldap": 389, "ldap+tls": 389, "ldaps": 636}


def find_account(account: str, password: str) -> IdentityClaims | None:
    """Return the claims of the first directory that accepts the account and password, or None.

    Raises:
        SignInFailed: a directory failed, and no other one knew the account.
    """
    failure = None
    for provider in list_providers():
        if provider.kind != ProviderKind.LDAP:
            continue
        try:
            claims = _authenticate_with(provider, account, password)
        except SignInFailed as error:
            failure = error
            continue
        if claims is not None:
            return claims
    if failure is not None:
        raise failure
    return None


def _authenticate_with(provider: Provider, account: str, password: str) -> IdentityClaims | None:
    """Find the account in the directory and bind with its password; None if either is wrong.

    Raises:
        SignInFailed: the directory does not answer as it should, or several people use the account.
    """
    from ldap3.core.exceptions import LDAPInvalidCredentialsResult
    from ldap3.utils.conv import escape_filter_chars

    if not password:  # a bind without one is anonymous, and succeeds (RFC 4513, 5.1.2)
        return None
    with _translate_errors(provider):
        with _open_bound_connection(provider, provider.reader, provider.password) as reading:
            account_filter = provider.filter.replace("{account}", escape_filter_chars(account))
            names = [provider.identifier, provider.person_name]
            reading.search(provider.base, account_filter, attributes=names, size_limit=2)
            entries = [row for row in reading.response or [] if row["type"] == "searchResEntry"]
        if not entries:
            return None
        if len(entries) > 1:
            raise SignInFailed(
                f"{provider.label}里有不止一人用账号“{account}”，请联系系统管理员。",
                f"{provider.label}：账号在目录里不唯一",
            )
        try:
            with _open_bound_connection(provider, str(entries[0]["dn"]), password):
                pass
        except LDAPInvalidCredentialsResult:
            return None
    attributes = {name: _decode_values(values) for name, values in entries[0]["attributes"].items()}
    return parse_claims(provider, attributes)


def _decode_values(values: object) -> object:
    """Return the values of an attribute as a list; one of 16 bytes as the text of its UUID."""
    value_list = values if isinstance(values, list) else [values]
    return [
        str(UUID(bytes_le=value)) if isinstance(value, bytes) and len(value) == 16 else value for value in value_list
    ]


@contextmanager
def _open_bound_connection(provider: Provider, account: str, password: str) -> "Iterator[Connection]":
    """Yield a connection that is bound as the account; unbind it at the end."""
    connection = _open_first_address(provider, account, password)
    try:
        connection.bind()
        yield connection
    finally:
        connection.unbind()


def _open_first_address(provider: Provider, account: str, password: str) -> "Connection":
    """Return a connection as the account, not yet bound, to the first address of the provider that answers.

    Raises:
        LDAPCommunicationError: no address answers.
    """
    from ldap3 import NONE, Connection, Server, Tls
    from ldap3.core.exceptions import LDAPCommunicationError

    *preferred, final = provider.address.split()
    for address in (*preferred, final):
        url = urlsplit(address)
        server = Server(
            url.hostname,
            port=url.port or _DEFAULT_PORTS[url.scheme],
            use_ssl=url.scheme == "ldaps",
            tls=Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=provider.ca or None),
            get_info=NONE,
            connect_timeout=LDAP_TIMEOUT_SECONDS,
        )
        connection = Connection(
            server,
            user=account or None,
            password=password or None,
            receive_timeout=LDAP_TIMEOUT_SECONDS,
            raise_exceptions=True,
            read_only=True,
            auto_referrals=False,
        )
        try:
            connection.open()
            if url.scheme == "ldap+tls":
                connection.start_tls()
        except LDAPCommunicationError:
            if address == final:
                raise
        else:
            return connection
    raise AssertionError  # the last address returns or raises


@contextmanager
def _translate_errors(provider: Provider) -> Iterator[None]:
    """Raise `SignInFailed` in Chinese for errors of the directory."""
    from ldap3.core.exceptions import LDAPCommunicationError, LDAPException, LDAPInvalidCredentialsResult

    try:
        yield
    except LDAPInvalidCredentialsResult as error:
        text = "不接受本系统查找人员的账号（READER、PASSWORD）"
        raise SignInFailed(f"{provider.label}{text}，请联系系统管理员。", f"{provider.label}{text}") from error
    except (LDAPCommunicationError, OSError) as error:
        text = "服务现在不能访问"
        raise SignInFailed(
            f"{provider.label}{text}。请稍后再试，或者用本系统的密码登录。",
            f"{provider.label}{text}（{type(error).__name__}）",
        ) from error
    except LDAPException as error:
        text = "没有按预期回答"
        raise SignInFailed(
            f"{provider.label}{text}，请联系系统管理员。", f"{provider.label}{text}（{error}）"
        ) from error


def find_server_faults(provider: Provider) -> list[str]:
    """Sign in to the directory as the configured reader and read its base; return its faults in Chinese, empty if none.

    Raises:
        SignInFailed: no answer, or the reader's account is refused.
    """
    from ldap3 import BASE
    from ldap3.core.exceptions import LDAPNoSuchObjectResult

    try:
        with (
            _translate_errors(provider),
            _open_bound_connection(provider, provider.reader, provider.password) as reading,
        ):
            reading.search(provider.base, "(objectClass=*)", search_scope=BASE)
            can_read_base = bool(reading.response)
    except SignInFailed as failure:
        if isinstance(failure.__cause__, LDAPNoSuchObjectResult):
            return [f"没有 BASE 所说的 {provider.base}，或者 READER 无权查看"]
        raise
    return [] if can_read_base else [f"READER 看不到 BASE 所说的 {provider.base}"]
