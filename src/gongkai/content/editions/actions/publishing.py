"""Publishing: a signed text becomes an edition. The only way to the public, save for what is taken over or carried in."""

from abc import ABC, abstractmethod
from datetime import datetime

from django.utils import timezone

from gongkai.content.editions.actions.editions import issue, settle
from gongkai.content.editions.gates import publication_blockers
from gongkai.content.editions.models import Edition
from gongkai.content.editions.rules import writes
from gongkai.content.editions.sources import OutgoingText, Source
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.digest import moment

#: Why an approval of something else is none.
OTHERS = "所附审签记录不是对这条信息的签发。"


class Approval(ABC):
    """A text and the signatures on which it goes out, as the room of the reviews read them. The one implementation is `reviewing.approving`."""

    #: Whether this edition settles what an urgent one left open.
    settles = True

    def __init__(self, text: OutgoingText) -> None:
        self.text = text

    @abstractmethod
    def faults(self, visible_from: datetime | None, now: datetime) -> list[str]:
        """Verify every signature, over the digest of the very text that is published and against the log; return what is wrong, in Chinese."""

    @abstractmethod
    def rows(self) -> list[dict[str, object]]:
        """Return what the edition keeps of the approval."""

    @abstractmethod
    def use(self, edition: Edition) -> None:
        """Mark the approval as used: it publishes once."""


@action("publishing.publish", label="发布", rule=writes)
def publish(
    source: Source, *, by: Actor, approval: Approval, visible_from: datetime | None = None
) -> ActionResult:
    """Make a signed text public: ask the gates, verify the signatures, write the edition, use up the approval, settle what is owed.

    Args:
        source: where the text comes from.
        by: who publishes; that is not the permission, the approval is.
        approval: the text and its signatures.
        visible_from: when the public may read it; in the future it is a schedule, and then the one that was signed. Earlier than
            signed is refused. A time in the past is refused, save for the system recording what was published elsewhere (migration).
    """
    now = timezone.now()
    start = visible_from or now
    if start < now and visible_from is not None and not by.system:
        raise Refused("公开时间不能早于现在；要马上公开的，不填时间。")
    text = approval.text
    if text.source.stream != source.stream:
        raise Refused(OTHERS)
    text.start = start
    if reasons := [*publication_blockers(text), *approval.faults(visible_from, now)]:
        raise Refused(reasons)
    signed = approval.rows()
    edition = issue(text, start, by=by, approvals=signed)
    approval.use(edition)
    settled = settle(text.document, edition) if approval.settles else {}
    return ActionResult(
        words=f"发布第{edition.number}版",
        facts={
            "edition": edition.pk,
            "number": edition.number,
            "digest": edition.digest,
            "visible_from": moment(start),
            "revision": text.revision,
            "signed": [row["signature"] for row in signed if row["kind"] == "signature"],
            **settled,
        },
        to_state="published",
        stream=f"document/{text.document.pk}",
        result=edition,
    )
