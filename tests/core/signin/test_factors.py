"""Second factor: required for signers, heads and administrators."""

import re
import time

import pytest
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from core.signin.conftest import sign_in
from factories.units import actor
from gongkai.core.signin.factors import use_code
from gongkai.core.signin.models import Operation, OperationKind
from gongkai.core.units import actions
from gongkai.core.units.models import PasswordRequest, Person, Role

pytestmark = pytest.mark.django_db
HOME, SET_UP, VERIFY = "/admin/", "/admin/signin/set-up/", "/admin/signin/verify/"


@pytest.fixture(autouse=True)
def _require_second_factor(settings):
    settings.GONGKAI_SECOND_FACTOR = True


def compute_code(device: TOTPDevice, ahead: int = 0) -> str:
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time() + ahead * device.step
    return f"{totp.token():06d}"


def set_up(client: Client, person: Person) -> list[str]:
    """Set up an authenticator; return the recovery codes."""
    assert client.get(SET_UP).status_code == 200
    device = TOTPDevice.objects.get(user=person.user)
    page = client.post(SET_UP, {"code": compute_code(device)})
    assert ("恢复码已保存，修改密码" in page.content.decode()) is person.must_change_password
    return re.findall(r"<code>([a-z0-9]{10})</code>", page.content.decode())


def test_signer_must_set_up_an_authenticator_first(people) -> None:
    client = sign_in(people.signer)
    assert client.get(HOME).headers["Location"].startswith(SET_UP)
    assert client.post("/admin/units/password/", {}).headers["Location"].startswith(SET_UP)
    client.get(SET_UP)
    assert "验证码不对" in client.post(SET_UP, {"code": "000000"}).content.decode()
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert len(set_up(client, people.signer)) == 10
    assert client.get(HOME).status_code == 200


def test_recovery_codes_are_shown_before_the_password_change(people) -> None:
    Person.objects.filter(pk=people.signer.pk).update(must_change_password=True)
    people.signer.refresh_from_db()
    assert len(set_up(sign_in(people.signer), people.signer)) == 10


def test_later_sessions_need_a_code_that_is_valid_once(people) -> None:
    codes = set_up(sign_in(people.signer), people.signer)
    client, device = sign_in(people.signer), TOTPDevice.objects.get()
    assert client.get(HOME).headers["Location"] == f"{VERIFY}?next=%2Fadmin%2F"
    assert client.get(SET_UP).headers["Location"] == VERIFY, "who has only the password replaces nothing"
    used = client.post(VERIFY, {"code": compute_code(device)})
    assert used.status_code == 200, "this code was used to set it up"
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    done = client.post(f"{VERIFY}?next=https://elsewhere.example/", {"code": compute_code(device, ahead=1)})
    assert done.headers["Location"] == HOME
    assert client.get(HOME).status_code == 200
    kept = StaticToken.objects.values_list("token", flat=True)
    assert not set(kept) & set(codes), "a copy of the database opens no login"
    spoilt = [one for one in kept[:2] if use_code(people.signer.user, one)]
    assert not spoilt
    StaticDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    other = sign_in(people.signer)
    assert other.post(VERIFY, {"code": codes[0]}).status_code == 302
    third = sign_in(people.signer)
    assert third.post(VERIFY, {"code": codes[0]}).status_code == 200
    assert Operation.objects.filter(kind=OperationKind.FACTOR_FAILED, person=people.signer).count() == 2


def test_clerk_needs_a_code_only_after_setting_it_up(people) -> None:
    client = sign_in(people.clerk)
    assert client.get(HOME).status_code == 200
    older = sign_in(people.clerk)
    set_up(client, people.clerk)
    assert older.get(HOME).headers["Location"].startswith("/admin/login/"), "other sessions end"
    assert sign_in(people.clerk).get(HOME).headers["Location"].startswith(VERIFY)


def test_page_says_if_the_second_factor_is_off(people, settings) -> None:
    settings.GONGKAI_SECOND_FACTOR = False
    client = sign_in(people.signer)
    assert client.get(HOME).status_code == 200
    assert "不要求第二重验证" in client.get("/admin/signin/").content.decode()


def test_confirmed_password_reset_removes_the_authenticator(people) -> None:
    set_up(sign_in(people.signer), people.signer)
    office = people.auditor.appointments.get().body
    administrator, security = actor(Role.ADMINISTRATOR, office), actor(Role.SECURITY, office)
    actions.reset_password(people.signer, by=administrator)
    assert TOTPDevice.objects.exists()
    actions.confirm_password(PasswordRequest.objects.get(), by=security)
    assert not TOTPDevice.objects.exists()


def test_site_treats_user_as_public_until_second_factor(people) -> None:
    """The site also has limited items; a password alone shows none."""
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    from gongkai.ui.portal.caching import get_reader

    client = sign_in(people.signer)
    request = RequestFactory().get("/", HTTP_COOKIE=f"sessionid={client.session.session_key}")
    request.session = client.session
    request.user = client.get("/admin/signin/set-up/").wsgi_request.user
    assert get_reader(request) != request.user
    set_up(client, people.signer)
    passed = client.get(HOME).wsgi_request
    assert get_reader(passed) == passed.user
    assert not isinstance(passed.user, AnonymousUser)


def test_authenticator_secret_of_another_session_is_not_accepted(people) -> None:
    first, second = sign_in(people.clerk), sign_in(people.clerk)
    first.get(SET_UP)
    seen = TOTPDevice.objects.get()
    second.get(SET_UP)
    assert not TOTPDevice.objects.filter(pk=seen.pk).exists()
    assert "验证码不对" in first.post(SET_UP, {"code": compute_code(seen)}).content.decode()
