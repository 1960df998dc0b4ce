"""Actions that add the applicant's supplements and set the topic."""

from collections.abc import Sequence
from datetime import date

from gongkai.core.acts.action import ActionResult, Notification, Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.kinds import url_of
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Role
from gongkai.work.requests.actions.acting import act, facts_of, needed, not_to_come, with_files
from gongkai.work.requests.actions.registering import title_of
from gongkai.work.requests.models import Supplement
from gongkai.work.requests.topics import TOPICS

# Maximum number of supplements of a request.
MOST = 20


@act("supplement")
def supplement(
    entry: Entry, *, by: Actor, text: str, files: Sequence[str] = (), on: date | None = None
) -> ActionResult:
    """Add the applicant's supplement and notify the unit; the clock keeps running.

    `files` are digests of attachments.
    """
    if Supplement.objects.filter(request=entry.pk).count() >= MOST:
        raise Refused(f"一件申请最多补充{MOST}次，请与承办单位联系。")
    said = needed(text, "请填写补充的内容。")
    made = Supplement.objects.create(
        request_id=entry.pk, text=said[:5000], files=len(files), on=not_to_come(on)
    )
    tell = Notification(
        subject=f"申请人补充了材料：{entry.number}",
        body=f"{entry.number}的申请人补充了说明，请在办理时一并考虑。",
        link=url_of(entry),
        key=f"request/{entry.pk}/supplement/{made.pk}",
        posts=((Role.CLERK, entry.body_id),),
    )
    words = f"收到申请人补充的说明{with_files(files)}"
    return ActionResult(words=words, facts={"supplement": made.pk, "files": list(files)}, tell=(tell,))


@act("set_topic")
def set_topic(entry: Entry, *, by: Actor, topic: str) -> ActionResult:
    """Set the topic of a request, for statistics."""
    if topic not in dict(TOPICS):
        raise Refused("没有这个主题。")
    request = facts_of(entry)
    request.topic = topic
    request.save(update_fields=["topic"])
    entry.title = title_of(entry.body, topic)
    return ActionResult(words=f"主题：{topic}", facts={"topic": topic})
