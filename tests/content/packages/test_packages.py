"""Packages carry public content one way, and nothing else; the other side shows the same."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from factories.networks import (
    address_of,
    apply_packages,
    broken_log_chains,
    inner,
    item_of,
    make_site,
    package_paths,
    public_pages,
    text_of_packages,
)
from factories.publishing import column, erased, item, public, released
from factories.units import actor
from gongkai.content.editions.frozen import store_publishable_file
from gongkai.content.editions.models import Column, Document, Edition, EditionContent
from gongkai.content.packages import applying, exporting
from gongkai.content.packages.documents import EditionFacts, PublicPart, select_public_part
from gongkai.content.packages.models import Carried, Package
from gongkai.content.publishing import actions
from gongkai.core.acts.action import Refused
from gongkai.core.files.storage import get_files_storage
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Role
from gongkai.ui.portal.tree import reload_next_time

pytestmark = pytest.mark.django_db


@pytest.mark.postgres
def test_outer_side_shows_the_same(settings: LazySettings, folders: Callable[[str], None]) -> None:
    """The inner side uses SM3 digests and the outer side does not."""
    seen: list[dict[str, Any]] = []
    settings.GONGKAI_DIGEST = "sm3"
    with inner(settings):
        _, plans, news, housing = make_site()
        kept = store_publishable_file(b"%PDF-1.4 x", "a.pdf")
        first = public(housing, [plans], attachments=[("清单.pdf", kept)])
        public(housing, [plans, news], title="住房保障年度计划")
        exporting.export_packages(SYSTEM)
        seen.append(public_pages())
        actions.save_revision(item_of(first), by=actor(Role.CLERK, housing), title="改过的计划")
        released(item_of(first))
        actions.place(first, by=SYSTEM, columns=[news])
        actions.set_standing(first, by=SYSTEM, standing="repealed", on=timezone.localdate(), note="已由新文替代")
        exporting.export_packages(SYSTEM)
        seen.append(public_pages())
        for col, name in ((plans, "临时"), (news, "规划信息"), (plans, "工作动态")):  # two columns swap their names
            actions.change_column(Column.objects.get(pk=col.pk), by=SYSTEM, name=name)
        actions.withdraw(first, by=SYSTEM, reason="有误")
        assert exporting.export_packages(SYSTEM)
        assert exporting.export_packages(SYSTEM) == []
        seen.append(public_pages())
        files = package_paths()
        state = Package.objects.first().state  # type: ignore[union-attr]
        rows = list(Edition.objects.values_list("pk", "digest"))
    folders("outer")
    settings.GONGKAI_DIGEST = "sha256"
    for file, wanted in zip(files, seen, strict=True):
        apply_packages(file)
        assert public_pages() == wanted
        assert broken_log_chains() == []
    assert Package.objects.first().state == state  # type: ignore[union-attr]
    assert list(Edition.objects.values_list("pk", "digest")) == rows
    assert Document.objects.get(pk=first.pk).standing == "repealed"
    before = Carried.objects.count()
    assert [applying.apply_package_file(file, SYSTEM)[1] for file in files] == [False] * 3
    assert (Carried.objects.count(), Package.objects.count()) == (before, 3)


def test_package_contains_only_public_content(settings: LazySettings, folders: Callable[[str], None]) -> None:
    with inner(settings):
        site, plans, _, housing = make_site()
        closed = column(site, "未开通的栏目", opened=False)
        item(housing, [plans], title="秘密草稿")
        released(item(housing, [plans], title="秘密排期"), visible_from=timezone.now() + timedelta(days=1))
        limited = {"manner": "limited", "circle": [housing.pk], "manner_reason": "秘密理由"}
        public(housing, [plans], title="秘密限定", **limited)
        gone = public(housing, [plans], title="秘密撤回")
        actions.withdraw(gone, by=SYSTEM, reason="秘密原因")
        public(housing, [plans], title="公开的计划")
        exporting.export_packages(SYSTEM)
        words = text_of_packages(package_paths())
    assert "公开的计划" in words
    assert "秘密" not in words
    assert closed.name not in words
    assert "opinion" not in words


def test_document_that_becomes_limited_is_hidden_outside(
    settings: LazySettings, folders: Callable[[str], None]
) -> None:
    with inner(settings):
        _, plans, _, housing = make_site()
        document = public(housing, [plans])
        exporting.export_packages(SYSTEM)
        page = item_of(document)
        actions.save_revision(
            page,
            by=actor(Role.CLERK, housing),
            title="秘密的新稿",
            manner="limited",
            circle=[housing.pk],
            manner_reason="内部",
        )
        released(page)
        exporting.export_packages(SYSTEM)
        files = package_paths()
        path = document.addresses.get(current=True).path
        assert Client().get(path).status_code == 404
    assert "秘密的新稿" not in text_of_packages(files)
    folders("outer")
    apply_packages(*files)
    assert Client().get(path).status_code == 404
    assert broken_log_chains() == []


@pytest.mark.postgres
def test_erasure_removes_text_and_file_outside(settings: LazySettings, folders: Callable[[str], None]) -> None:
    with inner(settings):
        _, plans, _, housing = make_site()
        kept = store_publishable_file(b"%PDF-1.4 secret", "a.pdf")
        document = public(housing, [plans], attachments=[("清单.pdf", kept)])
        exporting.export_packages(SYSTEM)
        actions.withdraw(document, by=SYSTEM, reason="有误")
        edition = document.editions.order_by("number").first()
        erased(edition, actor(Role.CHIEF, plans.website.body), "个人信息")
        exporting.export_packages(SYSTEM)
        files = package_paths()
    folders("outer")
    apply_packages(files[0])
    place = f"stored/{kept.pk[:2]}/{kept.pk}"
    assert get_files_storage().exists(place)
    with transaction.atomic():
        apply_packages(files[1])
    assert not EditionContent.objects.exists()
    assert broken_log_chains() == []
    assert "个人信息" not in text_of_packages(files)


def test_limited_items_are_carried_only_if_both_sides_enable_it(
    settings: LazySettings, folders: Callable[[str], None]
) -> None:
    files: list[Path] = []
    with inner(settings):
        _, plans, _, housing = make_site()
        public(housing, [plans], manner="limited", circle=[housing.pk], manner_reason="内部")
        exporting.export_packages(SYSTEM, limited=True)
        files = package_paths()
    folders("outer")
    with pytest.raises(Refused, match="没有开放接收"):
        apply_packages(files[0])
    settings.GONGKAI_OUTER_LIMITED = True
    apply_packages(files[0])
    assert EditionContent.objects.count() == 1
    document = Document.objects.get()
    assert Client().get(document.addresses.get(current=True).path).status_code == 404


def test_policy_library_is_carried(settings: LazySettings, folders: Callable[[str], None]) -> None:
    from factories import policies

    files: list[Path] = []
    seen: list[bytes] = []
    with inner(settings):
        _, plans, _, housing = make_site()
        record = policies.public(housing, [plans])
        policies.record(housing, title="秘密的未公开办法")
        exporting.export_packages(SYSTEM)
        files = package_paths()
        reload_next_time()
        seen = [Client().get("/policies/").content, Client().get(address_of(record.document)).content]
    assert record.title.encode() in seen[0]
    assert "秘密的" not in text_of_packages(files)
    assert record.exemption not in text_of_packages(files), "why nobody was asked is written for staff"
    folders("outer")
    apply_packages(*files)
    reload_next_time()
    document = Document.objects.get()
    assert [Client().get("/policies/").content, Client().get(address_of(document)).content] == seen
    assert broken_log_chains() == []


NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def make_edition_facts(number: int, act: str = "publish", *, at: int = -1, audience: str = "all") -> EditionFacts:
    return EditionFacts(number * 10, number, act, NOW + timedelta(days=at), audience)


@pytest.mark.parametrize(
    ("editions", "carried", "wanted"),
    [
        ([make_edition_facts(1)], False, ([10], {10})),
        ([make_edition_facts(1, at=1)], False, None),  # a schedule stays inside
        ([make_edition_facts(1), make_edition_facts(2, at=1)], False, ([10], {10})),
        (
            [make_edition_facts(1, at=1), make_edition_facts(2)],
            False,
            ([10, 20], {20}),
        ),  # overtaken before it ever showed
        ([make_edition_facts(1, at=-3), make_edition_facts(2, at=-1)], False, ([10, 20], {10, 20})),
        ([make_edition_facts(1), make_edition_facts(2, "withdraw")], False, None),
        ([make_edition_facts(1), make_edition_facts(2, "withdraw")], True, ([10, 20], set())),
        (
            [make_edition_facts(1, at=-3), make_edition_facts(2, "withdraw", at=-2), make_edition_facts(3)],
            False,
            ([10, 20, 30], {10, 30}),
        ),
        ([make_edition_facts(1, audience="limited")], False, None),
        ([make_edition_facts(1, at=-3), make_edition_facts(2, audience="limited")], True, ([10, 20], set())),
        ([make_edition_facts(1, audience="limited", at=-3), make_edition_facts(2)], False, ([10, 20], {20})),
        ([], False, None),
    ],
)
def test_select_public_part(
    editions: list[EditionFacts], carried: bool, wanted: tuple[list[int], set[int]] | None
) -> None:
    found = select_public_part(editions, NOW, carried=carried, sent=set(), limited=False)
    assert found == (PublicPart(*wanted) if wanted else None)


def test_select_public_part_keeps_sent_and_limited_editions() -> None:
    found = select_public_part(
        [make_edition_facts(1), make_edition_facts(2, "withdraw")], NOW, carried=True, sent={10}, limited=False
    )
    assert found == PublicPart([10, 20], {10}), "while the document is hidden"
    found = select_public_part(
        [make_edition_facts(1, audience="limited")], NOW, carried=False, sent=set(), limited=True
    )
    assert found == PublicPart([10], {10})
