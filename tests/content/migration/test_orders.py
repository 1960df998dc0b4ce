"""Publishing without three reviews: only by a migration order, and only the texts that it lists."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from factories.units import actor
from gongkai.content.editions.models import Address, Column, Document, Edition, EditionContent, Website
from gongkai.content.editions.verify import verify_editions
from gongkai.content.migration import actions as migrating
from gongkai.content.migration import orders
from gongkai.content.migration.models import MigratedText, MigrationOrder
from gongkai.content.migration.orders import ListedText, find_migration_record, verify_migrations
from gongkai.content.publishing import actions
from gongkai.content.publishing.freezing import freeze_page
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.models import Review, Signature
from gongkai.content.reviewing.verify import verify_reviews
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db
OLD_PUBLICATION_TIME = datetime(2019, 3, 5, 1, 20, tzinfo=UTC)
FIELDS: dict[str, Any] = {
    "title": "云岭市2019年住房发展计划",
    "imported_html": "<p>为改善居民居住条件，制定本计划。</p>",
    "kind": "plan",
    "attribute": "proactive",
}
KEY = "a" * 64
#: Another person who started reading the source.
SOURCE_READERS = {999_999}


def make_listed_text(body: Body, **fields: Any) -> ListedText:
    page = ItemPage(**{**FIELDS, **fields})
    return ListedText(KEY, freeze_page(page, body).digest, OLD_PUBLICATION_TIME, "a" * 64)


def order(site: Website, by: Actor, body: Body) -> MigrationOrder:
    made: MigrationOrder = migrating.order_migration(
        site, by=by, origin="云岭市人民政府旧网站", texts=[make_listed_text(body)], prepared=SOURCE_READERS
    )
    return made


def publish_migrated(number: int, body: Body, plans: Column, **changed: Any) -> Edition:
    facts: dict[str, Any] = {
        "by": SYSTEM,
        "order": number,
        "key": KEY,
        "fields": FIELDS,
        "columns": [plans],
        "old": ["/art/2019/3/5/art_1_2.html"],
    }
    made: Edition = migrating.publish_migrated(body, **{**facts, **changed})
    return made


@pytest.fixture
def chief(site: Website) -> Actor:
    return actor(Role.CHIEF, site.body)


def test_listed_text_is_published_with_old_date_and_no_signature(
    site: Website, plans: Column, housing: Body, chief: Actor
) -> None:
    edition = publish_migrated(order(site, chief, housing).pk, housing, plans)
    document = edition.document
    assert (edition.visible_from, document.published_at) == (OLD_PUBLICATION_TIME, OLD_PUBLICATION_TIME)
    assert document.formed_on is None
    kept = find_migration_record([edition])
    assert kept is not None
    assert (kept["by"], kept["role"], kept["origin"]) == (chief.name, "chief", "云岭市人民政府旧网站")
    assert not Review.objects.exists()
    assert not Signature.objects.exists()
    page = Client().get("/art/2019/3/5/art_1_2.html", follow=True)
    assert page.redirect_chain == [(document.addresses.get(current=True).path, 301)]
    assert "2019-03-05 09:20" in page.content.decode()
    assert [check().broken for check in (verify_editions, verify_migrations)] == ["", ""]


def test_only_the_office_orders_and_only_the_system_publishes(
    site: Website, plans: Column, housing: Body, chief: Actor
) -> None:
    for role in (Role.CLERK, Role.LEAD, Role.SIGNER, Role.REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR):
        with pytest.raises(Refused, match="只有政务公开办可以批准"):
            order(site, actor(role, site.body), housing)
    with pytest.raises(Refused, match="只有政务公开办可以批准"):
        order(site, SYSTEM, housing)
    number = order(site, chief, housing).pk
    with pytest.raises(Refused, match="只由迁移程序"):
        publish_migrated(number, housing, plans, by=chief)
    late = ListedText(KEY, "0" * 64, timezone.now() + timedelta(days=1), "a" * 64)
    with pytest.raises(Refused, match="不能晚于现在"):
        migrating.order_migration(site, by=chief, origin="旧网站", texts=[late], prepared=SOURCE_READERS)


def test_text_that_differs_from_the_listed_one_is_refused(
    site: Website, plans: Column, housing: Body, chief: Actor
) -> None:
    number = order(site, chief, housing).pk
    for changed in (
        {"fields": {**FIELDS, "title": "别的"}},
        {"fields": {**FIELDS, "manner": "limited", "circle": [housing.pk]}},
        {"key": "b" * 64},
        {"order": number + 1},
        {"columns": []},
    ):
        with pytest.raises(Refused):
            publish_migrated(number, housing, plans, **changed)
    assert not Edition.objects.exists()


def test_order_without_a_log_record_is_refused(site: Website, plans: Column, housing: Body, chief: Actor) -> None:
    real = order(site, chief, housing)
    forged = MigrationOrder.objects.create(
        website=site, origin="x", name="x", person_id=1, role="chief", count=1, list_digest="0", digest="0"
    )
    row = make_listed_text(housing, title="伪造")
    MigratedText.objects.create(
        order=forged, key=row.key, content_digest=row.content_digest, published_at=OLD_PUBLICATION_TIME
    )
    with pytest.raises(Refused, match="与流水不符"):
        publish_migrated(forged.pk, housing, plans, fields={**FIELDS, "title": "伪造"})
    MigratedText.objects.create(
        order=real, key=row.key, content_digest=row.content_digest, published_at=OLD_PUBLICATION_TIME, decided_by="x"
    )
    with pytest.raises(Refused, match="没有这项决定"):
        publish_migrated(real.pk, housing, plans, fields={**FIELDS, "title": "伪造"})
    assert verify_migrations().broken


def test_text_added_to_a_real_order_is_found_and_not_published(
    site: Website, plans: Column, housing: Body, chief: Actor
) -> None:
    made = order(site, chief, housing)
    publish_migrated(made.pk, housing, plans)  # the list was compared in this process, and is again
    row = make_listed_text(housing, title="没有人批准过")
    assert verify_migrations().broken == ""
    MigratedText.objects.create(
        order=made, key="b" * 64, content_digest=row.content_digest, published_at=OLD_PUBLICATION_TIME
    )
    assert "清单被改动" in verify_migrations().broken
    with pytest.raises(Refused, match="清单与批准时不符"):
        publish_migrated(made.pk, housing, plans, key="b" * 64, fields={**FIELDS, "title": "没有人批准过"})
    assert Edition.objects.count() == 1


@pytest.mark.postgres
def test_listed_text_is_published_only_once(site: Website, plans: Column, housing: Body, chief: Actor) -> None:
    number = order(site, chief, housing).pk
    document = publish_migrated(number, housing, plans).document
    with pytest.raises(Refused, match="已按这项批准迁移发布过"):
        publish_migrated(number, housing, plans)
    actions.withdraw(document, by=SYSTEM, reason="有误")
    with pytest.raises(Refused, match="已按这项批准迁移发布过"):
        publish_migrated(number, housing, plans)
    assert (Edition.objects.count(), verify_migrations().broken) == (2, "")


def test_audit_verify_finds_edition_not_covered_by_its_order(
    site: Website, plans: Column, housing: Body, chief: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = order(site, chief, housing)
    publish_migrated(made.pk, housing, plans)
    assert verify_reviews().broken == ""
    row = make_listed_text(housing, title="没有决定")
    MigratedText.objects.create(
        order=made, key="b" * 64, content_digest=row.content_digest, published_at=OLD_PUBLICATION_TIME, decided_by="x"
    )
    assert "流水没有的决定" in verify_migrations().broken
    monkeypatch.setattr("gongkai.content.migration.actions.orders._find_publication_errors", lambda *_: [])
    publish_migrated(order(site, chief, housing).pk, housing, plans, fields={**FIELDS, "title": "别的文字"})
    assert "依据不存在" in verify_reviews().broken


@pytest.mark.postgres
def test_database_refuses_changes_of_orders_and_lists(site: Website, housing: Body, chief: Actor) -> None:
    order(site, chief, housing)
    for change in (
        lambda: MigrationOrder.objects.update(name="别人"),
        lambda: MigratedText.objects.update(content_digest="0" * 64),
        lambda: MigratedText.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_decision_lists_the_masked_text(site: Website, plans: Column, housing: Body, chief: Actor) -> None:
    made = order(site, chief, housing)
    masked = {**FIELDS, "imported_html": "<p>联系人张某某。</p>"}
    text = make_listed_text(housing, imported_html=masked["imported_html"])
    with pytest.raises(Refused):
        migrating.decide_migrated(made, by=actor(Role.CLERK, site.body), text=text, ground="遮盖后公开")
    migrating.decide_migrated(made, by=chief, text=text, ground="遮盖后公开")
    edition = publish_migrated(made.pk, housing, plans, fields=masked)
    assert edition.approvals[0]["ground"] == "遮盖后公开"
    assert verify_migrations().broken == ""


def test_preparer_and_orderer_must_be_different_persons(site: Website, housing: Body, chief: Actor) -> None:
    assert chief.person_id is not None
    for prepared in ({chief.person_id}, {chief.person_id, *SOURCE_READERS}, ()):
        with pytest.raises(Refused, match=r"再由另一人|另一个人"):
            migrating.order_migration(
                site, by=chief, origin="旧网站", texts=[make_listed_text(housing)], prepared=prepared
            )
    made: MigrationOrder = migrating.order_migration(
        site, by=chief, origin="旧网站", texts=[make_listed_text(housing)], prepared=SOURCE_READERS
    )
    reader = replace(chief, person_id=999_999)
    with pytest.raises(Refused, match="另一个人"):
        migrating.decide_migrated(made, by=reader, text=make_listed_text(housing), ground="依法公开")


def test_undo_hides_and_erases_text_and_frees_addresses(
    site: Website, plans: Column, housing: Body, chief: Actor
) -> None:
    number = order(site, chief, housing).pk
    document = publish_migrated(number, housing, plans).document
    path = document.addresses.get(current=True).path
    migrating.take_back_migrated(document, by=SYSTEM, reason="撤销迁移")
    assert Client().get(path).status_code == 404
    assert not EditionContent.objects.exists()
    assert not Address.objects.exists()
    assert not ItemPage.objects.exists()
    assert verify_editions().broken == ""
    with pytest.raises(Refused, match="已按这项批准迁移发布过"):
        publish_migrated(number, housing, plans)
    again = publish_migrated(order(site, chief, housing).pk, housing, plans).document
    assert again.pk != document.pk
    assert Client().get("/art/2019/3/5/art_1_2.html").status_code == 301


def test_text_edited_after_migration_is_not_undone(site: Website, plans: Column, housing: Body, chief: Actor) -> None:
    document = publish_migrated(order(site, chief, housing).pk, housing, plans).document
    item = ItemPage.objects.get(pk=document.item_number)
    actions.save_revision(item, by=actor(Role.CLERK, housing), formed_on=date(2019, 3, 1))
    assert migrating.take_back_migrated.why_not(document, by=SYSTEM) == ["迁移之后在案头修改过。"]
    assert Document.objects.filter(shelf__isnull=False).exists()


@pytest.mark.postgres
def test_listed_texts_are_cached_in_limited_blocks(
    site: Website, housing: Body, chief: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "TEXTS_PER_BLOCK", 1)
    monkeypatch.setattr(orders, "MAX_CACHED_BLOCKS", 2)
    order(site, chief, housing)
    (row,) = MigratedText.objects.all()
    texts = orders.ListedTextCache()
    for number in (row.pk, row.pk + 1, row.pk + 2, row.pk + 3, row.pk):
        found = texts.get(number)
        assert (found and found.content_digest) == (row.content_digest if number == row.pk else None)
    assert len(texts._blocks) == 2


def test_two_published_texts_of_one_key_are_found(
    site: Website, plans: Column, housing: Body, chief: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = order(site, chief, housing)
    publish_migrated(made.pk, housing, plans)
    masked = {**FIELDS, "imported_html": "<p>联系人张某某。</p>"}
    migrating.decide_migrated(
        made, by=chief, text=make_listed_text(housing, imported_html=masked["imported_html"]), ground="遮盖后公开"
    )
    assert verify_migrations().broken == ""
    monkeypatch.setattr("gongkai.content.migration.actions.orders.find_repeated_publication", lambda text: [])
    publish_migrated(made.pk, housing, plans, fields=masked)
    assert "发布了两次" in verify_migrations().broken
