"""Signing in by OpenID Connect: whoever is registered comes in with the own posts, everything that does not hold is one line and a row of the log."""

import html
import time
from typing import Any

import pytest
import requests
from django.test import Client

from core.signin.conftest import sign_in
from core.signin.shared import HOME, LOGIN, configure, configured, last, register, said
from factories.oidc import FOREIGN, ISSUER, OpenIDProvider
from factories.units import actor
from gongkai.core.acts.models import Movement
from gongkai.core.signin.identity import actions, oidc
from gongkai.core.signin.models import Identity, Operation, OperationKind, Session
from gongkai.core.units.access import sync_access
from gongkai.core.units.actions import deactivate
from gongkai.core.units.models import Person, Role

pytestmark = pytest.mark.django_db
START, CALLBACK, ENDED = (f"/admin/identity/city/{end}" for end in ("", "callback/", "ended/"))


def city(**given: str) -> dict[str, str]:
    base = {"kind": "oidc", "issuer": ISSUER, "client": "gongkai", "secret": "s1"}
    return configured("city", **{**base, **given})


@pytest.fixture
def sso(settings, monkeypatch: pytest.MonkeyPatch) -> OpenIDProvider:
    configure(settings, city())
    provider = OpenIDProvider()
    monkeypatch.setattr(requests.Session, "request", lambda *asked, **more: provider.answer(*asked, **more))  # noqa: PLW0108 - not bound
    oidc._CLIENT_CACHE.clear()
    return provider


def come(sso: OpenIDProvider, client: Client | None = None, after: str = "") -> tuple[Client, Any]:
    """Go to the provider and come back."""
    client = client or Client()
    there = client.get(START, {"next": after} if after else {})
    return client, client.get(CALLBACK + sso.visit(there.headers["Location"]))


def test_who_is_registered_comes_in_and_no_password_of_ours_matters(people, sso, settings) -> None:
    person = people.clerk
    register(person, "city")
    Person.objects.filter(pk=person.pk).update(must_change_password=True)
    assert "用云岭统一身份登录" in Client().get(LOGIN).content.decode()
    client, answer = come(sso, after="/admin/signin/")
    assert answer.headers["Location"] == "/admin/signin/"
    page = client.get("/admin/signin/")
    assert page.status_code == 200
    assert "eyJ" not in f"{client.cookies}{page.content.decode()}", "no token reaches the browser"
    row = Operation.objects.get(kind=OperationKind.SIGN_IN)
    assert (row.person_id, row.words) == (person.pk, "云岭统一身份标识“yl-0001”")
    session = Session.objects.get(user=person.user)
    assert (session.provider, session.subject) == ("city", "yl-0001")


def led(page: Any) -> str:
    """Return where a page behind a form leads by itself: a redirect would be held to `form-action`."""
    return html.unescape(page.content.decode().split("url=", 1)[1].split('"', 1)[0])


def broken(name: str, sso: OpenIDProvider) -> None:
    """Break what the provider says."""
    now = int(time.time())
    changes: dict[str, dict[str, Any]] = {
        "nonce": {"nonce": "another"},
        "aud": {"aud": "another"},
        "azp": {"aud": ["gongkai", "another"], "azp": "another"},
        "iss": {"iss": "https://elsewhere.example"},
        "exp": {"exp": now - 200, "iat": now - 600},
        "iat": {"iat": now + 600, "exp": now + 900},
        "none": {},
    }
    if name in {"foreign key"}:
        sso.key = FOREIGN
    elif name == "shared secret":
        from joserfc.jwk import OctKey

        sso.key, sso.header = OctKey.import_key("s1" * 20), {"alg": "HS256", "kid": "1"}
    elif name == "userinfo":
        sso.claims, sso.userinfo = {"sub": "yl-0001"}, {"sub": "somebody-else"}
    elif name == "identifier":
        sso.claims["staff"] = ["a", "b"]
    else:
        sso.token = changes[name]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nonce", "不是为这次登录签发的（nonce）"),
        ("aud", "不是签发给本系统的（aud）"),
        ("azp", "不是签发给本系统的（azp）"),
        ("iss", "签发者不符（iss）"),
        ("exp", "已经过期，或者两边的时钟不一致"),
        ("iat", "签发时间在将来，两边的时钟不一致"),
        ("foreign key", "签名不对"),
        ("shared secret", "不能核验"),
        ("userinfo", "不能识别"),
        ("identifier", "没有给出您的人员标识（staff）"),
    ],
)
def test_what_does_not_hold_is_one_line_and_a_row(people, sso, settings, name: str, words: str) -> None:
    register(people.clerk, "city")
    settings.GONGKAI_IDENTITIES = [city(identifier="staff" if name == "identifier" else "")]
    broken(name, sso)
    client, answer = come(sso)
    line = said(client, answer)
    assert words in line
    assert line.count("。") <= 2
    row = last()
    assert (row.kind, row.person_id) == (OperationKind.FAILED, None)
    assert words.split("（")[0][:6] in row.words or "没有唯一的标识" in row.words
    assert "_auth_user_id" not in client.session


def test_answers_that_this_browser_did_not_ask_for_are_refused(people, sso) -> None:
    register(people.clerk, "city")
    client, mine = Client(), Client()
    back = sso.visit(client.get(START).headers["Location"])
    for query in (back, "", "?code=c1&state=x"):
        assert "不是从本浏览器发起的，或者已经用过（state）" in said(mine, mine.get(CALLBACK + query))
    assert client.get(CALLBACK + back).headers["Location"] == HOME
    client.get(CALLBACK + back)
    assert "已经用过（state）" in last().words
    refused = client.get(f"{CALLBACK}?error=access_denied&state=x")
    assert refused.headers["Location"] == LOGIN
    assert "没有同意这次登录" in last().words
    mixed = mine.get(f"{CALLBACK}{back}&iss=https://elsewhere.example")
    assert "签发者不符" in said(mine, mixed)


def test_where_the_provider_is_away_the_local_way_in_stays(people, sso) -> None:
    sso.away = True
    client = Client()
    answer = client.get(START)
    assert "服务现在不能访问" in said(client, answer)
    assert sign_in(people.clerk).get(HOME).status_code == 200


@pytest.mark.parametrize("who", ["nobody", "left", "unconfirmed"])
def test_who_is_not_known_or_has_left_or_waits_is_told_so(people, sso, who: str) -> None:
    words = {"nobody": "没有登记标识“yl-0001”", "left": "已经离岗", "unconfirmed": "须先由安全保密管理员确认"}
    if who == "left":
        register(people.clerk, "city")
        administrator = actor(Role.ADMINISTRATOR, people.auditor.appointments.get().body)
        deactivate(people.clerk, by=administrator)
    elif who == "unconfirmed":
        register(people.signer, "city", vouched=False)
    client, answer = come(sso)
    assert words[who] in said(client, answer)
    assert last().kind == OperationKind.FAILED
    assert "yl-0001" in last().words
    assert Person.objects.filter(name="周敏").count() == 0, "nobody is made"


def test_nobody_is_matched_by_a_name(people, sso) -> None:
    sso.claims["name"] = people.clerk.name
    client, answer = come(sso)
    assert "没有登记标识" in said(client, answer)


def test_at_the_first_sign_in_an_equal_account_is_matched_and_whoever_is_new_waits_for_a_post(
    people, sso, settings
) -> None:
    settings.GONGKAI_IDENTITIES = [city(first_sign_in="register")]
    client, answer = come(sso)
    assert answer.headers["Location"] == HOME
    page = client.get(HOME)
    assert page.status_code == 403
    assert "还没有登记任职" in page.content.decode()
    candidate = Person.objects.get(name="周敏")
    assert not candidate.user.has_usable_password()
    assert candidate.user.username == "yl-0001"
    assert not candidate.appointments.exists()
    sso.claims = {"sub": people.clerk.user.username, "name": "另一名字"}
    assert come(sso)[1].headers["Location"] == HOME
    assert Identity.objects.get(person=people.clerk).vouched is False
    done = list(Movement.objects.filter(action__startswith="signin.").values_list("action", flat=True))
    assert done == ["signin.register_candidate", "signin.open_login", "signin.match_identity"]
    sso.claims = {"sub": people.signer.user.username, "name": people.signer.name}
    client, answer = come(sso)
    assert "须先由安全保密管理员确认" in said(client, answer), "a guarded post is matched by no machine alone"


def test_a_guarded_post_is_confirmed_by_a_second_person(people, sso) -> None:
    office = people.auditor.appointments.get().body
    administrator, security = actor(Role.ADMINISTRATOR, office), actor(Role.SECURITY, office)
    identity = actions.add_identity(people.signer, by=administrator, provider="city", identifier=" yl-0001 ")
    assert actions.confirm_identity.why_not(identity, by=administrator)
    assert actions.remove_identity.why_not(identity, by=actor(Role.CLERK, office))
    client, answer = come(sso)
    assert "须先由安全保密管理员确认" in said(client, answer)
    actions.confirm_identity(identity, by=security)
    client, answer = come(sso)
    assert answer.headers["Location"] == HOME
    actions.remove_identity(Identity.objects.get(), by=administrator)
    assert client.get(HOME).status_code == 302, "what began with it ends"


def test_one_binds_the_own_identity_and_nobody_elses(people, sso) -> None:
    client = sign_in(people.signer)
    page = client.get("/admin/signin/").content.decode()
    assert "绑定云岭统一身份" in page
    answer = client.get(CALLBACK + sso.visit(led(client.post("/admin/identity/city/bind/"))))
    assert answer.headers["Location"] == "/admin/signin/"
    assert Identity.objects.get().person == people.signer
    assert Movement.objects.latest("pk").action == "signin.bind_identity"
    assert come(sso)[1].headers["Location"] == HOME
    other = sign_in(people.clerk)
    other.get(CALLBACK + sso.visit(led(other.post("/admin/identity/city/bind/"))))
    assert "已经登记给别人" in other.get("/admin/signin/").content.decode()
    assert Client().post("/admin/identity/city/bind/").status_code == 404


@pytest.mark.parametrize(("amr", "passed"), [(["pwd", "otp"], True), (["pwd"], False), (None, False)])
def test_the_providers_own_second_factor_counts_where_it_says_so(
    people, sso, settings, amr: object, passed: bool
) -> None:
    settings.GONGKAI_SECOND_FACTOR = True
    settings.GONGKAI_IDENTITIES = [city(factor="amr=otp, acr=urn:yl:high")]
    register(people.signer, "city")
    sso.claims["amr"] = amr
    client, _ = come(sso)
    answer = client.get(HOME)
    assert answer.status_code == (200 if passed else 302)
    if passed:
        assert "已由其第二重验证" in Operation.objects.get(kind=OperationKind.SIGN_IN).words


def test_signing_out_leads_to_the_provider_and_its_message_ends_the_session(people, sso) -> None:
    register(people.clerk, "city")
    sso.claims["sid"] = "there-1"
    client, _ = come(sso)
    page = client.post("/admin/logout/")
    assert f"{ISSUER}/session/end?" in page.content.decode()
    assert page.headers["Clear-Site-Data"] == '"storage"'
    assert client.get(HOME).status_code == 302
    client, _ = come(sso)
    assert Session.objects.get(user=people.clerk.user).sid == "there-1"
    for wrong in (
        {"aud": "another"},
        {"nonce": "n"},
        {"events": {}},
        {"iat": int(time.time()) - 999},
        {"sid": None, "sub": None},
    ):
        token = sso.logout_token(**{"sid": "there-1", **wrong})
        assert client.post(ENDED, {"logout_token": token}).status_code == 400
        assert last().kind == OperationKind.REFUSED
    assert client.get(HOME).status_code == 200
    done = Client().post(ENDED, {"logout_token": sso.logout_token(sid="there-1")})
    assert done.status_code == 200
    assert client.get(HOME).status_code == 302
    row = Operation.objects.get(kind=OperationKind.ENDED_THERE)
    assert row.person_id == people.clerk.pk


def test_who_is_locked_out_comes_in_by_no_identity_either(people, sso, settings) -> None:
    settings.AXES_ENABLED = True
    settings.GONGKAI_ACCOUNT_FAILURES = 2
    register(people.clerk, "city")
    for _ in range(2):
        Client().post(LOGIN, {"username": people.clerk.user.username, "password": "wrong"})
    client, answer = come(sso)
    assert answer.status_code == 429
    assert "_auth_user_id" not in client.session


def test_passwords_may_be_left_to_the_three_officers(people, sso, settings) -> None:
    configure(settings, city(), local="officers")
    assert sign_in(people.clerk).get(HOME).status_code == 302
    assert sign_in(people.auditor).get(HOME).status_code == 200
    assert "只供系统管理员" in Client().get(LOGIN).content.decode()


def test_the_check_says_what_is_wrong_and_who_does_not_answer(people, sso, settings) -> None:
    from gongkai.ops.upkeep.all_findings import collect_findings

    def words(name: str, *, ask: bool = False) -> list[str]:
        return [finding.words for finding in collect_findings([], ask=ask) if finding.name == name]

    assert words("identity_settings") == []
    assert words("identity_answer", ask=True) == []
    sso.metadata = {"issuer": "https://elsewhere.example"}
    assert "签发者是 https://elsewhere.example" in words("identity_answer", ask=True)[0]
    sso.away = True
    assert "不能访问" in words("identity_answer", ask=True)[0]
    settings.GONGKAI_IDENTITIES = [city(client="", issuer="sso", first_sign_in="always", factor="otp")]
    assert len(words("identity_settings")) == 4
    settings.GONGKAI_IDENTITIES = []
    settings.GONGKAI_LOCAL_SIGN_IN = "officers"
    assert "其他人登录不了" in words("local_sign_in")[0]


def test_the_page_of_identities_is_for_who_keeps_them(people, sso, settings) -> None:
    office = people.auditor.appointments.get().body
    administrator = actor(Role.ADMINISTRATOR, office)
    register(people.signer, "city", vouched=False)
    keeper = Person.objects.get(pk=administrator.person_id)
    sync_access(keeper)
    client = Client()
    client.force_login(keeper.user, "django.contrib.auth.backends.ModelBackend")
    page = client.get("/admin/signin/identities/").content.decode()
    assert "yl-0001" in page
    assert "待确认" in page
    form = f"/admin/signin/identities/person/{people.clerk.pk}/"
    assert client.post(form, {"provider": "city", "identifier": "yl-0002"}).status_code == 302
    assert Identity.objects.get(person=people.clerk).asked_by_id == administrator.person_id
    for state in ("waiting", "candidates", "without"):
        assert client.get(f"/admin/signin/identities/?state={state}&q=x").status_code == 200
    assert sign_in(people.clerk).get("/admin/signin/identities/").status_code in {302, 403}
