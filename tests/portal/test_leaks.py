"""No channel gives away what is hidden: a visitor fetches every address of the portal, the mails and the packages, and reads every word.

One city holds a document in each hidden state beside public ones; whoever adds an address to the portal must say in `factories.visitor` what a
visitor asks there, or the first test fails.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from factories import policies
from factories.checks import ID_NUMBER, docx_with, pdf_with
from factories.interpretation import interpretation
from factories.publishing import column, item, public, reviewed, signed, submitted
from factories.units import BodyFactory, actor
from factories.visitor import CHANNELS, PARAMETERS, everything, fetch, package_words, patterns
from gongkai.moving.packages import exporting
from gongkai.policies.validity import remind
from gongkai.portal import tree
from gongkai.portal.models import Purge, Subscriber, Subscription
from gongkai.portal.subscribing.digests import send_digests
from gongkai.publishing import actions
from gongkai.publishing.checks.report import report_of
from gongkai.publishing.documents import document_of, item_of
from gongkai.publishing.files import store
from gongkai.publishing.freezing import freeze
from gongkai.publishing.models import Address, Column, Document, ItemPage, StoredFile, Website
from gongkai.publishing.parts import PARTS
from gongkai.publishing.related import RELATIONS, Relating
from gongkai.publishing.search import spelling
from gongkai.units.actors import SYSTEM
from gongkai.units.models import Body, Role

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2] / "src" / "gongkai"
#: What a visitor asks for, and what no answer may then say; each hidden document has a word of its own.
ASKED = "星鸢渡槽"
SAID = {
    "draft": "苇汀迁改一",
    "submitted": "苇汀迁改二",
    "scheduled": "苇汀迁改三",
    "limited": "苇汀迁改四",
    "limited_after_open": "苇汀迁改五",
    "withdrawn": "苇汀迁改六",
    "erased": "苇汀迁改七",
    "draft_of_a_public_one": "苇汀迁改八",
    "withdrawn_policy": "苇汀迁改九",
    "policy_draft": "苇汀迁改十",
    "interpretation_draft": "苇汀释义甲",
    "reason": "苇汀理由乙",
    "unopened_column": "苇汀栏目丙",
    "masked_name": "欧阳若涵",
    "masked_number": ID_NUMBER,
}
OPEN = "芦湾复建"


def fields(word: str) -> dict[str, Any]:
    """A document that says its word wherever a document says anything."""
    stored = store(f"{ASKED}{word}附件内容".encode(), "名单.txt", SYSTEM)
    return {
        "title": f"{ASKED}{word}方案",
        "body": f"<p>{ASKED}{word}的正文。</p>",
        "summary": f"{ASKED}{word}摘要",
        "keywords": f"{ASKED} {word}",
        "attachments": [(f"{ASKED}{word}名单.txt", stored)],
    }


class City:
    """Documents in every state; `hidden` are those that a visitor may know nothing of."""

    def __init__(self, site: Website, plans: Column, housing: Body) -> None:
        self.site, self.plans, self.housing = site, plans, housing
        self.water = BodyFactory(name="云岭市水务局", parent=site.body)
        self.signer, self.chief = actor(Role.SIGNER, housing), actor(Role.CHIEF, site.body)
        self.hidden: dict[str, Document] = {}
        self.open = public(housing, [plans], **fields(OPEN), attribute_reason=SAID["reason"])
        for name in (
            "draft",
            "submitted",
            "scheduled",
            "limited",
            "limited_after_open",
            "withdrawn",
            "erased",
        ):
            self.hidden[name] = getattr(self, name)(fields(SAID[name]))
        self._rewritten()
        self._masked()
        self._policies()
        column(site, SAID["unopened_column"], opened=False)
        tree.forget()
        spelling.forget()

    def draft(self, given: dict[str, Any]) -> Document:
        return document_of(item(self.housing, [self.plans], **given))

    def submitted(self, given: dict[str, Any]) -> Document:
        page = item(self.housing, [self.plans], **given)
        submitted(page)
        return document_of(page)

    def scheduled(self, given: dict[str, Any]) -> Document:
        page = item(self.housing, [self.plans], **given)
        signed(page, visible_from=timezone.now() + timedelta(days=2))
        return document_of(page)

    def limited(self, given: dict[str, Any]) -> Document:
        circle = {"manner": "limited", "circle": [self.water.pk], "manner_reason": "涉及少数单位"}
        return reviewed(self.housing, [self.plans], **given, **circle)

    def limited_after_open(self, given: dict[str, Any]) -> Document:
        document = public(self.housing, [self.plans], **given)
        page = item_of(document)
        clerk = actor(Role.CLERK, self.housing)
        actions.revise(page, by=clerk, manner="limited", circle=[self.water.pk], manner_reason="改为限定范围")
        signed(page)
        return document

    def withdrawn(self, given: dict[str, Any]) -> Document:
        document = public(self.housing, [self.plans], **given)
        actions.withdraw(document, by=self.signer, reason="内容有误")
        return document

    def erased(self, given: dict[str, Any]) -> Document:
        document = public(self.housing, [self.plans], **given)
        plain = {
            "title": "芦湾告知",
            "body": "<p>已更正。</p>",
            "summary": "",
            "keywords": "",
            "attachments": [],
        }
        actions.revise(item_of(document), by=actor(Role.CLERK, self.housing), **plain)
        signed(item_of(document))
        actions.erase(document.editions.get(number=1), by=self.chief, basis="《个人信息保护法》第四十七条")
        return document

    def _rewritten(self) -> None:
        """The public document has a newer draft that nobody signed."""
        word = SAID["draft_of_a_public_one"]
        given = {**fields(word), "title": f"{ASKED}{word}新稿"}
        actions.revise(item_of(self.open), by=actor(Role.CLERK, self.housing), **given)

    def _masked(self) -> None:
        """A name and a number in two attachments and in the text: masked, then published."""
        rows = [["姓名", "身份证号"], [SAID["masked_name"], ID_NUMBER]]
        said = f"申请人{SAID['masked_name']}，身份证号{ID_NUMBER}。"
        files = {"名单.docx": docx_with("救助名单", rows), "公示.pdf": pdf_with(said)}
        clerk = actor(Role.CLERK, self.housing)
        page = item(
            self.housing,
            [self.plans],
            title=f"{ASKED}芦湾救助名单",
            body=f"<p>{said}</p>",
            attachments=[(name, store(data, name, SYSTEM)) for name, data in files.items()],
        )
        for file in report_of(page, freeze(page, page.get_latest_revision())).files:
            actions.prepare_copy(page, by=clerk, digest=file.digest)
            actions.take_copy(page, by=clerk, digest=file.digest)
        page = ItemPage.objects.get(pk=page.pk)
        found = report_of(page, freeze(page, page.get_latest_revision()))
        actions.mask(page, by=clerk, fingerprints=[one.fingerprint for one in found.open])
        signed(ItemPage.objects.get(pk=page.pk))
        self.masked = document_of(page)

    def _policies(self) -> None:
        """Policies: in force with an interpretation nobody signed, expired, withdrawn, and one that was never published."""
        made = {"level": "government_rule", "issuers": "云岭市人民政府"}
        self.policy = policies.public(self.housing, [self.plans], title=f"{ASKED}芦湾办法", **made)
        gone = SAID["withdrawn_policy"]
        record = policies.public(
            self.housing, [self.plans], title=f"{ASKED}{gone}办法", html=f"<p>{ASKED}{gone}条文。</p>", **made
        )
        actions.withdraw(record.document, by=self.signer, reason="有误")
        self.hidden["withdrawn_policy"] = record.document
        policies.record(self.housing, title=f"{ASKED}{SAID['policy_draft']}办法")
        self.expired = policies.public(
            self.housing,
            [self.plans],
            title=f"{ASKED}芦湾旧办法",
            **{**made, "made_on": date(2017, 12, 1), "published_on": date(2017, 12, 5)},
            effective_on=date(2018, 1, 1),
            ends_on=date(2022, 12, 31),
        )
        page = item_of(self.policy.document)
        word = SAID["interpretation_draft"]
        draft = interpretation(page, [self.plans], body=f"<p>{ASKED}{word}</p>")
        actions.revise(draft, by=actor(Role.CLERK, self.housing), title=f"{ASKED}{word}解读")
        remind()


@pytest.fixture
def city(site: Website, plans: Column, housing: Body) -> City:
    return City(site, plans, housing)


def told_of(found: dict[str, dict[str, tuple[int, str]]], words: dict[str, str]) -> list[str]:
    """Return where which of the words was said."""
    return [
        f"{name} in {channel} {path}"
        for channel, answers in found.items()
        for path, (_, said) in answers.items()
        for name, word in words.items()
        if word in said
    ]


def words_asked() -> list[str]:
    return [ASKED, ASKED[:2], "槽", "方案", "附件", "身份证号", "救助名单"]


def test_every_address_of_the_portal_is_known_to_this_test() -> None:
    named = {one.name for path, one in patterns() if not path.startswith("admin/")}
    assert named == set(CHANNELS)


def test_every_parameter_of_the_portal_is_known_to_this_test() -> None:
    read = re.compile(
        r'GET(?:\.get\(|\.getlist\(|\[)\s*"(\w+)"|"(\w+)" (?:not )?in request\.GET|(?<![\w.])get\("(\w+)"'
    )
    found = set()
    for folder in (ROOT / "portal" / "views", ROOT / "portal" / "api"):
        for path in folder.glob("*.py"):
            found |= {one for group in read.findall(path.read_text()) for one in group if one}
    assert found <= PARAMETERS


def test_what_stands_beside_and_what_is_carried_is_known_to_this_test() -> None:
    assert set(RELATIONS) == {"successor", "replaces", "interpretation", "interpreted", "policies"} & set(
        RELATIONS
    )
    assert set(PARTS) == {
        "policies",
        "interpretation",
        *(f"policy_{n}" for n in ("decisions", "relations", "spans")),
    }


def test_a_visitor_learns_nothing_of_what_is_hidden(client: Client, city: City) -> None:
    found = everything(client, words_asked())
    assert told_of(found, SAID) == []
    broken = [path for answers in found.values() for path, (status, _) in answers.items() if status >= 500]
    assert broken == []


def test_the_addresses_of_what_is_hidden_are_not_there(client: Client, city: City) -> None:
    hidden = {name: one for name, one in city.hidden.items() if name != "erased"}
    for document in hidden.values():
        paths = [
            f"/qr/{document.pk}.svg",
            f"/api/v1/documents/{document.pk}/",
            f"/policies/{document.pk}/1.docx",
        ]
        paths += Address.objects.filter(document=document).values_list("path", flat=True)
        paths += [
            f"/files/{document.pk}/1/{mark}" for mark in StoredFile.objects.values_list("pk", flat=True)
        ]
        assert {path: fetch(client, path)[0] for path in paths} == dict.fromkeys(paths, 404)


#: Channels in which a public document must show: where it does not, the test above proves nothing.
SHOWS = {
    *("front", "search", "suggest", "column", "column_feed", "item", "unit", "unit_feed", "feed", "file"),
    *("api_documents", "api_document", "api_bulk"),
}
SHOWS_POLICIES = {"policies", "policy_file"}


def test_the_visitor_would_have_seen_it(client: Client, city: City) -> None:
    found = everything(client, words_asked())
    shown = {channel for channel in found if told_of({channel: found[channel]}, {"open": OPEN})}
    assert shown >= SHOWS
    policy = {channel for channel in found if told_of({channel: found[channel]}, {"policy": "芦湾办法"})}
    assert policy >= SHOWS_POLICIES
    assert f"/{city.open.pk}.html" in found["sitemap"]["/sitemap-0.xml"][1]
    assert found["qr"][f"/qr/{city.open.pk}.svg"][0] == 200


def test_what_has_expired_says_so_wherever_its_text_is_given(client: Client, city: City) -> None:
    document, path = city.expired.document, city.expired.document.addresses.get(current=True).path
    assert "失效" in fetch(client, path)[1]
    assert "expired" in fetch(client, f"/api/v1/documents/{document.pk}/")[1]
    for suffix in ("docx", "pdf"):
        status, said = fetch(client, f"/policies/{document.pk}/1.{suffix}")
        assert status == 404 or "失效" in said.replace(" ", "")
    assert "芦湾旧办法" not in fetch(client, "/policies/?tab=valid")[1]


def test_mails_say_nothing_of_it(city: City) -> None:
    ago = timezone.now() - timedelta(days=2)
    reader = Subscriber.objects.create(website=city.site, email="reader@example.cn", seen_at=ago)
    follows = [("site", ""), ("words", ASKED), ("column", str(city.plans.pk)), ("unit", str(city.housing.pk))]
    for scope, value in follows:
        Subscription.objects.create(subscriber=reader, scope=scope, value=value, confirmed_at=ago)
    nine = timezone.localtime(timezone.now() + timedelta(days=1)).replace(hour=9)
    mail.outbox.clear()
    assert send_digests(nine)["sent"] == 1
    (message,) = mail.outbox
    said = str(message.message().as_string()) + message.body + message.subject
    assert OPEN in said
    assert [name for name, word in SAID.items() if word in said] == []


def test_packages_carry_nothing_of_it(city: City, settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    made = exporting.export(SYSTEM)
    said = package_words(exporting.folder() / one.file for one in made)
    assert OPEN in said
    # The frozen facts of what is public go along whole, the reason for its attribute among them; no page outside shows it.
    assert [name for name, word in SAID.items() if word in said and name != "reason"] == []


def test_no_page_of_the_office_answers_a_visitor(client: Client, city: City) -> None:
    """Every address under /admin/, for every number there is: only what signing in needs answers."""
    said, answered = [], set()
    for path, one in patterns():
        if not path.startswith("admin/"):
            continue
        for address in filled(path, city):
            status, words = fetch(client, address)
            answered |= {one.name} if status == 200 else set()
            said += [f"{name} in {address}" for name, word in SAID.items() if word in words]
    assert said == []
    assert answered <= {
        "wagtailadmin_login",
        "wagtailadmin_sprite",
        "wagtailadmin_javascript_catalog",
        *PASSWORDS,
    }


#: Pages of the way to a forgotten password.
PASSWORDS = {
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_complete",
}


def filled(path: str, city: City) -> list[str]:
    """Fill an address's places with numbers of hidden things; where that is no address it is asked all the same."""
    draft = city.hidden["draft"]
    numbers = sorted({draft.pk, draft.item_number or 0, city.hidden["submitted"].item_number or 0, 1})
    mark = StoredFile.objects.values_list("pk", flat=True).first() or ""
    plain = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<str:\1>", path)
    plain = re.sub(r"[\^$]|\\", "", plain)
    found = []
    for number in numbers:
        text = re.sub(r"<(?:int:)?\w*(?:pk|id|number|item|page)\w*>", str(number), plain)
        text = re.sub(r"<\w*:?(?:digest|mark)>", mark, text)
        found.append("/" + re.sub(r"<[^>]*>", str(number), text))
    return sorted(set(found))


@pytest.mark.parametrize("way", ["withdraw", "limit", "erase"])
def test_a_cache_is_told_to_forget_every_page_that_showed_it(
    way: str,
    client: Client,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    site: Website,
    plans: Column,
    housing: Body,
) -> None:
    """What a shared cache may keep and shows a text is named once the text is hidden."""
    settings.GONGKAI_CACHES = [("purge", "http://127.0.0.1:9")]
    neighbours(housing, plans)
    document = public(housing, [plans], **fields(SAID["withdrawn"]))
    public(housing, [plans], title=f"{ASKED}芦湾之后")
    other = public(housing, [column(site, "另一栏目")], title="芦湾解读")
    both = {document.pk: [other.pk], other.pk: [document.pk]}
    monkeypatch.setitem(RELATIONS, "test", Relating("test", "测试关系", 1, lambda one: both.get(one.pk, [])))
    tree.forget()
    before = everything(client, words_asked())
    showed = {
        path
        for answers in before.values()
        for path, (_, said) in answers.items()
        if SAID["withdrawn"] in said and "s-maxage" in said_head(client, path)
    }
    assert len(showed) > 8
    assert f"/{other.pk}.html" in str(showed)
    Purge.objects.all().delete()
    WAYS[way](document, housing)
    told = set(Purge.objects.values_list("path", flat=True))
    assert "*" in told or showed - told == set()


def neighbours(housing: Body, plans: Column) -> None:
    for number in range(2):
        public(housing, [plans], title=f"{ASKED}芦湾之前{number}")


def said_head(client: Client, path: str) -> str:
    return str(client.get(path).headers.get("Cache-Control", ""))


def _withdraw(document: Document, housing: Body) -> None:
    actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="有误")


def _limit(document: Document, housing: Body) -> None:
    given = {"manner": "limited", "circle": [housing.pk], "manner_reason": "改为限定范围"}
    actions.revise(item_of(document), by=actor(Role.CLERK, housing), **given)
    signed(item_of(document))


def _erase(document: Document, housing: Body) -> None:
    actions.revise(item_of(document), by=actor(Role.CLERK, housing), title="芦湾告知", body="<p>已更正。</p>")
    signed(item_of(document))
    actions.erase(document.editions.get(number=1), by=actor(Role.CHIEF, housing.parent), basis="依法删除")


WAYS: dict[str, Callable[[Document, Body], None]] = {"withdraw": _withdraw, "limit": _limit, "erase": _erase}
