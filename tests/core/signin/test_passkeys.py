"""Passkeys as second factor: made and used as browsers do, and every answer that proves nothing refused in a line and a row."""

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
def _on(settings):
    settings.GONGKAI_SECOND_FACTOR = True
    settings.BASE_URL = "http://localhost:8000"


def options(page: Any) -> str:
    found = re.search(r'data-options="([^"]+)"', page.content.decode())
    assert found, page.content.decode()[-3000:]
    return unescape(found[1])


def add(client: Client, key: SoftKey, name: str = "本人手机") -> Any:
    return client.post(ADD, {"name": name, "answer": key.make(options(client.get(ADD)))})


def prove(client: Client, key: SoftKey) -> Any:
    return client.post(VERIFY, {"answer": key.prove(options(client.get(VERIFY)))})


def test_a_key_alone_is_a_factor_and_opens_later_sessions(people) -> None:
    key, client = SoftKey(), sign_in(people.signer)
    codes = re.findall(r"<code>([a-z0-9]{10})</code>", add(client, key).content.decode())
    assert len(codes) == 10, "recovery codes come with the first factor"
    assert client.get(HOME).status_code == 200
    later = sign_in(people.signer)
    assert later.get(HOME).headers["Location"].startswith(VERIFY)
    assert later.get(ADD).headers["Location"] == VERIFY, "who has only the password adds nothing"
    assert prove(later, key).headers["Location"] == HOME
    assert later.get(HOME).status_code == 200
    lost = sign_in(people.signer)
    assert lost.post(VERIFY, {"code": codes[0]}).status_code == 302
    kinds = Operation.objects.filter(person=people.signer, words__contains="本人手机").values_list("kind")
    assert {kind for (kind,) in kinds} == {OperationKind.FACTOR_SET, OperationKind.FACTOR}
    assert "登记通行密钥“本人手机”" in Message.objects.filter(person=people.signer).latest("pk").body


def _elsewhere(key: SoftKey) -> None:
    key.origin = "http://localhost.evil.example"


def _other_site(key: SoftKey) -> None:
    key.host = "evil.example"


def _not_verified(key: SoftKey) -> None:
    key.flags = PRESENT


def _another(key: SoftKey) -> None:
    key.private = SoftKey().private


def _unknown(key: SoftKey) -> None:
    key.number = b"nobody's"


@pytest.mark.parametrize("spoil", [_elsewhere, _other_site, _not_verified, _another, _unknown])
def test_an_answer_that_proves_nothing_opens_nothing(spoil: Callable[[SoftKey], None], people) -> None:
    key = SoftKey()
    add(sign_in(people.clerk), key)
    spoil(key)
    client = sign_in(people.clerk)
    page = prove(client, key)
    assert "通行密钥没有通过" in page.content.decode()
    assert client.get(HOME).headers["Location"].startswith(VERIFY)
    assert Operation.objects.filter(kind=OperationKind.FACTOR_FAILED, person=people.clerk).count() == 1
    assert Passkey.objects.get().confirmed


@pytest.mark.parametrize("spoil", [_elsewhere, _other_site, _not_verified])
def test_a_key_of_elsewhere_is_not_kept(spoil: Callable[[SoftKey], None], people) -> None:
    key = SoftKey()
    spoil(key)
    assert "没有登记成功" in add(sign_in(people.clerk), key).content.decode()
    assert not Passkey.objects.exists()


def test_an_answer_counts_once_and_for_its_own_session(people, monkeypatch) -> None:
    key = SoftKey()
    add(sign_in(people.clerk), key)
    first = sign_in(people.clerk)
    answer = key.prove(options(first.get(VERIFY)))
    second = sign_in(people.clerk)
    second.get(VERIFY)
    assert "没有通过" in second.post(VERIFY, {"answer": answer}).content.decode(), "of another session"
    assert first.post(VERIFY, {"answer": answer}).status_code == 302
    assert "没有通过" in first.post(VERIFY, {"answer": answer}).content.decode(), "a second time"
    late = sign_in(people.clerk)
    answer = key.prove(options(late.get(VERIFY)))
    monkeypatch.setattr(passkeys, "ANSWER_TIMEOUT_SECONDS", -1)
    assert "没有通过" in late.post(VERIFY, {"answer": answer}).content.decode(), "too late"


def test_what_is_no_answer_is_refused(people) -> None:
    client = sign_in(people.clerk)
    add(client, SoftKey())
    other = sign_in(people.clerk)
    for answer in ("x", "{}", "[1]", '{"id": 1, "rawId": "A", "response": {}}', "9" * 30_000):
        client.get(ADD)
        assert client.post(ADD, {"name": "x", "answer": answer}).status_code == 200
        other.get(VERIFY)
        assert "没有通过" in other.post(VERIFY, {"answer": answer}).content.decode()


def test_a_copied_key_is_put_out_of_use(people) -> None:
    key, owner = SoftKey(), sign_in(people.signer)
    add(owner, key)
    thief = sign_in(people.signer)
    copy = SoftKey(private=key.private, count=9)
    assert prove(thief, copy).status_code == 302, "a copy that counted on is not told from the key"
    assert thief.get(HOME).status_code == 200
    honest = sign_in(people.signer)
    assert "可能被人复制，已停用" in prove(honest, key).content.decode()
    assert thief.get(HOME).headers["Location"].startswith("/admin/login/"), "and the copy's session ends"
    assert not passkeys.list_passkeys(people.signer.user)


def test_the_last_factor_of_a_signer_stays(people) -> None:
    client = sign_in(people.signer)
    first, second = SoftKey(number=b"first"), SoftKey(number=b"second")
    add(client, first)
    remove = f"/admin/signin/passkeys/{Passkey.objects.get().pk}/remove/"
    assert "请先设置验证器" in client.get(remove).content.decode()
    client.post(remove, {})
    assert Passkey.objects.count() == 1
    add(client, second, "备用")
    assert sign_in(people.clerk).get(remove).status_code == 404, "of somebody else"
    client.post(remove, {})
    assert [key.name for key in Passkey.objects.all()] == ["备用"]
    assert Operation.objects.filter(kind=OperationKind.FACTOR_REMOVED, person=people.signer).count() == 1
    clerk = sign_in(people.clerk)
    add(clerk, SoftKey(number=b"third"))
    clerk.post(f"/admin/signin/passkeys/{Passkey.objects.latest('pk').pk}/remove/", {})
    assert not StaticDevice.objects.filter(user=people.clerk.user).exists()
    assert sign_in(people.clerk).get(HOME).status_code == 200, "not asked any more"


def test_keys_are_their_owners_and_the_system_s(people) -> None:
    add(sign_in(people.signer), SoftKey())
    other, key = get_actor(people.clerk.user), Passkey.objects.get()
    assert own_actions.add_passkey.why_not(people.signer, by=other)
    assert own_actions.remove_passkey.why_not(key, by=other) == ["只能删除本人的通行密钥。"]
    assert own_actions.suspend_passkey.why_not(people.signer, by=other)
    assert not own_actions.suspend_passkey.why_not(people.signer, by=SYSTEM)


def test_a_password_handed_over_in_person_ends_the_keys(people) -> None:
    add(sign_in(people.signer), SoftKey())
    office = people.auditor.appointments.get().body
    administrator, security = actor(Role.ADMINISTRATOR, office), actor(Role.SECURITY, office)
    actions.reset_password(people.signer, by=administrator)
    actions.confirm_password(PasswordRequest.objects.get(), by=security)
    assert not Passkey.objects.exists()


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://gongkai.example", "https://[::1]"])
def test_where_browsers_make_none_it_is_said(address: str, people, settings) -> None:
    settings.BASE_URL = address
    page = sign_in(people.clerk).get(ADD).content.decode()
    assert "GONGKAI_BASE_URL" in page
    assert "data-options" not in page


@given(kept=st.integers(0, 2**32), said=st.integers(0, 2**32))
def test_a_counter_only_goes_on(kept: int, said: int) -> None:
    assert passkeys.shows_copied_key(kept, said) == (said < kept or (said == kept and said != 0))
