"""Taking over what an old platform had published: what an order must be, and `audit verify` of what went out on one. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gongkai.acts.digest import canonical, digest, moment
from gongkai.acts.models import Movement
from gongkai.acts.seal import Verdict
from gongkai.publishing.models import Edition, MigratedText, MigrationOrder

#: What an edition's `approvals` calls a text that was taken over.
MIGRATED = "migrated"


@dataclass(frozen=True)
class Listed:
    """A text to go on an order's list: the digest of its old identity, of what its edition will say, and when it was published there."""

    key: str
    content_digest: str
    published_at: datetime


def list_digest(rows: Iterable[Listed | MigratedText]) -> str:
    """Return the digest of a list, whatever its order."""
    lines = sorted(f"{row.key} {row.content_digest} {moment(row.published_at)}" for row in rows)
    return digest("\n".join(lines))


def order_digest(order: MigrationOrder) -> str:
    """Return the digest an order must carry."""
    return digest(
        canonical(
            {
                "website": order.website_id,
                "origin": order.origin,
                "name": order.name,
                "person": order.person_id,
                "account": order.account_id,
                "role": order.role,
                "at": moment(order.at),
                "count": order.count,
                "list": order.list_digest,
            }
        )
    )


def unlike_the_log(order: MigrationOrder) -> list[str]:
    """Hold an order against the movement that gave it: the same person, the same list."""
    given = Movement.objects.filter(stream=order.stream, action="publishing.order_migration").first()
    held = given is not None and given.person_id == order.person_id and given.facts["digest"] == order.digest
    return [] if held and order.digest == order_digest(order) else ["迁移批准与流水不符，不能据此发布。"]


def not_listed(text: MigratedText) -> list[str]:
    """Why a text on an order's list does not count: one that came later must be a logged decision of somebody."""
    if not text.decided_by:
        return []
    logged = Movement.objects.filter(stream=text.order.stream, action="publishing.decide_migrated")
    known = any(facts.get("text") == text.pk for facts in logged.values_list("facts", flat=True))
    return [] if known else ["流水中没有这项决定，不能据此发布。"]


def is_migrated(editions: Sequence[Any]) -> dict[str, Any] | None:
    """Return what the oldest migrated one of these editions keeps of its migration; None where all were made here."""
    for edition in sorted(editions, key=lambda one: one.number):
        for row in edition.approvals:
            if row.get("kind") == MIGRATED:
                return dict(row)
    return None


def migrations_hold() -> Verdict:
    """`audit verify`: every list is as it was ordered, and every migrated edition says what its order lists."""
    broken, count = "", 0
    for order in MigrationOrder.objects.order_by("pk"):
        first = order.texts.filter(decided_by="")
        if unlike_the_log(order) or list_digest(first.iterator(2000)) != order.list_digest:
            broken = broken or f"{order}的清单被改动"
    texts = {t.pk: t for t in MigratedText.objects.select_related("order").iterator(2000)}
    logged = Movement.objects.filter(action="publishing.publish_migrated").values_list("facts", flat=True)
    numbers = {int(facts["edition"]): int(facts["text"]) for facts in logged.iterator(2000)}
    for edition in Edition.objects.filter(pk__in=numbers).iterator(2000):
        count += 1
        text = texts.get(numbers[edition.pk])
        if text is None or text.content_digest != edition.content_digest:
            broken = broken or f"信息{edition.document_id}第{edition.number}版不在批准的迁移清单内"
    return Verdict(count, broken)
