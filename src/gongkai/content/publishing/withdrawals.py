"""Withdrawn texts: persons, reasons and notifications."""

from dataclasses import dataclass

from django.urls import reverse

from gongkai.content.editions.models import Document, Edition, EditionEffect
from gongkai.content.editions.shelves import was_public
from gongkai.content.editions.sources import get_item_number, list_editions
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.action import Notification
from gongkai.core.acts.following import ActionEvent
from gongkai.core.acts.models import Movement
from gongkai.core.outbox.outbox import write_messages
from gongkai.core.units.models import Role


@dataclass(frozen=True)
class TextWithdrawal:
    """A withdrawal: its edition, and its reason from the log ("" if erased by law).

    `was_public` is false if the text was withdrawn before its scheduled time.
    """

    edition: Edition
    reason: str
    was_public: bool


def map_withdrawal_reasons(document: Document) -> dict[int, str]:
    """Return {primary key of the withdrawing edition: reason, "" if erased} of a document. One query."""
    rows = Movement.objects.filter(stream=f"document/{document.pk}", action="publishing.withdraw")
    movements = rows.values_list("facts", "kept_words__text")
    return {int(facts["edition"]): text or "" for facts, text in movements}


def find_current_withdrawal(document: Document) -> TextWithdrawal | None:
    """Return the withdrawal that hides a document now, or None."""
    editions = list_editions(document)
    if not editions or editions[-1].act != EditionEffect.WITHDRAW:
        return None
    last = editions[-1]
    return TextWithdrawal(
        last, map_withdrawal_reasons(document).get(last.pk, ""), was_public(editions, last.visible_from)
    )


def notify_writers(happened: ActionEvent) -> None:
    """Notify the authors and submitters of a withdrawn text, or the unit's clerks if none are known.

    Nobody is notified without an item page, because erasure finds messages by their link.
    """
    document: Document = happened.target
    edition: Edition = happened.step.result  # type: ignore[assignment]
    review = Review.objects.filter(source=document.source, edition_id__isnull=False).order_by("-pk").first()
    persons = {*review.author_people, review.submitted_person} - {None} if review else set()
    item = get_item_number(document.source)
    address = (
        reverse("publishing:item", args=(item,)) if item else review and reverse("reviewing:review", args=(review.pk,))
    )
    if not address:
        return
    text = document.editions.filter(act=EditionEffect.PUBLISH).order_by("-number").first()
    title = text.content.title if text and hasattr(text, "content") else str(document)
    done = "撤回公开" if document.published_at else "取消定时公开"
    message = Notification(
        subject=f"已{done}：{title}"[:200],
        body=f"{happened.by.name}{done}，理由：{happened.step.words}。属于主动公开范围的，请改正后重新送审；不再公开的，请更改公开属性并写明理由。",
        link=address,
        key=f"withdrawn/{edition.pk}",
        persons=tuple(sorted(persons)),
        posts=() if persons else ((Role.CLERK, document.body_id),),
    )
    write_messages([message], by=happened.by)
