"""Actions that add the applicant's supplements and set the topic."""

from collections.abc import Sequence
from datetime import date

from gongkai.core.acts.action import ActionResult, Notification, Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.kinds import url_of
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Role
from gongkai.work.requests.actions.acting import (
    check_day,
    describe_attachments,
    entry_act,
    load_request,
    require_text,
)
from gongkai.work.requests.actions.registering import make_request_title
from gongkai.work.requests.models import Supplement
from gongkai.work.requests.topics import TOPIC_CHOICES

# Maximum number of supplements of a request.
MAX_SUPPLEMENTS = 20


@entry_act("supplement")
def supplement(
    entry: Entry, *, by: Actor, text: str, files: Sequence[str] = (), on: date | None = None
) -> ActionResult:
    """Add the applicant's supplement and notify the unit; the clock keeps running.

    `files` are digests of attachments.
    """
    if Supplement.objects.filter(request=entry.pk).count() >= MAX_SUPPLEMENTS:
        raise Refused(f"一件申请最多补充{MAX_SUPPLEMENTS}次，请与承办单位联系。")
    said = require_text(text, "请填写补充的内容。")
    made = Supplement.objects.create(request_id=entry.pk, text=said[:5000], files=len(files), on=check_day(on))
    tell = Notification(
        subject=f"申请人补充了材料：{entry.number}",
        body=f"{entry.number}的申请人补充了说明，请在办理时一并考虑。",
        link=url_of(entry),
        key=f"request/{entry.pk}/supplement/{made.pk}",
        posts=((Role.CLERK, entry.body_id),),
    )
    words = f"收到申请人补充的说明{describe_attachments(files)}"
    return ActionResult(words=words, facts={"supplement": made.pk, "files": list(files)}, tell=(tell,))


@entry_act("set_topic")
def set_topic(entry: Entry, *, by: Actor, topic: str) -> ActionResult:
    """Set the topic of a request, for statistics."""
    if topic not in dict(TOPIC_CHOICES):
        raise Refused("没有这个主题。")
    request = load_request(entry)
    request.topic = topic
    request.save(update_fields=["topic"])
    entry.title = make_request_title(entry.body, topic)
    return ActionResult(words=f"主题：{topic}", facts={"topic": topic})
