"""Websites, columns, items and their reviews of the invented 云岭市."""

from contextlib import nullcontext
from datetime import date, datetime
from typing import Any
from unittest.mock import patch

import factory
from factory.django import DjangoModelFactory

from factories.units import AppointmentFactory, BodyFactory, PersonFactory, actor
from gongkai.content.editions import queries
from gongkai.content.editions.models import Column, Document, Edition, Shelf, Website
from gongkai.content.editions.sources import OutgoingText, Source, ensure_document, get_item_number, load_outgoing_text
from gongkai.content.publishing import actions
from gongkai.content.publishing.columns import make_path_key
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing import required_reading
from gongkai.content.reviewing.approval_faults import SignedText
from gongkai.content.reviewing.cases import find_item_coordination, load_case
from gongkai.content.reviewing.models import Review, SecrecySheet
from gongkai.content.reviewing.models.reviews import list_questions
from gongkai.core.units.actors import ANONYMOUS, SYSTEM, Actor, get_actor
from gongkai.core.units.models import Body, Person, Role


class WebsiteFactory(DjangoModelFactory):
    class Meta:
        model = Website
        django_get_or_create = ("name",)

    name = "云岭市人民政府"
    host = "www.yunling.gov.cn"
    code = "5309990001"
    body = factory.SubFactory(BodyFactory, government=True)
    is_default = True


def website(**facts: Any) -> Website:
    """Return a site with its disclosure platform, open."""
    given = {
        "name": "云岭市人民政府",
        "host": "testserver",
        "code": "5309990001",
        "icp": "滇ICP备00000001号",
        "police": "滇公网安备 53099902000001号",
        "contact": "0999-0000000",
        "body": BodyFactory(government=True),
        "is_default": True,
    } | facts
    made: Website = actions.open_website(None, by=SYSTEM, person=PersonFactory(), **given)
    return made


def column(site: Website, name: str, parent: Column | None = None, *, opened: bool = True, **facts: Any) -> Column:
    """Return a column with all four facts, open by default."""
    given: dict[str, Any] = {
        "content": f"公开{name}信息。",
        "owner": site.body,
        "person": PersonFactory(),
        "cycle_days": 31,
    }
    key = f"{parent.key}>{make_path_key([name])}" if parent else make_path_key([name])
    made = Column.objects.create(website=site, parent=parent, name=name, key=key, **{**given, **facts})
    if opened:
        actions.open_column(made, by=SYSTEM)
        made.refresh_from_db()
    return made


FIELDS = {
    "title": "云岭市老旧小区改造三年行动计划",
    "body": "<p>为改善居民居住条件，制定本计划。</p>",
    "kind": "plan",
    "formed_on": date(2026, 11, 2),
    "attribute": "proactive",
    "attribute_basis": "20.3",
}


def item(body: Body, columns: list[Column], /, *, by: Actor | None = None, **fields: Any) -> ItemPage:
    """Return a draft that is complete enough to be submitted."""
    made: ItemPage = actions.create_draft(
        body, by=by or actor(Role.CLERK, body), columns=columns, **{**FIELDS, **fields}
    )
    return made


#: Roles that sign the three stages of the default plan.
SIGNING_ROLES = (Role.REVIEWER, Role.SIGNER, Role.LEAD)


def submitted(page: ItemPage, **facts: Any) -> Review:
    """Submit an item, with its findings decided on and its secrecy sheet filled in."""
    from factories.checks import settle_findings

    settle_findings(page, actor(Role.CLERK, page.unit))
    review: Review = actions.submit(page, by=actor(Role.CLERK, page.unit), **facts)
    return with_sheet(review)


def with_sheet(review: Review) -> Review:
    """Fill in the secrecy sheet by a new person, without findings."""
    body = Body.objects.get(pk=review.body_id)
    bulk = review.rows >= review.plan["bulk_rows"]
    answers = {question.name: "no" for question in list_questions(bulk=bulk)}
    actions.fill_sheet(review, by=actor(Role.REVIEWER, body), answers=answers)
    return review


def signed(page: ItemPage, *, visible_from: datetime | None = None, note: str = "") -> Review:
    """Submit an item and sign all stages, each by a new person, which publishes it."""
    review = submitted(page, visible_from=visible_from, note=note)
    sign_all(review)
    return review


def read_whole(review: Review, by: Actor) -> str:
    """Record that a user viewed all of a review; return the digest of its sheet."""
    stored = Review.objects.get(pk=review.pk)
    sheet = SecrecySheet.objects.filter(review_id=review.pk).order_by("-pk").first()
    marks = [(required_reading.SHEET, sheet.digest)] if sheet else []
    for part in [
        *required_reading.list_required_parts(stored),
        *required_reading.list_letters_to_open(find_item_coordination(get_item_number(stored.source))),
    ]:
        marks.append((part.kind, part.digest))
        both = [mark for mark in (part.digest, part.original) if mark]
        marks += [(required_reading.make_page_part_name(n), mark) for n in range(1, part.pages + 1) for mark in both]
    required_reading.record_shown(stored, by, marks)
    return sheet.digest if sheet else ""


def sign(review: Review, *, by: Actor, release: bool = True, **facts: Any) -> Any:
    """Sign the pending stage after viewing everything and confirming the sheet.

    With `release=False` the text is signed but not published, as if it waits for another document.
    """
    companions = patch("gongkai.content.reviewing.actions.publication.find_companions", return_value=[review])
    with nullcontext() if release else companions:
        return actions.approve(review, by=by, **{"sheet": read_whole(review, by), **facts})


def order_urgent(review: Review, *, by: Actor, **facts: Any) -> Any:
    """Order urgent publication after viewing everything and confirming the sheet."""
    return actions.order_urgent(review, by=by, **{"sheet": read_whole(review, by), **facts})


def sign_all(review: Review, *, upto: int | None = None, release: bool = True) -> Any:
    """Sign the pending stages up to number `upto` (from 0); return the result of the last signature."""
    body = Body.objects.get(pk=review.body_id)
    review.refresh_from_db()
    given: Any = None
    for role in SIGNING_ROLES[review.stage : None if upto is None else upto + 1]:
        given = sign(review, by=actor(role, body), release=release)
    review.refresh_from_db()
    return given


def nothing_is_public() -> bool:
    """Return true if no channel publishes anything: no edition, no file, no page."""
    return not (Edition.objects.exists() or Shelf.objects.exists() or queries.visible_to(ANONYMOUS).exists())


def public(body: Body, columns: list[Column], /, **fields: Any) -> Document:
    """Return a public document without signatures (`reviewed` has them)."""
    made = item(body, columns, **fields)
    released(made)
    return ensure_document(made)


def released(page: ItemPage, visible_from: datetime | None = None) -> None:
    """Publish a draft without signatures, now or at a future time."""
    from factories.checks import settle_findings

    settle_findings(page, actor(Role.CLERK, page.unit))
    last = ItemPage.objects.values_list("latest_revision_id", flat=True).get(pk=page.pk)
    publish_unsigned(page, last, visible_from=visible_from)


class UnsignedSource(SignedText):
    """A source without signatures."""

    def __init__(self, text: OutgoingText) -> None:
        self.text, self.settles = text, True

    def faults(self, visible_from: datetime | None, now: datetime) -> list[str]:
        return []

    def rows(self) -> list[dict[str, object]]:
        return []

    def use(self, edition: Edition) -> None:
        pass


def publish_unsigned(source: Source, revision: int | None = None, *, visible_from: datetime | None = None) -> None:
    """Publish a revision (default: the last one) of any source without signatures."""
    number = revision or source.latest_revision_id
    assert number is not None
    approval = UnsignedSource(load_outgoing_text(source, number))
    actions.publish(source, by=SYSTEM, approval=approval, visible_from=visible_from)


def publish_on(
    source: Source,
    review: Review,
    *,
    by: Actor = SYSTEM,
    revision: int | None = None,
    visible_from: datetime | None = None,
) -> Any:
    """Call the action that writes editions directly, with a stored review and a revision."""
    stored = Review.objects.get(pk=review.pk)
    approval = SignedText(load_outgoing_text(source, revision or stored.revision_id), load_case(stored))
    return actions.publish(source, by=by, approval=approval, visible_from=visible_from)


def reviewed(body: Body, columns: list[Column], /, **fields: Any) -> Document:
    """Return a public document with the signatures of all stages."""
    made = item(body, columns, **fields)
    signed(made)
    return ensure_document(made)


def erased(edition: Edition, by: Actor, basis: str = "个人信息保护法第四十七条") -> None:
    """Erase an edition by law: requested by a clerk, ordered by another person."""
    actions.ask_erasure(edition, by=actor(Role.CLERK, edition.unit), basis=basis)
    actions.erase(edition, by=by)


def actor_with_all_roles(body: Body, person: Person | None = None) -> Actor:
    """Return an actor with every role that signs."""
    who = person or PersonFactory()
    for role in (Role.REVIEWER, Role.SIGNER, Role.LEAD):
        AppointmentFactory(role=role, body=body, person=who)
    return get_actor(who.user)
