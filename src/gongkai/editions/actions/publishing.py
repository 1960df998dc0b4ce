"""Publishing: an approved revision of any source becomes an edition. The only way to the public, save for what is taken over or carried in."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model
from django.utils import timezone

from gongkai.acts.action import ActionResult, Refused, action
from gongkai.acts.actors import Actor
from gongkai.acts.digest import moment
from gongkai.editions.actions.editions import issue, settle
from gongkai.editions.frozen import Frozen
from gongkai.editions.gates import publication_blockers
from gongkai.editions.models import Document, Edition
from gongkai.editions.rules import writes
from gongkai.editions.sources import Source, document_of


@dataclass(frozen=True)
class Approval:
    """What approvals come to, as the room that keeps them reads them again: the reasons against them, the rows that an edition keeps of them.

    `use` marks them as used: each publishes once. `settles` is whether this edition settles what an urgent one left open.
    """

    reasons: list[str]
    rows: list[dict[str, object]]
    use: Callable[[Edition], None]
    settles: bool = True


#: Why what stands in no column is not submitted.
HOMELESS = "请选择至少一个栏目。"
#: (source, revision, what it says, approvals as handed in, the time asked for, now) → what they come to.
Reader = Callable[[Source, int, Frozen, Sequence[Model | int], datetime | None, datetime], Approval]

#: Who reads approvals: the room of the reviews. Without one nothing is published.
_READERS: list[Reader] = []

_FROZEN: ContextVar[tuple[str, int, Frozen] | None] = ContextVar("frozen", default=None)


def read_approvals_with(reader: Reader) -> None:
    """Say who reads approvals; the last one said counts."""
    _READERS.append(reader)


@contextmanager
def frozen_already(source: Source, revision: int, frozen: Frozen) -> Iterator[None]:
    """Publish within what was frozen from the database in this very transaction: a last signature does not freeze twice."""
    token = _FROZEN.set((source.stream, revision, frozen))
    try:
        yield
    finally:
        _FROZEN.reset(token)


def _freeze(source: Source, revision: int) -> Frozen:
    known = _FROZEN.get()
    if known is not None and known[:2] == (source.stream, revision):
        return known[2]
    return source.frozen(revision)


@action("publishing.publish", label="发布", rule=writes)
def publish(
    source: Source,
    *,
    by: Actor,
    revision: Model | int,
    approvals: Sequence[Model | int],
    visible_from: datetime | None = None,
) -> ActionResult:
    """Freeze an approved revision into an edition.

    Args:
        source: where the text comes from.
        by: who publishes; that is not the permission, the approvals are.
        revision: the very revision that was signed, or its number; it is read again as it is stored.
        approvals: signed reviews of that revision, read again from the database with their signatures.
        visible_from: when the public may read it; in the future it is a schedule, and then the one that was signed. Earlier than
            signed is refused. A time in the past is refused, save for the system recording what was published elsewhere (migration).
    """
    now = timezone.now()
    start = visible_from or now
    if start < now and visible_from is not None and not by.system:
        raise Refused("公开时间不能早于现在。")
    number = int(revision.pk if isinstance(revision, Model) else revision)
    frozen = _freeze(source, number)
    document = document_of(source)
    approved = _READERS[-1](source, number, frozen, approvals, visible_from, now)
    reasons = [*publication_blockers(source, frozen), *approved.reasons, *_homeless(document)]
    if reasons:
        raise Refused(reasons)
    edition = issue(document, frozen, start, by=by, approvals=approved.rows)
    approved.use(edition)
    settled = settle(document, edition) if approved.settles else {}
    return ActionResult(
        words=f"发布第{edition.number}版",
        facts={
            "edition": edition.pk,
            "number": edition.number,
            "digest": edition.digest,
            "visible_from": moment(start),
            "revision": number,
            "signed": [row["signature"] for row in approved.rows if row["kind"] == "signature"],
            **settled,
        },
        to_state="published",
        stream=f"document/{document.pk}",
        result=edition,
    )


def _homeless(document: Document) -> list[str]:
    return [] if document.placements.exists() else [HOMELESS]
