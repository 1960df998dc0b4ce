"""`audit verify` detects changes to editions that bypassed the database triggers."""

from collections.abc import Callable, Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction

from factories.publishing import erased, public
from factories.units import actor
from gongkai.content.editions.models import Column, Edition, EditionContent, Website
from gongkai.content.editions.verify import verify_editions
from gongkai.content.publishing import actions
from gongkai.core.files.integrity import describe_damaged, list_damaged_digests
from gongkai.core.files.models import StoredFile
from gongkai.core.files.store import store_parsed_content
from gongkai.core.ledger.audit import AUDIT_CHECKS_BY_NAME
from gongkai.core.units.models import Body, Role
from gongkai.ui.opendata.models import Bundle

pytestmark = pytest.mark.django_db


def make_three(plans: Column, housing: Body) -> None:
    public(housing, [plans])
    document = public(housing, [plans])
    actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="有误")


@pytest.fixture(scope="module")
def three(kept_town: SimpleNamespace, kept_rows: Callable[..., Any]) -> Iterator[None]:
    yield from kept_rows(lambda: make_three(kept_town.plans, kept_town.housing))


def test_verify_editions_is_registered_as_audit_check() -> None:
    assert AUDIT_CHECKS_BY_NAME["editions"][1] is verify_editions


def test_unchanged_editions_verify(three: None) -> None:
    verdict = verify_editions()
    assert (verdict.movements, verdict.broken) == (3, "")


def test_logged_erasure_verifies(three: None, site: Website) -> None:
    edition = Edition.objects.filter(document__editions__act="withdraw", act="publish").get()
    erased(edition, actor(Role.CHIEF, site.body), "个人信息")
    assert verify_editions().ok


CHANGES: list[tuple[Callable[[], object], str]] = [
    (lambda: EditionContent.objects.filter(edition__number=1).update(title="改"), "内容被改动"),
    (lambda: EditionContent.objects.all()[:1].get().delete(), "内容缺失"),
    (lambda: Edition.objects.filter(act="publish").update(made_by="别人"), "被改动"),
    (lambda: Edition.objects.filter(act="withdraw")._raw_delete("default"), "已不在"),
    (lambda: Edition.objects.filter(act="publish").update(audience="limited"), "被改动"),
]


@pytest.mark.parametrize(("change", "words"), CHANGES, ids=["text", "content gone", "who", "edition gone", "audience"])
def test_changes_without_a_log_record_are_found(
    change: Callable[[], object], words: str, three: None, unguarded: None
) -> None:
    with connection.cursor():
        change()
    assert words in verify_editions().broken


def test_missing_file_of_a_public_text_is_reported(three: None, unguarded: None) -> None:
    assert list_damaged_digests() == []
    EditionContent.objects.filter(edition__number=1).update(files=[{"digest": "0" * 64}])
    assert list_damaged_digests() == ["0" * 64]


def test_missing_file_of_a_foreign_key_is_reported(three: None) -> None:
    held = store_parsed_content(b"name,day")
    website = Website.objects.earliest("pk")
    Bundle.objects.create(
        website=website, file=held, name="all.csv", rows=1, size=8, made_on=date(2026, 1, 5), editions=b""
    )
    assert list_damaged_digests() == []
    with transaction.atomic():
        rows = StoredFile.objects.filter(pk=held.pk)
        rows._raw_delete(rows.db)
        assert list_damaged_digests() == [held.pk]
        assert describe_damaged() == [f"登记的文件 stored/{held.pk[:2]}/{held.pk} 缺失或者内容不符"]
        transaction.set_rollback(True)
