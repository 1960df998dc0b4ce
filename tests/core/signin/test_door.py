"""The sign-in log, slowing down of guesses, idle sessions, and password rules."""

import io
from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from core.signin.conftest import PASSWORD, sign_in
from factories.units import actor
from gongkai.core.signin.models import Operation, OperationKind, PastPassword, Session
from gongkai.core.signin.passwords import ObviousPasswordValidator
from gongkai.core.signin.queries import visible_to
from gongkai.core.units.models import Person, Role
from gongkai.core.widgets.responses import download_file_name

pytestmark = pytest.mark.django_db
HOME, LOGIN = "/admin/", "/admin/login/"


def list_kinds(**facts: object) -> list[str]:
    return list(Operation.objects.filter(**facts).order_by("pk").values_list("kind", flat=True))


def test_sign_in_failure_download_and_sign_out_are_logged(people) -> None:
    client = sign_in(people.auditor, REMOTE_ADDR="10.1.2.3", HTTP_USER_AGENT="Kylin")
    client.post(LOGIN, {"username": "nobody", "password": "x"})
    assert client.get("/admin/signin/log/?export=xlsx").status_code == 200
    client.post("/admin/logout/")
    assert list_kinds(person=people.auditor) == [OperationKind.SIGN_IN, OperationKind.TAKEN, OperationKind.SIGN_OUT]
    failed = Operation.objects.get(kind=OperationKind.FAILED)
    assert (failed.account[:8], failed.person) == ("（没有这个账号）", None)
    first = Operation.objects.get(kind=OperationKind.SIGN_IN)
    assert (first.address, first.agent) == ("10.1.2.3", "Kylin")
    assert PASSWORD not in str(list(Operation.objects.values()))


def test_unknown_account_takes_as_long_as_a_known_one(people, monkeypatch, settings) -> None:
    """Counts password hashes instead of time, since nearly all time is the hash."""
    waiting, gone = actor_user(people, "waiting"), actor_user(people, "gone")
    waiting.set_unusable_password()
    waiting.save()
    gone.is_active = False
    gone.save()
    counted: list[str] = []
    encode = MD5PasswordHasher.encode

    def count(self: MD5PasswordHasher, password: str, salt: str) -> str:
        counted.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    spent, answers = {}, set()
    for name in ("nobody", people.clerk.user.username, waiting.username, gone.username):
        counted.clear()
        page = Client().post(LOGIN, {"username": name, "password": "wrong-password"})
        spent[name] = len(counted)
        answers.add((page.status_code, "".join(page.content.decode().split(name)).count("密码")))
    assert set(spent.values()) == {1}, spent
    assert len(answers) == 1, "and the answer is the same"


def actor_user(people, name: str):
    user = get_user_model().objects.create_user(username=name, password=PASSWORD)
    Person.objects.create(name=name, user=user)
    return user


def test_log_rows_cannot_be_changed_or_removed(people) -> None:
    row = Operation.objects.create(kind=OperationKind.FAILED, account="x")
    for change in (lambda: Operation.objects.update(account="y"), row.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_users_read_own_rows_and_auditors_those_in_reach(people) -> None:
    sign_in(people.clerk)
    sign_in(people.signer)
    Operation.objects.create(kind=OperationKind.FAILED, account="nobody")
    seen = lambda person: visible_to(person.user).count()  # noqa: E731
    people.city.__class__.objects.create(name="云州省人民政府", kind="government")
    assert (seen(people.clerk), seen(people.signer), seen(people.auditor)) == (1, 1, 3), "nobody sits in the province"
    elsewhere = actor(Role.AUDITOR, people.city.__class__.objects.create(name="远山市人民政府", kind="government"))
    assert visible_to(elsewhere).count() == 0
    page = sign_in(people.auditor).get("/admin/signin/log/?q=nobody").content.decode()
    assert "nobody" in page
    assert sign_in(people.clerk).get("/admin/signin/log/").status_code == 404


def test_idle_session_ends(people, settings) -> None:
    settings.GONGKAI_IDLE_MINUTES = 30
    with time_machine.travel("2026-11-20 10:00+08:00", tick=False) as clock:
        client = sign_in(people.clerk)
        assert client.get(HOME).status_code == 200
        clock.shift(timedelta(minutes=29))
        assert client.get(HOME).status_code == 200
        clock.shift(timedelta(minutes=31))
        assert client.get(HOME).headers["Location"] == f"{LOGIN}?next=%2Fadmin%2F"
    assert list_kinds(person=people.clerk) == [OperationKind.SIGN_IN, OperationKind.TIMED_OUT]


@pytest.mark.parametrize("gone", ["idle", "signed out"])
def test_form_sent_after_session_end_is_reported_as_unsent(people, settings, gone: str) -> None:
    settings.GONGKAI_IDLE_MINUTES = 30
    form = "http://testserver/admin/ledger/?q=1"
    with time_machine.travel("2026-11-20 10:00+08:00", tick=False) as clock:
        client = Client(enforce_csrf_checks=True) if gone == "signed out" else sign_in(people.clerk)
        client.get(HOME)
        clock.shift(timedelta(minutes=31))
        answer = client.post("/admin/ledger/bulk/", {"words": "做完了"}, HTTP_REFERER=form)
        assert answer.headers["Location"] == f"{LOGIN}?next=%2Fadmin%2Fledger%2F%3Fq%3D1%23unsent"
        assert "您刚才填写的内容没有提交" in client.get(answer.headers["Location"]).content.decode()
        other = client.post("/admin/ledger/bulk/", HTTP_REFERER="http://elsewhere.example/admin/x/")
        assert other.headers["Location"] == f"{LOGIN}?next=%2Fadmin%2F%23unsent"


def test_user_ends_only_own_other_sessions(people) -> None:
    one, other, foreign = sign_in(people.clerk), sign_in(people.clerk), sign_in(people.signer)
    assert "结束其他登录" in one.get("/admin/signin/").content.decode()
    one.post("/admin/signin/end/")
    assert one.get(HOME).status_code == 200
    assert other.get(HOME).status_code == 302
    assert foreign.get(HOME).status_code == 200
    assert Session.objects.filter(user=people.clerk.user).count() == 1


def test_password_spraying_and_guessing_are_locked(people, settings, client) -> None:
    settings.AXES_ENABLED = True
    settings.GONGKAI_SPRAY_ACCOUNTS, settings.GONGKAI_SPRAY_FAILURES = 3, 6
    settings.GONGKAI_ACCOUNT_FAILURES = 4

    said = ""

    def guess(account: str, address: str, password: str = "wrong") -> int:
        nonlocal said
        answer = client.post(LOGIN, {"username": account, "password": password}, REMOTE_ADDR=address)
        said = answer.content.decode()
        return answer.status_code

    for number in range(6):
        guess(f"name{number % 3}", "10.0.0.1")
    assert guess(people.clerk.user.username, "10.0.0.1", PASSWORD) == 429
    assert "或者您所在的网络地址" in said, "this account was not tried before"
    assert guess(people.clerk.user.username, "10.0.0.2", PASSWORD) == 302, "elsewhere it goes on"
    client.post("/admin/logout/")
    for number in range(4):
        guess(people.signer.user.username, f"10.0.1.{number}")
    assert guess(people.signer.user.username, "10.0.2.1", PASSWORD) == 429


def test_password_typed_as_user_name_is_stored_nowhere(people, settings, client, caplog) -> None:
    """Log, log lines and failure counters have a digest, equal for equal names; known names stay."""
    settings.AXES_ENABLED = True
    caplog.set_level("INFO")
    typed = "MeinPasswort-2026!"
    for name in (typed, typed, "other", people.clerk.user.username):
        client.post(LOGIN, {"username": name, "password": "wrong"}, REMOTE_ADDR="10.0.0.9")
    kept = [row.account for row in Operation.objects.filter(kind=OperationKind.FAILED).order_by("pk")]
    assert kept[0] == kept[1] != kept[2]
    assert kept[0].startswith("（没有这个账号）")
    assert kept[3] == people.clerk.user.username
    tries = dict(AccessAttempt.objects.values_list("username", "failures_since_start"))
    assert tries == {kept[0]: 2, kept[2]: 1, kept[3]: 1}
    rows = [*Operation.objects.values(), *AccessAttempt.objects.values()]
    assert typed not in f"{rows} {caplog.text}"
    page = sign_in(people.auditor).get("/admin/signin/log/", {"q": typed}).content.decode()
    assert page.count(kept[0]) >= 2, "who knows the name finds it"


def test_truncated_export_says_so(people, monkeypatch: pytest.MonkeyPatch) -> None:
    client = sign_in(people.auditor)
    for name in ("a", "b", "c"):
        Operation.objects.create(kind=OperationKind.FAILED, account=name)
    monkeypatch.setattr("gongkai.core.signin.views.log.MAX_EXPORTED_OPERATIONS", 2)
    answer = client.get("/admin/signin/log/?export=xlsx")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert "没有导出完：共4条，这里只有最新的2条" in rows[1][5]
    assert [row[2] for row in rows[2:]] == ["c", "b"]
    assert "最新2条" in download_file_name(answer)
    assert (
        len(list(load_workbook(io.BytesIO(client.get("/admin/signin/log/?export=xlsx&q=a").content)).active.values))
        == 2
    )


def test_password_reuse_is_refused_and_old_passwords_expire(people, settings) -> None:
    user = people.clerk.user
    with pytest.raises(ValidationError, match="最近5次"):
        validate_password(PASSWORD, user)
    user.set_password("another-Password-9")
    user.save()
    with pytest.raises(ValidationError, match="最近5次"):
        validate_password(PASSWORD, user)
    user.set_password(PASSWORD)
    user.save()
    settings.GONGKAI_PASSWORD_DAYS = 90
    PastPassword.objects.filter(user=user).update(at=timezone.now() - timedelta(days=91))
    assert sign_in(people.clerk).get(HOME).headers["Location"] == "/admin/units/password/"
    assert Person.objects.get(pk=people.clerk.pk).must_change_password


@pytest.mark.parametrize("password", ["zwgk-admin-2026", "Gongkai12345678", "jiaoyu-jiaoyu"])
def test_obvious_password_is_refused(password: str) -> None:
    user = get_user_model()(username="jiaoyu")
    with pytest.raises(ValidationError, match="容易被猜到"):
        ObviousPasswordValidator().validate(password, user)
    ObviousPasswordValidator().validate("柳色新-渭城朝雨-7", user)


def test_sign_out_clears_browser_storage(people) -> None:
    assert not Client().get(LOGIN).cookies.keys() & {"sessionid"}, "to look at the form begins no session"
    client = sign_in(people.clerk)
    assert '"name": "logout"' in client.get(HOME).content.decode(), "the menu of the office leads out"
    answer = client.post("/admin/logout/")
    assert answer.headers["Clear-Site-Data"] == '"storage"'
