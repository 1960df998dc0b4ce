"""The list of items with their states, and the home-page block of returned items. Read-only."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models import Document, Edition, EditionEffect, Shelf, Website
from gongkai.content.editions.sources import get_item_number, list_editions
from gongkai.content.editions.user_scope import bodies_seen
from gongkai.content.publishing.clock.disclosures import ATTRIBUTES_TO_DISCLOSE
from gongkai.content.publishing.clock.timeliness import PublicationTimeliness, map_promptness
from gongkai.content.publishing.models import Disclosure, ItemPage, SourceFile, UnitPage
from gongkai.content.reviewing.cases import list_reviews
from gongkai.content.reviewing.models import Coordination, Opinion, Review, ReviewState, Signature, SignatureVerdict
from gongkai.core.ledger.row_presence import RowCondition
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.another_person import is_self
from gongkai.core.units.models import Body, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import own_units_q, with_drafting_posts, without_technical_posts

#: Items on one page.
PER_PAGE = 25
#: State filter of the list.
ITEM_STATES = {
    "": "全部",
    "draft": "未公开",
    "waiting": "待审签",
    "returned": "被退回",
    "public": "已公开",
    "changed": "公开后有修改",
}


#: Label of a text that all stages signed and that waits for another document.
SIGNED_NOT_PUBLIC_LABEL = "已签发，待公开"
_REVIEW_STATE_LABELS: Mapping[str, str] = {
    ReviewState.WAITING: "待审签",
    ReviewState.RETURNED: "被退回",
    ReviewState.APPROVED: SIGNED_NOT_PUBLIC_LABEL,
}


class ItemState(NamedTuple):
    """The state of an item in Chinese, its last review (None if never submitted), and true if it is public."""

    state: str
    review: Review | None
    is_public: bool


@dataclass(frozen=True)
class ItemRow:
    """An item in the list."""

    item: ItemPage
    body: Body | None
    state: str
    document: Document | None
    review: Review | None
    prompt: PublicationTimeliness | None
    #: Its public URL and site (preferably the default one); "" and None if it is not public.
    path: str
    website: Website | None


def filter_items(bodies: QuerySet[Body], *, state: str = "", words: str = "", focus: str = "") -> QuerySet[ItemPage]:
    """Return the items of these bodies, filtered by state, words in the title and policy focus (政策重点)."""
    rows: QuerySet[ItemPage] = ItemPage.objects.filter(_make_unit_condition(bodies))
    if words:
        rows = rows.filter(draft_title__icontains=words)
    if focus:
        rows = rows.filter(policy_focus=focus)
    return rows.filter(_make_state_condition(state)) if state in ITEM_STATES and state else rows


def _make_unit_condition(bodies: QuerySet[Body]) -> Q:
    """Return the condition for items under the pages of the units."""
    paths = UnitPage.objects.filter(body__in=bodies).values_list("path", flat=True)
    under = Q(pk__in=[])
    for path in paths:
        under |= Q(path__startswith=path, depth=3)
    return under


def _make_draft_condition(by: Actor) -> Q:
    """Return the condition that hides unpublished drafts from supervisors who do not work on them."""
    if with_drafting_posts(by) is by:
        return Q()
    went_out = Exists(Edition.objects.filter(document__item_number=OuterRef("pk")))
    return went_out | _make_unit_condition(bodies_seen(with_drafting_posts(by)))


@register_visible_to(ItemPage)
def items_visible_to(user: object) -> QuerySet[ItemPage]:
    """Return the items that the user sees in the office: of units they write for or head; a 监督员 sees published ones."""
    by = get_actor(user)
    rows: QuerySet[ItemPage] = ItemPage.objects.all()
    return rows if by.system else rows.filter(_make_unit_condition(bodies_seen(by)) & _make_draft_condition(by))


def make_can_open_condition(by: Actor, number: str) -> Exists:
    """Return the condition that the user may open the item whose primary key the field `number` contains."""
    return Exists(items_visible_to(by).filter(pk=OuterRef(number)))


@register_visible_to(SourceFile, drafts=True)
def source_files_visible_to(user: object) -> QuerySet[SourceFile]:
    """Return the source files of items for users who work on them."""
    rows = SourceFile.objects.filter(item_id__in=items_visible_to(user).values("pk"))
    return rows.select_related("stored")


@register_visible_to(Coordination, drafts=True)
def coordinations_visible_to(user: object) -> QuerySet[Coordination]:
    """Return the consultations on the user's items, and those that name the user's unit or one that the user's
    office supervises."""
    by = get_actor(user)
    rows = Coordination.objects.all()
    if by.system:
        return rows
    units = {*Body.objects.filter(own_units_q(by, "", supervising=(Role.CHIEF,))).values_list("pk", flat=True)}
    heard = [pk for pk, bodies in rows.values_list("pk", "bodies") if not units.isdisjoint(bodies)]
    return rows.filter(Q(item_id__in=items_visible_to(by).values("pk")) | Q(pk__in=heard))


@register_visible_to(Opinion, drafts=True)
def opinions_visible_to(user: object) -> QuerySet[Opinion]:
    """Return the opinions on consultations that the user sees."""
    return Opinion.objects.filter(coordination_id__in=coordinations_visible_to(user).values("pk"))


def filter_listed_items(user: object, bodies: QuerySet[Body], **narrowed: str) -> QuerySet[ItemPage]:
    """Return the items of these bodies as `filter_items`, without drafts that the user may not see.

    Args:
        user: the reader.
        bodies: bodies that the reader sees.
        narrowed: the filters of `filter_items`.
    """
    return filter_items(bodies, **narrowed).filter(_make_draft_condition(without_technical_posts(get_actor(user))))


@dataclass(frozen=True)
class FocusRow:
    """A unit's numbers of drafted (`items`) and of public items on a policy focus (政策重点)."""

    focus: str
    body: Body
    items: int
    public: int


def list_focus_counts(bodies: QuerySet[Body]) -> list[FocusRow]:
    """Return items and public items by policy focus and unit, the largest focus first."""
    shown = Exists(_list_public_shelves().filter(document__item_number=OuterRef("pk")))
    found = filter_items(bodies).exclude(policy_focus="").annotate(shown=shown).order_by()
    desks = {page.path: page.body for page in UnitPage.objects.filter(body__in=bodies).select_related("body")}
    counts: dict[tuple[str, int], list[int]] = {}
    by_number: dict[int, Body] = {}
    for path, focus, public in found.values_list("path", "policy_focus", "shown"):
        body = desks[path[:-4]]
        by_number[body.pk] = body
        both = counts.setdefault((focus, body.pk), [0, 0])
        both[0] += 1
        both[1] += public
    whole: dict[str, int] = {}
    for (focus, _), (items, _public) in counts.items():
        whole[focus] = whole.get(focus, 0) + items
    rows = [FocusRow(focus, by_number[body], *both) for (focus, body), both in counts.items()]
    return sorted(rows, key=lambda row: (-whole[row.focus], row.focus, row.body.position, row.body.pk))


def _list_public_shelves() -> QuerySet[Shelf]:
    """Return the rows of documents on their sites, without those that wait for their time."""
    return Shelf.objects.filter(column=None, from_at__lte=timezone.now())


def _make_state_condition(state: str) -> Q:
    """Return the condition for items in a state of the list."""
    latest = Review.objects.filter(source=Concat(Value("item/"), Cast(OuterRef("pk"), CharField())))
    public = Exists(_list_public_shelves().filter(document__item_number=OuterRef("pk")))
    if state == "waiting":
        return Q(Exists(latest.filter(state=ReviewState.WAITING)))
    if state == "returned":
        newer = Review.objects.filter(source=OuterRef("source"), pk__gt=OuterRef("pk"))
        return Q(Exists(latest.filter(~Exists(newer), state=ReviewState.RETURNED)))
    if state == "changed":
        signed = latest.filter(edition_id__isnull=False)
        return Q(public, Exists(signed), ~Exists(signed.filter(revision_id__gte=OuterRef("latest_revision_id"))))
    return Q(public) if state == "public" else Q(~public)


def make_item_rows(items: list[ItemPage]) -> list[ItemRow]:
    """Return the list rows of items, in a constant number of queries."""
    numbers = [item.pk for item in items]
    documents = {d.item_number: d for d in Document.objects.filter(item_number__in=numbers)}
    reviews: dict[int, list[Review]] = {}
    for review in Review.objects.filter(source__in=[f"item/{number}" for number in numbers]).order_by("-pk"):
        reviews.setdefault(get_item_number(review.source), []).append(review)
    last_editions: dict[int, Edition] = {}
    for edition in Edition.objects.filter(document__in=documents.values()).order_by("number"):
        last_editions[edition.document_id] = edition
    shelf = _list_public_shelves().filter(document__in=documents.values()).select_related("website")
    shown = {row.document_id: row for row in shelf.order_by("website__is_default")}
    bodies = {
        page.path: page.body
        for page in UnitPage.objects.filter(path__in={item.path[:-4] for item in items}).select_related("body")
    }
    since = {
        number: timezone.localdate(document.published_at)
        for number, document in documents.items()
        if number and document.published_at and document.pk in shown
    }
    prompts = map_promptness(items, since)
    item_rows = [
        _make_row(item, documents.get(item.pk), reviews.get(item.pk, []), last_editions, shown, bodies)
        for item in items
    ]
    return [replace(row, prompt=prompts.get(row.item.pk)) for row in item_rows]


def read_item_state(item: ItemPage) -> ItemState:
    """Return the state of one item, in two queries beside those of its reviews and editions."""
    document = Document.objects.filter(item_number=item.pk).first()
    editions = list_editions(document) if document else []
    is_public = document is not None and _list_public_shelves().filter(document=document).exists()
    reviews = list_reviews(item)
    state = _describe_state(item, reviews, editions[-1] if editions else None, shown=is_public)
    return ItemState(state, next(iter(reviews), None), is_public)


def _make_row(
    item: ItemPage,
    document: Document | None,
    reviews: list[Review],
    last_editions: dict[int, Edition],
    shelved: dict[int, Shelf],
    bodies: Mapping[str, Body],
) -> ItemRow:
    """Return the row of an item with its state and public URL; the mappings are by document and by unit page path."""
    edition = last_editions.get(document.pk) if document else None
    shelf = shelved.get(document.pk) if document else None
    is_public = shelf is not None
    return ItemRow(
        item,
        bodies.get(item.path[:-4]),
        _describe_state(item, reviews, edition, shown=is_public),
        document,
        next(iter(reviews), None),
        None,
        shelf.path if shelf else "",
        shelf.website if shelf else None,
    )


def _describe_state(item: ItemPage, reviews: list[Review], edition: Edition | None, *, shown: bool) -> str:
    """Return the state of an item in Chinese by its reviews, newest first, and last edition; `shown`: it is public."""
    review = next(iter(reviews), None)
    if review and review.edition_id is None and review.state in _REVIEW_STATE_LABELS:
        return _REVIEW_STATE_LABELS[review.state]
    if edition is None:
        return "草稿"
    if edition.act == EditionEffect.WITHDRAW:
        return "已撤回"
    if edition.visible_from > timezone.now():
        return "等待定时公开"
    signed = next((one for one in reviews if one.edition_id is not None), None)
    changed = signed is not None and item.latest_revision_id and item.latest_revision_id > signed.revision_id
    return "公开后有修改" if changed and shown else "已公开"


#: Rows in the block on the home page.
MAX_LISTED_REVIEWS = 10


@dataclass(frozen=True)
class ReturnedItem:
    """A returned review, the signature that returned it (`said`), and the URL where the author corrects the text."""

    review: Review
    said: Signature | None
    body: Body | None
    url: str


def list_returned_review_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions under which the block of returned items has rows."""
    return [RowCondition(Review, {"state": ReviewState.RETURNED, "body_id": _list_writable_units(by)})]


def make_returned_items_block(by: Actor) -> dict[str, object] | None:
    """Return the home page block of returned items to disclose, those submitted by the user first.

    Returns None to hide it.
    """
    later = Review.objects.filter(source=OuterRef("source"), pk__gt=OuterRef("pk"))
    rows = Review.objects.filter(~Exists(later), state=ReviewState.RETURNED, body_id__in=_list_writable_units(by))
    items = {get_item_number(review.source): review for review in rows.order_by("decided_at", "pk")}
    wanted = ItemPage.objects.filter(pk__in=items, attribute__in=ATTRIBUTES_TO_DISCLOSE).values_list("pk", flat=True)
    reviews = [items[number] for number in wanted]
    reviews.sort(key=lambda one: (not is_self(by, one.submitted_person), one.decided_at, one.pk))
    if not reviews:
        return None
    clocks = Disclosure.objects.filter(item_id__in=wanted, entry__closed_at=None)
    shown = reviews[:MAX_LISTED_REVIEWS]
    return {
        "title": "退回给您修改的信息",
        "rows": _make_returned_items(shown),
        "cut": len(reviews) > MAX_LISTED_REVIEWS,
        "more": f"{reverse('publishing:items')}?state=returned",
        "stands_for": frozenset(clocks.values_list("entry", flat=True)),
    }


def _make_returned_items(reviews: list[Review]) -> list[ReturnedItem]:
    """Return the returned reviews with the signature that returned each."""
    signatures = Signature.objects.filter(review_id__in=[review.pk for review in reviews], verdict=SignatureVerdict.NO)
    by_review = {signature.review_id: signature for signature in signatures.select_related("note").order_by("pk")}
    bodies = Body.objects.in_bulk([review.body_id for review in reviews])
    return [
        ReturnedItem(
            review,
            by_review.get(review.pk),
            bodies.get(review.body_id),
            reverse("publishing:item", args=(get_item_number(review.source),)),
        )
        for review in reviews
    ]


def _list_writable_units(by: Actor) -> list[int]:
    """Return the units for which the user drafts."""
    return sorted(by.body_ids(Role.CLERK))
