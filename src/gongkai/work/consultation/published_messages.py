"""Published messages: lists, selection, status and erasure by law."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.content.editions.erasure import (
    ERASED_TEXT,
    BaseErasureHandler,
    TextEchoes,
    find_erased_revisions,
    get_source_number,
)
from gongkai.content.editions.models import Document, Edition, EditionContent, Shelf, Website
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.editions.queries.lists import keyset_page
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.core.units.models import Body
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.work.consultation.models import Inquiry, InquiryCategory, MessagePublication, MessageText
from gongkai.work.consultation.models.publication import PUBLICATION_SOURCE_NAME
from gongkai.work.consultation.queries import inquiries_visible_to
from gongkai.work.consultation.states import InquiryState

#: Messages on a page.
PAGE_SIZE = 20


@dataclass(frozen=True)
class MessageFilter:
    """The filter of published messages: unit, category and year of the answer."""

    body: int | None = None
    category: str = ""
    year: int | None = None

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> "MessageFilter":
        """Parse the filter from a query string; invalid values are ignored."""
        category = parameters.get("category", "")
        return cls(
            parse_whole_number(parameters.get("body", "")),
            category if category in InquiryCategory.values else "",
            parse_whole_number(parameters.get("year", ""), 9999),
        )


@dataclass(frozen=True)
class PublishedMessage:
    """A published inquiry in a list: its list row and the facts of its edition."""

    shelf: Shelf
    facts: Mapping[str, object]


@dataclass(frozen=True)
class MessagePage:
    """A page of published inquiries, with the keys of the next and previous page."""

    rows: list[PublishedMessage]
    next: str
    previous: str


def _filter_message_rows(user: object, website: Website | int) -> QuerySet[Shelf]:
    number = website.pk if isinstance(website, Website) else website
    return shelf_visible_to(user).filter(website=number, column=None, kind=ItemKind.MESSAGE)


def filter_messages(rows: QuerySet[Shelf], message_filter: MessageFilter) -> QuerySet[Shelf]:
    """Return the published inquiries that match a filter; its empty fields match all."""
    conditions = {
        "body": message_filter.body,
        "document__message_publication__category": message_filter.category,
        "document__message_publication__answered_on__year": message_filter.year,
    }
    return rows.filter(**{name: value for name, value in conditions.items() if value})


def list_messages(
    user: object, website: Website | int, message_filter: MessageFilter, *, after: str = "", before: str = ""
) -> MessagePage:
    """Return a page of a site's public messages, newest first, between two keys."""
    page = keyset_page(
        filter_messages(_filter_message_rows(user, website), message_filter), after=after, before=before, size=PAGE_SIZE
    )
    facts = dict(
        EditionContent.objects.filter(edition__in=[row.edition_id for row in page.rows]).values_list("edition", "facts")
    )
    return MessagePage(
        [PublishedMessage(row, facts.get(row.edition_id, {})) for row in page.rows], page.next, page.previous
    )


def list_message_filter_choices(user: object, website: Website | int) -> tuple[list[Body], list[int]]:
    """Return (units, years, newest first) of the messages public on a site."""
    rows = _filter_message_rows(user, website)
    bodies = Body.objects.filter(pk__in=rows.values("body")).order_by("position", "pk")
    days = rows.filter(document__message_publication__isnull=False).values_list(
        "document__message_publication__answered_on__year", flat=True
    )
    return list(bodies), sorted(set(days.order_by()), reverse=True)


def list_selectable_inquiries(user: object) -> QuerySet[Inquiry]:
    """Return visible answered inquiries with consent that were not selected yet, the last answered first."""
    rows = inquiries_visible_to(user).filter(
        entry__state=InquiryState.ANSWERED, may_publish=True, publication__isnull=True
    )
    return rows.order_by("-answered_at", "-pk")


def list_selected_publications(user: object) -> QuerySet[MessagePublication]:
    """Return the publications of visible inquiries."""
    rows = MessagePublication.objects.filter(inquiry__in=inquiries_visible_to(user).values("pk"))
    return rows.select_related("inquiry__entry__body", "document", "body")


def is_public_now(publication: MessagePublication) -> bool:
    """Return true if a publication is public on any site now."""
    moment = timezone.now()
    rows = Shelf.objects.filter(document=publication.document_id, from_at__lte=moment)
    return rows.filter(Q(until_at=None) | Q(until_at__gt=moment)).exists()


def get_last_review_of_publication(publication: MessagePublication) -> Review | None:
    """Return the last review of a publication, whatever its state, or None."""
    return Review.objects.filter(source=publication.stream).order_by("-pk").first()


def describe_publication_status(publication: MessagePublication) -> str:
    """Return the status of a publication in words."""
    review = get_last_review_of_publication(publication)
    if review and review.state in {ReviewState.WAITING, ReviewState.AFTER}:
        return "审签中"
    if is_public_now(publication):
        return "已公开"
    if review and review.state == ReviewState.RETURNED:
        return "审签退回"
    published_at = Document.objects.filter(message_publication=publication).values_list("published_at", flat=True)
    first_moment = published_at.first()
    if first_moment is None:
        return "待送审"
    return "等待公开" if first_moment > timezone.now() else "已撤回"


def get_last_publication_day(body: Body) -> date | None:
    """Return the day of the last published message of a government and its units, or None."""
    rows = MessagePublication.objects.filter(body__path__startswith=body.path)
    rows = rows.filter(document__published_at__lte=timezone.now())
    last_moment = rows.order_by("-document__published_at").values_list("document__published_at", flat=True).first()
    return timezone.localdate(last_moment) if last_moment else None


class MessageErasureHandler(BaseErasureHandler):
    """The erasure handler of published inquiries."""

    def find_echoes(self, edition: Edition) -> TextEchoes:
        """Return the titles of the publication's texts."""
        texts = MessageText.objects.filter(publication=get_source_number(edition, PUBLICATION_SOURCE_NAME))
        return TextEchoes(titles=frozenset(texts.values_list("title", flat=True)))

    def erase(self, edition: Edition) -> None:
        """Blank the texts from which an edition was made."""
        texts = MessageText.objects.filter(publication=get_source_number(edition, PUBLICATION_SOURCE_NAME))
        rows = find_erased_revisions(edition).rows(texts, "number")
        rows.update(title=ERASED_TEXT, summary=ERASED_TEXT, answer=ERASED_TEXT)


MESSAGE_ERASURE_HANDLER = MessageErasureHandler(PUBLICATION_SOURCE_NAME)
