"""Actions on releases through other channels, each recorded with its proof."""

from datetime import datetime

from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.editions.rules import writes
from gongkai.content.publishing.models import ChannelRelease, DisclosureChannel
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.files.models import StoredFile
from gongkai.lib.writing.titles import quoted


def find_time_errors(at: datetime) -> list[str]:
    """Return the error of a release time in the future."""
    return ["发布时间不能晚于现在；发布之后再来登记。"] if at > timezone.now() else []


@action("publishing.record_channel", label="登记其他渠道发布", rule=writes)
def record_channel(
    document: Document,
    *,
    by: Actor,
    channel: str,
    name: str,
    at: datetime,
    address: str = "",
    proof: tuple[str, StoredFile] | None = None,
    note: str = "",
    recorded_by: str = "",
) -> ActionResult:
    """Record the release of a document through another channel. Early releases are recorded and
    listed too (`registers.IRREGULAR`).

    Args:
        channel: a `DisclosureChannel`.
        name: the account, paper or place.
        at: when; not in the future.
        address: where it can be seen, or
        proof: (name, file) that shows it: one of the two is needed.
        note: a remark.
        recorded_by: who says so, where a room records it for somebody (an account's keeper carries other units' documents).
    """
    reasons = []
    if channel not in DisclosureChannel.values:
        reasons.append("没有这种渠道。")
    if not name.strip():
        reasons.append("请写明账号、报刊或场所的名称。")
    reasons += find_time_errors(at)
    if not address and proof is None:
        reasons.append("请填写链接，或上传截图、照片等佐证文件。")
    if reasons:
        raise Refused(reasons)
    made = ChannelRelease.objects.create(
        document=document,
        channel=channel,
        name=name.strip()[:120],
        at=at,
        address=address,
        proof=proof[1] if proof else None,
        proof_name=proof[0][-200:] if proof else "",
        note=note.strip()[:300],
        recorded_by=(recorded_by or by.name)[:120],
    )
    where = f"{made.get_channel_display()}{quoted(made.name)}"
    return ActionResult(
        words=f"{timezone.localtime(at):%Y-%m-%d %H:%M}在{where}发布",
        facts={"release": made.pk, "channel": channel},
        result=made,
    )


def _stands(release: ChannelRelease) -> list[str]:
    return ["这条登记已经作废。"] if release.dropped else []


@action(
    "publishing.drop_channel",
    label="作废登记",
    rule=lambda by, release: writes(by, release.document),
    ready=_stands,
)
def drop_channel(release: ChannelRelease, *, by: Actor, reason: str) -> ActionResult:
    """Withdraw a release that was recorded by mistake; it stays with the reason."""
    if not reason.strip():
        raise Refused("请写明作废的理由。")
    release.dropped = reason.strip()[:300]
    release.save(update_fields=["dropped"])
    return ActionResult(words=release.dropped, facts={"release": release.pk}, stream=f"document/{release.document_id}")
