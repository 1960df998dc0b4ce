"""What came through a package is written only by packages, and only where digests hold."""

from typing import Any

import pytest

from factories.publishing import public
from factories.units import actor
from gongkai.acts.action import Refused
from gongkai.publishing import actions
from gongkai.publishing.models import Column, Document, EditionContent, TreeStamp, Website
from gongkai.units.actors import SYSTEM
from gongkai.units.models import Body, Role

pytestmark = pytest.mark.django_db


def data(document: Document, **changed: Any) -> dict[str, Any]:
    """A package's facts of a document with one edition more."""
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


def test_nobody_but_a_package_receives(site: Website, plans: Column, housing: Body) -> None:
    document = public(housing, [plans])
    chief = actor(Role.CHIEF, site.body)
    with pytest.raises(Refused, match="只由交换包写入"):
        actions.receive(document, by=chief, package="package/1", data=None, texts={})
    with pytest.raises(Refused, match="只由交换包写入"):
        actions.receive_site(site, by=chief, package="package/1")


def test_an_edition_whose_digest_does_not_hold_is_refused(plans: Column, housing: Body) -> None:
    document = public(housing, [plans])
    for changed in ({}, {"made_by": "别人"}, {"digest": "0" * 64}):
        with pytest.raises(Refused, match="摘要值不符"):
            actions.receive(
                document, by=SYSTEM, package="package/1", data=data(document, **changed), texts={}
            )
    same = data(document, pk=document.editions.get().pk, digest="1" * 64)
    with pytest.raises(Refused, match="与已接收的不一致"):
        actions.receive(document, by=SYSTEM, package="package/1", data=same, texts={})
    assert document.editions.count() == 1


def test_a_text_that_is_not_the_editions_is_refused(plans: Column, housing: Body) -> None:
    document = public(housing, [plans])
    other = public(housing, [plans], title="另一份")
    text = EditionContent.objects.get(edition__document=other)
    facts = {"title": text.title, "html": text.html, "facts": text.facts, "files": text.files}
    with pytest.raises(Refused, match="版本本身不在"):
        actions.receive(document, by=SYSTEM, package="package/1", data=None, texts={text.pk: facts})


def test_a_site_that_was_received_is_read_anew(site: Website) -> None:
    before = TreeStamp.objects.get(pk=1).value
    actions.receive_site(site, by=SYSTEM, package="package/1")
    assert TreeStamp.objects.get(pk=1).value == before + 1
