"""Passkeys as second factor: registration, use, and refusal of every invalid answer."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django_otp.plugins.otp_static.models import StaticDevice
from hypothesis import given
from hypothesis import strategies as st

from core.signin.conftest import sign_in
from core.signin.softkey import PRESENT, SoftKey
from factories.units import actor
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.outbox.models import Message
from gongkai.core.signin import actions as own_actions
from gongkai.core.signin import passkeys
from gongkai.core.signin.models import Operation, OperationKind, Passkey
from gongkai.core.units import actions
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import PasswordRequest, Role

pytestmark = pytest.mark.django_db
HOME, ADD, VERIFY, OWN = "/admin/", "/admin/signin/passkeys/add/", "/admin/signin/verify/", "/admin/signin/"


@pytest.fixture(autouse=True)
def _require_second_factor(settings):
    settings.GONGKAI_SECOND_FACTOR = True
    settings.BASE_URL = "http://localhost:8000"


def read_options(page: Any) -> str:
    found = re.search(r'data-options="([^"]+)"', page.content.decode())
    assert found, page.content.decode()[-3000:]
    return unescape(found[1])


def add_passkey(client: Client, key: SoftKey, name: str = "本人手机") -> Any:
    return client.post(ADD, {"name": name, "answer": key.make(read_options(client.get(ADD)))})


def prove_passkey(client: Client, key: SoftKey) -> Any:
    return client.post(VERIFY, {"answer": key.prove(read_options(client.get(VERIFY)))})


def test_passkey_alone_is_a_second_factor(people) -> None:
    key, client = SoftKey(), sign_in(people.signer)
    codes = re.findall(r"<code>([a-z0-9]{10})</code>", add_passkey(client, key).content.decode())
    assert len(codes) == 10, "recovery codes come with the first factor"
    assert client.get(HOME).status_code == 200
    later = sign_in(people.signer)
    assert later.get(HOME).headers["Location"].startswith(VERIFY)
    assert later.get(ADD).headers["Location"] == VERIFY, "who has only the password adds nothing"
    assert prove_passkey(later, key).headers["Location"] == HOME
    assert later.get(HOME).status_code == 200
    lost = sign_in(people.signer)
    assert lost.post(VERIFY, {"code": codes[0]}).status_code == 302
    kinds = Operation.objects.filter(person=people.signer, words__contains="本人手机").values_list("kind")
    assert {kind for (kind,) in kinds} == {OperationKind.FACTOR_SET, OperationKind.FACTOR}
    assert "登记通行密钥“本人手机”" in Message.objects.filter(person=people.signer).latest("pk").body


def _set_wrong_origin(key: SoftKey) -> None:
    key.origin = "http://localhost.evil.example"


def _set_wrong_host(key: SoftKey) -> None:
    key.host = "evil.example"


def _drop_verification(key: SoftKey) -> None:
    key.flags = PRESENT


def _replace_private_key(key: SoftKey) -> None:
    key.private = SoftKey().private


def _set_unknown_number(key: SoftKey) -> None:
    key.number = b"nobody's"


@pytest.mark.parametrize(
    "spoil", [_set_wrong_origin, _set_wrong_host, _drop_verification, _replace_private_key, _set_unknown_number]
)
def test_invalid_answer_is_refused_and_logged(spoil: Callable[[SoftKey], None], people) -> None:
    key = SoftKey()
    add_passkey(sign_in(people.clerk), key)
    spoil(key)
    client = sign_in(people.clerk)
    page = prove_passkey(client, key)
    assert "通行密钥没有通过" in page.content.decode()
    assert client.get(HOME).headers["Location"].startswith(VERIFY)
    assert Operation.objects.filter(kind=OperationKind.FACTOR_FAILED, person=people.clerk).count() == 1
    assert Passkey.objects.get().confirmed


@pytest.mark.parametrize("spoil", [_set_wrong_origin, _set_wrong_host, _drop_verification])
def test_passkey_of_another_site_is_not_registered(spoil: Callable[[SoftKey], None], people) -> None:
    key = SoftKey()
    spoil(key)
    assert "没有登记成功" in add_passkey(sign_in(people.clerk), key).content.decode()
    assert not Passkey.objects.exists()


def test_answer_is_valid_once_and_for_its_session(people, monkeypatch) -> None:
    key = SoftKey()
    add_passkey(sign_in(people.clerk), key)
    first = sign_in(people.clerk)
    answer = key.prove(read_options(first.get(VERIFY)))
    second = sign_in(people.clerk)
    second.get(VERIFY)
    assert "没有通过" in second.post(VERIFY, {"answer": answer}).content.decode(), "of another session"
    assert first.post(VERIFY, {"answer": answer}).status_code == 302
    assert "没有通过" in first.post(VERIFY, {"answer": answer}).content.decode(), "a second time"
    late = sign_in(people.clerk)
    answer = key.prove(read_options(late.get(VERIFY)))
    monkeypatch.setattr(passkeys, "ANSWER_TIMEOUT_SECONDS", -1)
    assert "没有通过" in late.post(VERIFY, {"answer": answer}).content.decode(), "too late"


def test_malformed_answer_is_refused(people) -> None:
    client = sign_in(people.clerk)
    add_passkey(client, SoftKey())
    other = sign_in(people.clerk)
    for answer in ("x", "{}", "[1]", '{"id": 1, "rawId": "A", "response": {}}', "9" * 30_000):
        client.get(ADD)
        assert client.post(ADD, {"name": "x", "answer": answer}).status_code == 200
        other.get(VERIFY)
        assert "没有通过" in other.post(VERIFY, {"answer": answer}).content.decode()


def test_copied_passkey_is_suspended(people) -> None:
    key, owner = SoftKey(), sign_in(people.signer)
    add_passkey(owner, key)
    thief = sign_in(people.signer)
    copy = SoftKey(private=key.private, count=9)
    assert prove_passkey(thief, copy).status_code == 302, "a copy that counted on is not told from the key"
    assert thief.get(HOME).status_code == 200
    honest = sign_in(people.signer)
    assert "可能被人复制，已停用" in prove_passkey(honest, key).content.decode()
    assert thief.get(HOME).headers["Location"].startswith("/admin/login/"), "and the copy's session ends"
    assert not passkeys.list_passkeys(people.signer.user)


def test_last_factor_of_a_signer_cannot_be_removed(people) -> None:
    client = sign_in(people.signer)
    first, second = SoftKey(number=b"first"), SoftKey(number=b"second")
    add_passkey(client, first)
    remove = f"/admin/signin/passkeys/{Passkey.objects.get().pk}/remove/"
    assert "请先设置验证器" in client.get(remove).content.decode()
    client.post(remove, {})
    assert Passkey.objects.count() == 1
    add_passkey(client, second, "备用")
    assert sign_in(people.clerk).get(remove).status_code == 404, "of somebody else"
    client.post(remove, {})
    assert [key.name for key in Passkey.objects.all()] == ["备用"]
    assert Operation.objects.filter(kind=OperationKind.FACTOR_REMOVED, person=people.signer).count() == 1
    clerk = sign_in(people.clerk)
    add_passkey(clerk, SoftKey(number=b"third"))
    clerk.post(f"/admin/signin/passkeys/{Passkey.objects.latest('pk').pk}/remove/", {})
    assert not StaticDevice.objects.filter(user=people.clerk.user).exists()
    assert sign_in(people.clerk).get(HOME).status_code == 200, "not asked any more"


def test_passkeys_are_managed_by_their_owner_or_the_system(people) -> None:
    add_passkey(sign_in(people.signer), SoftKey())
    other, key = get_actor(people.clerk.user), Passkey.objects.get()
    assert own_actions.add_passkey.why_not(people.signer, by=other)
    assert own_actions.remove_passkey.why_not(key, by=other) == ["只能删除本人的通行密钥。"]
    assert own_actions.suspend_passkey.why_not(people.signer, by=other)
    assert not own_actions.suspend_passkey.why_not(people.signer, by=SYSTEM)


def test_confirmed_password_reset_removes_passkeys(people) -> None:
    add_passkey(sign_in(people.signer), SoftKey())
    office = people.auditor.appointments.get().body
    administrator, security = actor(Role.ADMINISTRATOR, office), actor(Role.SECURITY, office)
    actions.reset_password(people.signer, by=administrator)
    actions.confirm_password(PasswordRequest.objects.get(), by=security)
    assert not Passkey.objects.exists()


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://gongkai.example", "https://[::1]"])
def test_page_explains_if_browsers_cannot_make_passkeys(address: str, people, settings) -> None:
    settings.BASE_URL = address
    page = sign_in(people.clerk).get(ADD).content.decode()
    assert "GONGKAI_BASE_URL" in page
    assert "data-options" not in page


@given(kept=st.integers(0, 2**32), said=st.integers(0, 2**32))
def test_copied_key_is_detected_by_the_counter(kept: int, said: int) -> None:
    assert passkeys.shows_copied_key(kept, said) == (said < kept or (said == kept and said != 0))
