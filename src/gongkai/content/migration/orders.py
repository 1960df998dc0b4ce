"""Verify migration orders and the texts published on them. Read-only."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count

from gongkai.content.editions.models import Edition
from gongkai.content.editions.verify import iterate_logged_facts
from gongkai.content.migration.models import MigratedText, MigrationOrder
from gongkai.core.acts.digest import canonical_json, digest, utc_timestamp
from gongkai.core.acts.models import Movement
from gongkai.core.acts.rows import split_into_batches
from gongkai.core.acts.seal import LogVerdict
from gongkai.lib.typed_json import read_number

#: Texts that are read together, and how many such blocks are kept: movements name texts about in their order.
TEXTS_PER_BLOCK, MAX_CACHED_BLOCKS = 1000, 16


class ListedFacts(NamedTuple):
    """A line in the list of a migration order: order, key, digest of the text, and whether a person decided on it."""

    order: int
    key: str
    content_digest: str
    decided: bool


class ListedTextCache:
    """A bounded cache of listed texts by key."""

    def __init__(self) -> None:
        self._blocks: OrderedDict[int, dict[int, ListedFacts]] = OrderedDict()

    def get(self, number: int) -> ListedFacts | None:
        """Return a text by key, or None."""
        block = number // TEXTS_PER_BLOCK
        if block not in self._blocks:
            self._blocks[block] = _read_block(block)
            if len(self._blocks) > MAX_CACHED_BLOCKS:
                self._blocks.popitem(last=False)
        self._blocks.move_to_end(block)
        return self._blocks[block].get(number)


def _read_block(block: int) -> dict[int, ListedFacts]:
    """Return {text: its listed facts} of a block of primary keys."""
    rows = MigratedText.objects.filter(pk__gte=block * TEXTS_PER_BLOCK, pk__lt=(block + 1) * TEXTS_PER_BLOCK)
    fields = rows.values_list("pk", "order_id", "key", "content_digest", "decided_by")
    return {pk: ListedFacts(order, key, mark, bool(decided)) for pk, order, key, mark, decided in fields}


class NumberSet:
    """A compact set of mostly consecutive numbers: one bit each.

    >>> seen = NumberSet()
    >>> [seen.add(number) for number in (7, 10**9, 7)]
    [True, True, False]
    """

    def __init__(self) -> None:
        self._blocks: dict[int, bytearray] = {}

    def add(self, number: int) -> bool:
        """Add a number; return true if it is new."""
        block, bit = divmod(number, 8 * 4096)
        bits = self._blocks.setdefault(block, bytearray(4096))
        byte, mask = bit // 8, 1 << bit % 8
        new = not bits[byte] & mask
        bits[byte] |= mask
        return new


#: Name of the approval of a migrated text in an edition's `approvals`.
MIGRATED_APPROVAL = "migrated"
#: Name of the action that publishes a listed text.
PUBLISH_MIGRATED_ACTION = "publishing.publish_migrated"


@dataclass(frozen=True)
class ListedText:
    """A migrated text as a publication order lists it.

    `key` is the digest of its identity on the old site, `content_digest` that of its future
    edition, `source_digest` that of its saved page; `published_at` is the former publication time.
    """

    key: str
    content_digest: str
    published_at: datetime
    source_digest: str


def compute_list_digest(rows: Iterable[ListedText | MigratedText]) -> str:
    """Return the digest of a list, independent of its order."""
    lines = sorted(
        f"{row.key} {row.content_digest} {utc_timestamp(row.published_at)} {row.source_digest}" for row in rows
    )
    return digest("\n".join(lines))


def compute_order_digest(order: MigrationOrder) -> str:
    """Return the expected digest of an order."""
    return digest(
        canonical_json(
            {
                "website": order.website_id,
                "origin": order.origin,
                "name": order.name,
                "person": order.person_id,
                "account": order.account_id,
                "role": order.role,
                "at": utc_timestamp(order.at),
                "count": order.count,
                "list": order.list_digest,
            }
        )
    )


def find_log_difference(order: MigrationOrder) -> list[str]:
    """Return the error of an order that differs from its record in the log."""
    movement = Movement.objects.filter(stream=order.stream, action="publishing.order_migration").first()
    held = movement is not None and movement.person_id == order.person_id and movement.facts["digest"] == order.digest
    return [] if held and order.digest == compute_order_digest(order) else ["迁移批准与流水不符，不能据此发布。"]


#: Order → (digest, number of rows) of its list, compared in this process. Rows are insert-only: an equal number is the same list.
_verified_lists: dict[int, tuple[str, int]] = {}


def find_list_difference(order: MigrationOrder) -> list[str]:
    """Return the error of an order whose first list differs from the ordered one."""
    first = order.texts.filter(decided_by="")
    found = (order.digest, first.count())
    if _verified_lists.get(order.pk) == found:
        return []
    if found[1] != order.count or compute_list_digest(first.iterator(2000)) != order.list_digest:
        return ["迁移清单与批准时不符，不能据此发布。"]
    _verified_lists[order.pk] = found
    return []


def find_listing_error(text: MigratedText) -> list[str]:
    """Return the error of a text that is neither on the first list nor added by a logged decision."""
    if not text.decided_by:
        return find_list_difference(text.order)
    logged = Movement.objects.filter(stream=text.order.stream, action="publishing.decide_migrated")
    known = any(_matches_listed_text(facts, text) for facts in logged.values_list("facts", flat=True).iterator(2000))
    return [] if known else ["流水中没有这项决定，不能据此发布。"]


def _matches_listed_text(facts: Mapping[str, object], text: MigratedText) -> bool:
    """Return true if logged facts are of this listed text with its present content."""
    return facts.get("text") == text.pk and facts.get("digest") == text.content_digest


def find_repeated_publication(text: MigratedText) -> list[str]:
    """Return the error of an old identity that was already published on this order."""
    same_texts = list(MigratedText.objects.filter(order=text.order_id, key=text.key))
    numbers = {migrated_text.pk for migrated_text in same_texts}
    editions = Edition.objects.filter(
        document__published_at__in=[migrated_text.published_at for migrated_text in same_texts],
        content_digest__in=[migrated_text.content_digest for migrated_text in same_texts],
    )
    streams = [f"document/{number}" for number in editions.values_list("document_id", flat=True)]
    logged = Movement.objects.filter(stream__in=streams, action=PUBLISH_MIGRATED_ACTION).values_list("facts", flat=True)
    if any(facts.get("text") in numbers for facts in logged):
        return ["这条信息已按这项批准迁移发布过；撤回、撤销后要再迁移的，请重新批准。"]
    return []


def find_migration_record(editions: Sequence[Edition]) -> dict[str, object] | None:
    """Return the migration record of the oldest migrated edition, or None."""
    for edition in sorted(editions, key=lambda one: one.number):
        for row in edition.approvals:
            if row.get("kind") == MIGRATED_APPROVAL:
                return dict(row)
    return None


def verify_migrations() -> LogVerdict:
    """Verify for `audit verify` that lists are as ordered, and each migrated edition is listed once.

    Memory holds one order's list at a time, and a bit for each published text.
    """
    texts = ListedTextCache()
    broken = _find_broken_list() or _find_undecided_error() or _find_repetition_error(texts)
    count = 0
    for some in split_into_batches(iterate_logged_facts((PUBLISH_MIGRATED_ACTION,))):
        numbers = {read_number(facts, "edition"): read_number(facts, "text") for facts in some}
        for edition in Edition.objects.filter(pk__in=numbers).order_by("pk"):
            count += 1
            text = texts.get(numbers[edition.pk])
            if text is None or text.content_digest != edition.content_digest:
                broken = broken or f"信息{edition.document_id}第{edition.number}版不在批准的迁移清单内"
    return LogVerdict(count, broken)


def _find_broken_list() -> str:
    """Return the Chinese sentence on the first order whose list differs from its log or digest, or ""."""
    for order in MigrationOrder.objects.order_by("pk"):
        first = order.texts.filter(decided_by="")
        if find_log_difference(order) or compute_list_digest(first.iterator(2000)) != order.list_digest:
            return f"{order}的清单被改动"
    return ""


def _find_undecided_error() -> str:
    """Return the Chinese error of a text added later without a logged decision, or ""."""
    for order in MigrationOrder.objects.order_by("pk"):
        later = order.texts.exclude(decided_by="").order_by("pk")
        if not later.exists():
            continue
        logged = Movement.objects.filter(stream=order.stream, action="publishing.decide_migrated")
        said = logged.values_list("facts", flat=True).iterator(2000)
        decided = {(facts.get("text"), facts.get("digest")) for facts in said}
        if any(pair not in decided for pair in later.values_list("pk", "content_digest").iterator(2000)):
            return f"{order}的清单中有流水没有的决定"
    return ""


def _find_repetition_error(texts: ListedTextCache) -> str:
    """Return a Chinese error if one order published a text twice, else ""."""
    same = MigratedText.objects.values("order", "key").annotate(rows=Count("pk")).filter(rows__gt=1)
    several = {(order, key) for order, key, _ in same.values_list("order", "key", "rows")}
    number_set, out = NumberSet(), set()
    for facts in iterate_logged_facts((PUBLISH_MIGRATED_ACTION,)):
        listed = read_number(facts, "text")
        text = texts.get(listed)
        if text is None:
            continue
        identity = (text.order, text.key)
        if not number_set.add(listed) or identity in out:
            order = MigrationOrder.objects.get(pk=text.order)
            return f"{order}的同一条信息（版本{facts['edition']}）发布了两次"
        if identity in several:
            out.add(identity)
    return ""


def make_ground_check() -> Callable[[str, dict[str, object], str], bool]:
    """Return a check that an edition's ground is a logged order whose list has this text."""
    sound = {order.pk for order in MigrationOrder.objects.all() if not find_log_difference(order)}
    texts = ListedTextCache()

    def covers(ground: str, facts: dict[str, object], content_digest: str) -> bool:
        """Return true if a sound order lists the text with this content."""
        text = texts.get(read_number(facts, "text"))
        return (
            text is not None
            and text.order in sound
            and ground == MigrationOrder(pk=text.order).stream
            and text.content_digest == content_digest
        )

    return covers
