"""OpenID Connect: registered people sign in with their posts; invalid answers get one line and a log row."""

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
def oidc_provider(settings, monkeypatch: pytest.MonkeyPatch) -> OpenIDProvider:
    configure(settings, city())
    provider = OpenIDProvider()
    monkeypatch.setattr(requests.Session, "request", lambda *asked, **more: provider.answer(*asked, **more))  # noqa: PLW0108 - not bound
    oidc._CLIENT_CACHE.clear()
    return provider


def sign_in_by_provider(
    oidc_provider: OpenIDProvider, client: Client | None = None, after: str = ""
) -> tuple[Client, Any]:
    """Go to the provider and return with its answer."""
    client = client or Client()
    there = client.get(START, {"next": after} if after else {})
    return client, client.get(CALLBACK + oidc_provider.visit(there.headers["Location"]))


def test_registered_person_signs_in_without_local_password(people, oidc_provider, settings) -> None:
    person = people.clerk
    register(person, "city")
    Person.objects.filter(pk=person.pk).update(must_change_password=True)
    assert "用云岭统一身份登录" in Client().get(LOGIN).content.decode()
    client, answer = sign_in_by_provider(oidc_provider, after="/admin/signin/")
    assert answer.headers["Location"] == "/admin/signin/"
    page = client.get("/admin/signin/")
    assert page.status_code == 200
    assert "eyJ" not in f"{client.cookies}{page.content.decode()}", "no token reaches the browser"
    row = Operation.objects.get(kind=OperationKind.SIGN_IN)
    assert (row.person_id, row.words) == (person.pk, "云岭统一身份标识“yl-0001”")
    session = Session.objects.get(user=person.user)
    assert (session.provider, session.subject) == ("city", "yl-0001")


def forwarding_url(page: Any) -> str:
    """Return the URL a page forwards to. A redirect would be subject to the CSP `form-action`."""
    return html.unescape(page.content.decode().split("url=", 1)[1].split('"', 1)[0])


def break_answer(name: str, oidc_provider: OpenIDProvider) -> None:
    """Break the provider's answer."""
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
        oidc_provider.key = FOREIGN
    elif name == "shared secret":
        from joserfc.jwk import OctKey

        oidc_provider.key, oidc_provider.header = OctKey.import_key("s1" * 20), {"alg": "HS256", "kid": "1"}
    elif name == "userinfo":
        oidc_provider.claims, oidc_provider.userinfo = {"sub": "yl-0001"}, {"sub": "somebody-else"}
    elif name == "identifier":
        oidc_provider.claims["staff"] = ["a", "b"]
    else:
        oidc_provider.token = changes[name]


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
def test_invalid_token_is_refused_and_logged(people, oidc_provider, settings, name: str, words: str) -> None:
    register(people.clerk, "city")
    settings.GONGKAI_IDENTITIES = [city(identifier="staff" if name == "identifier" else "")]
    break_answer(name, oidc_provider)
    client, answer = sign_in_by_provider(oidc_provider)
    line = said(client, answer)
    assert words in line
    assert line.count("。") <= 2
    row = last()
    assert (row.kind, row.person_id) == (OperationKind.FAILED, None)
    assert words.split("（")[0][:6] in row.words or "没有唯一的标识" in row.words
    assert "_auth_user_id" not in client.session


def test_unsolicited_answer_is_refused(people, oidc_provider) -> None:
    register(people.clerk, "city")
    client, mine = Client(), Client()
    back = oidc_provider.visit(client.get(START).headers["Location"])
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


def test_local_sign_in_works_while_the_provider_is_unreachable(people, oidc_provider) -> None:
    oidc_provider.away = True
    client = Client()
    answer = client.get(START)
    assert "服务现在不能访问" in said(client, answer)
    assert sign_in(people.clerk).get(HOME).status_code == 200


@pytest.mark.parametrize("who", ["nobody", "left", "unconfirmed"])
def test_unknown_left_or_unconfirmed_person_gets_an_explanation(people, oidc_provider, who: str) -> None:
    words = {"nobody": "没有登记标识“yl-0001”", "left": "已经离岗", "unconfirmed": "须先由安全保密管理员确认"}
    if who == "left":
        register(people.clerk, "city")
        administrator = actor(Role.ADMINISTRATOR, people.auditor.appointments.get().body)
        deactivate(people.clerk, by=administrator)
    elif who == "unconfirmed":
        register(people.signer, "city", vouched=False)
    client, answer = sign_in_by_provider(oidc_provider)
    assert words[who] in said(client, answer)
    assert last().kind == OperationKind.FAILED
    assert "yl-0001" in last().words
    assert Person.objects.filter(name="周敏").count() == 0, "nobody is made"


def test_person_is_not_matched_by_name(people, oidc_provider) -> None:
    oidc_provider.claims["name"] = people.clerk.name
    client, answer = sign_in_by_provider(oidc_provider)
    assert "没有登记标识" in said(client, answer)


def test_first_sign_in_matches_account_or_registers_person(people, oidc_provider, settings) -> None:
    settings.GONGKAI_IDENTITIES = [city(first_sign_in="register")]
    client, answer = sign_in_by_provider(oidc_provider)
    assert answer.headers["Location"] == HOME
    page = client.get(HOME)
    assert page.status_code == 403
    assert "还没有登记任职" in page.content.decode()
    candidate = Person.objects.get(name="周敏")
    assert not candidate.user.has_usable_password()
    assert candidate.user.username == "yl-0001"
    assert not candidate.appointments.exists()
    oidc_provider.claims = {"sub": people.clerk.user.username, "name": "另一名字"}
    assert sign_in_by_provider(oidc_provider)[1].headers["Location"] == HOME
    assert Identity.objects.get(person=people.clerk).vouched is False
    done = list(Movement.objects.filter(action__startswith="signin.").values_list("action", flat=True))
    assert done == ["signin.register_candidate", "signin.open_login", "signin.match_identity"]
    oidc_provider.claims = {"sub": people.signer.user.username, "name": people.signer.name}
    client, answer = sign_in_by_provider(oidc_provider)
    assert "须先由安全保密管理员确认" in said(client, answer), "a guarded post is matched by no machine alone"


def test_identity_with_a_guarded_post_needs_confirmation(people, oidc_provider) -> None:
    office = people.auditor.appointments.get().body
    administrator, security = actor(Role.ADMINISTRATOR, office), actor(Role.SECURITY, office)
    identity = actions.add_identity(people.signer, by=administrator, provider="city", identifier=" yl-0001 ")
    assert actions.confirm_identity.why_not(identity, by=administrator)
    assert actions.remove_identity.why_not(identity, by=actor(Role.CLERK, office))
    client, answer = sign_in_by_provider(oidc_provider)
    assert "须先由安全保密管理员确认" in said(client, answer)
    actions.confirm_identity(identity, by=security)
    client, answer = sign_in_by_provider(oidc_provider)
    assert answer.headers["Location"] == HOME
    actions.remove_identity(Identity.objects.get(), by=administrator)
    assert client.get(HOME).status_code == 302, "what began with it ends"


def test_user_binds_only_the_own_identity(people, oidc_provider) -> None:
    client = sign_in(people.signer)
    page = client.get("/admin/signin/").content.decode()
    assert "绑定云岭统一身份" in page
    answer = client.get(CALLBACK + oidc_provider.visit(forwarding_url(client.post("/admin/identity/city/bind/"))))
    assert answer.headers["Location"] == "/admin/signin/"
    assert Identity.objects.get().person == people.signer
    assert Movement.objects.latest("pk").action == "signin.bind_identity"
    assert sign_in_by_provider(oidc_provider)[1].headers["Location"] == HOME
    other = sign_in(people.clerk)
    answer = other.get(CALLBACK + oidc_provider.visit(forwarding_url(other.post("/admin/identity/city/bind/"))))
    assert answer.headers["Location"] == "/admin/signin/"
    assert "已经登记给别人" in other.get("/admin/signin/").content.decode()
    assert Client().post("/admin/identity/city/bind/").status_code == 404


@pytest.mark.parametrize(("amr", "passed"), [(["pwd", "otp"], True), (["pwd"], False), (None, False)])
def test_second_factor_of_the_provider_counts_if_asserted(
    people, oidc_provider, settings, amr: object, passed: bool
) -> None:
    settings.GONGKAI_SECOND_FACTOR = True
    settings.GONGKAI_IDENTITIES = [city(factor="amr=otp, acr=urn:yl:high")]
    register(people.signer, "city")
    oidc_provider.claims["amr"] = amr
    client, _ = sign_in_by_provider(oidc_provider)
    answer = client.get(HOME)
    assert answer.status_code == (200 if passed else 302)
    if passed:
        assert "已由其第二重验证" in Operation.objects.get(kind=OperationKind.SIGN_IN).words


def test_sign_out_leads_to_provider_and_backchannel_ends_session(people, oidc_provider) -> None:
    register(people.clerk, "city")
    oidc_provider.claims["sid"] = "there-1"
    client, _ = sign_in_by_provider(oidc_provider)
    page = client.post("/admin/logout/")
    assert f"{ISSUER}/session/end?" in page.content.decode()
    assert page.headers["Clear-Site-Data"] == '"storage"'
    assert client.get(HOME).status_code == 302
    client, _ = sign_in_by_provider(oidc_provider)
    assert Session.objects.get(user=people.clerk.user).sid == "there-1"
    for wrong in (
        {"aud": "another"},
        {"nonce": "n"},
        {"events": {}},
        {"iat": int(time.time()) - 999},
        {"sid": None, "sub": None},
    ):
        token = oidc_provider.logout_token(**{"sid": "there-1", **wrong})
        assert client.post(ENDED, {"logout_token": token}).status_code == 400
        assert last().kind == OperationKind.REFUSED
    assert client.get(HOME).status_code == 200
    done = Client().post(ENDED, {"logout_token": oidc_provider.logout_token(sid="there-1")})
    assert done.status_code == 200
    assert client.get(HOME).status_code == 302
    row = Operation.objects.get(kind=OperationKind.ENDED_THERE)
    assert row.person_id == people.clerk.pk


def test_locked_account_cannot_sign_in_by_provider(people, oidc_provider, settings) -> None:
    settings.AXES_ENABLED = True
    settings.GONGKAI_ACCOUNT_FAILURES = 2
    register(people.clerk, "city")
    for _ in range(2):
        Client().post(LOGIN, {"username": people.clerk.user.username, "password": "wrong"})
    client, answer = sign_in_by_provider(oidc_provider)
    assert answer.status_code == 429
    assert "_auth_user_id" not in client.session


def test_local_passwords_can_be_limited_to_the_three_officers(people, oidc_provider, settings) -> None:
    configure(settings, city(), local="officers")
    assert sign_in(people.clerk).get(HOME).status_code == 302
    assert sign_in(people.auditor).get(HOME).status_code == 200
    assert "只供系统管理员" in Client().get(LOGIN).content.decode()


def test_check_reports_wrong_settings_and_unreachable_provider(people, oidc_provider, settings) -> None:
    from gongkai.ops.upkeep.all_findings import collect_findings

    def words(name: str, *, ask: bool = False) -> list[str]:
        return [finding.words for finding in collect_findings([], ask=ask) if finding.name == name]

    assert words("identity_settings") == []
    assert words("identity_answer", ask=True) == []
    oidc_provider.metadata = {"issuer": "https://elsewhere.example"}
    assert "签发者是 https://elsewhere.example" in words("identity_answer", ask=True)[0]
    oidc_provider.away = True
    assert "不能访问" in words("identity_answer", ask=True)[0]
    settings.GONGKAI_IDENTITIES = [city(client="", issuer="sso", first_sign_in="always", factor="otp")]
    assert len(words("identity_settings")) == 4
    settings.GONGKAI_IDENTITIES = []
    settings.GONGKAI_LOCAL_SIGN_IN = "officers"
    assert "其他人登录不了" in words("local_sign_in")[0]


def test_identities_page_is_for_administrators(people, oidc_provider, settings) -> None:
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
