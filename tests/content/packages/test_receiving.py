"""Received rows are written only while a package is applied, and only if their digests are valid."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from factories.publishing import public
from factories.units import actor
from gongkai.content.editions.actions.editions import compute_edition_digest
from gongkai.content.editions.models import Column, Document, Edition, EditionContent, TreeStamp, Website
from gongkai.content.packages import receiving
from gongkai.content.packages.models import Package
from gongkai.content.packages.receiving import allow_package_writes
from gongkai.content.reviewing.verify import verify_reviews
from gongkai.core.acts.action import Refused
from gongkai.core.acts.chain import append_record
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def make_document_data(document: Document, **changed: Any) -> dict[str, Any]:
    """Return a package's data of a document with one more edition."""
    edition = document.editions.get()
    names = ("act", "made_by", "audience", "circle", "approvals", "content_digest", "digest")
    row = {name: getattr(edition, name) for name in names}
    times = {name: getattr(edition, name).isoformat() for name in ("visible_from", "made_at")}
    return {
        "source": document.source,
        "item_number": document.item_number,
        "body_id": document.body_id,
        "kind": document.kind,
        "index_number": document.index_number,
        "published_at": None,
        "formed_on": None,
        "standing": "",
        "standing_on": None,
        "standing_note": "",
        "editions": [{**row, **times, "pk": edition.pk + 1, "number": 2, **changed}],
        "erasures": [],
        "placements": [],
        "addresses": [],
    }


def test_receiving_is_refused_outside_a_package(site: Website, plans: Column, housing: Body) -> None:
    document = public(housing, [plans])
    chief = actor(Role.CHIEF, site.body)
    with pytest.raises(Refused, match="只由交换包写入"):
        receiving.receive_document(document, by=chief, package="package/1", data=None, texts={})
    with pytest.raises(Refused, match="只由交换包写入"):
        receiving.receive_site(site, by=chief, package="package/1")


@contextmanager
def applying(settings: LazySettings) -> Iterator[None]:
    """Switch to an outer installation that is applying package 1."""
    Package.objects.create(sequence=1, digest="1" * 64, state="0", made_at=timezone.now(), by="x", file="x")
    settings.GONGKAI_OUTER = True
    with allow_package_writes("package/1"):
        yield
    settings.GONGKAI_OUTER = False


def test_receiving_is_refused_inside_or_without_the_package(
    site: Website, plans: Column, housing: Body, settings: LazySettings
) -> None:
    document = public(housing, [plans])
    with allow_package_writes("package/1"), pytest.raises(Refused, match="不是外网端"):
        receiving.receive_document(
            document, by=SYSTEM, package="package/1", data=make_document_data(document), texts={}
        )
    with pytest.raises(Refused, match="不是外网端"):
        receiving.receive_site(site, by=SYSTEM, package="package/1")
    settings.GONGKAI_OUTER = True
    with allow_package_writes("package/1"), pytest.raises(Refused, match="没有正在应用"):  # nobody has such a package
        receiving.receive_document(document, by=SYSTEM, package="package/1", data=None, texts={})
    with applying(settings), pytest.raises(Refused, match="没有正在应用"):
        receiving.receive_document(document, by=SYSTEM, package="package/2", data=None, texts={})
    settings.GONGKAI_OUTER = True
    with pytest.raises(Refused, match="没有正在应用"):  # the package is here, but is not being applied
        receiving.receive_document(document, by=SYSTEM, package="package/1", data=None, texts={})


def test_audit_verify_needs_the_package_an_edition_names(
    site: Website, plans: Column, housing: Body, settings: LazySettings
) -> None:
    document = public(housing, [plans])
    made = make_document_data(document)
    row = made["editions"][0]
    facts = {name: parse_datetime(row[name]) if name in {"visible_from", "made_at"} else row[name] for name in row}
    row["digest"] = compute_edition_digest(Edition(document=document, **facts))
    with applying(settings):
        receiving.receive_document(document, by=SYSTEM, package="package/1", data=made, texts={})
    assert "依据不存在" in verify_reviews().broken  # a row alone, which no movement knows, is none
    append_record("package/1", action="packages.export_package", by=SYSTEM, facts={"digest": "1" * 64})
    assert "依据不存在" in verify_reviews().broken
    append_record("package/1", action="packages.apply_package", by=SYSTEM, facts={"digest": "2" * 64})
    assert "依据不存在" in verify_reviews().broken
    append_record("package/1", action="packages.apply_package", by=SYSTEM, facts={"digest": "1" * 64})
    assert verify_reviews().broken == ""


def test_edition_with_invalid_digest_is_refused(plans: Column, housing: Body, settings: LazySettings) -> None:
    document = public(housing, [plans])
    with applying(settings):
        pass
    settings.GONGKAI_OUTER = True
    for changed in ({}, {"made_by": "别人"}, {"digest": "0" * 64}):
        with allow_package_writes("package/1"), pytest.raises(Refused, match="摘要值不符"):
            receiving.receive_document(
                document, by=SYSTEM, package="package/1", data=make_document_data(document, **changed), texts={}
            )
    same = make_document_data(document, pk=document.editions.get().pk, digest="1" * 64)
    with allow_package_writes("package/1"), pytest.raises(Refused, match="与已接收的不一致"):
        receiving.receive_document(document, by=SYSTEM, package="package/1", data=same, texts={})
    assert document.editions.count() == 1


def test_text_of_another_edition_is_refused(plans: Column, housing: Body, settings: LazySettings) -> None:
    document = public(housing, [plans])
    other = public(housing, [plans], title="另一份")
    text = EditionContent.objects.get(edition__document=other)
    facts = {"title": text.title, "html": text.html, "facts": text.facts, "files": text.files}
    with applying(settings), pytest.raises(Refused, match="版本本身不在"):
        receiving.receive_document(document, by=SYSTEM, package="package/1", data=None, texts={text.pk: facts})


def test_received_site_invalidates_the_column_tree(site: Website, settings: LazySettings) -> None:
    before = TreeStamp.objects.get(pk=1).value
    with applying(settings):
        receiving.receive_site(site, by=SYSTEM, package="package/1")
    assert TreeStamp.objects.get(pk=1).value == before + 1
