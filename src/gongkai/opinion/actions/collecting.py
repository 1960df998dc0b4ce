"""Cases come in, and find the unit that answers first."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from gongkai.acts.action import Refused, Step, action
from gongkai.ledger.clock import event
from gongkai.ledger.entry_action import entry_action
from gongkai.ledger.making import make_entries
from gongkai.ledger.models import Audience, Entry
from gongkai.opinion import rules
from gongkai.opinion.actions.telling import to_speakers, to_unit
from gongkai.opinion.evidence import web_address
from gongkai.opinion.kinds import CASE_NAME
from gongkai.opinion.models import GRAVE, Kind, Level, OpinionCase, WatchField
from gongkai.opinion.proposing import responder
from gongkai.units.actors import Actor
from gongkai.units.models import Body

TITLE = 300
#: The rule sets of `law`: 48 hours, and 5 hours for grave emergencies.
USUAL, AUTHORITATIVE = "opinion", "opinion_authoritative"


def moments(found_at: datetime, occurred_at: datetime | None) -> None:
    """Check when something was found and happened.

    Raises:
        Refused: one of them is still to come, or it was found before it happened.
    """
    now = timezone.now()
    if found_at > now or (occurred_at and occurred_at > now):
        raise Refused("发现时间和发生时间不能晚于现在。")
    if occurred_at and occurred_at > found_at:
        raise Refused("发现时间不能早于事件发生时间。")


def check_grade(kind: str, level: str) -> None:
    """Check kind and level against their lists."""
    if (kind and kind not in Kind.values) or level not in Level.values:
        raise Refused("请选择舆情类型和等级。")


@action("opinion.collect", label="登记舆情", rule=rules.staff)
def collect(
    collector: Body,
    *,
    by: Actor,
    title: str,
    text: str,
    platform: str,
    address: str = "",
    found_at: datetime | None = None,
    occurred_at: datetime | None = None,
    kind: str = "",
    level: str = Level.GENERAL,
    field: WatchField | None = None,
    areas: Sequence[Body] = (),
    body: Body | None = None,
    why: str = "",
) -> Step:
    """Put a case on the ledger. Its clock runs from the moment it was found; of a grave emergency, from the moment that happened.

    Args:
        collector: the unit that found it; it goes on seeing the case.
        by: who registers it; the system for feeds.
        title: a few words.
        text: what is being said.
        platform: where: a site, an account, a paper.
        address: its web address there.
        found_at: now where none is given.
        occurred_at: of an emergency, when it happened.
        kind: a `Kind`, where it is plain at once; judged later.
        level: a `Level`, likewise.
        field: the watched field; its units answer.
        areas: the districts concerned.
        body: the unit that answers; else whom the rules of the first responder name, else the collector.
        why: why that one, where the rules name another.

    Returns:
        The `OpinionCase`.
    """
    if not title.strip() or not text.strip() or not platform.strip():
        raise Refused("请填写标题、舆情内容和来源平台。")
    check_grade(kind, level)
    found = found_at or timezone.now()
    moments(found, occurred_at)
    proposed, because = responder(field, list(areas))
    if body and proposed and body.pk != proposed.pk and not why.strip():
        raise Refused(f"按首要责任规则应为{proposed.label}（{because}），改由其他单位回应请写明理由。")
    owing = body or proposed or collector
    grave = kind == Kind.EMERGENCY and level in GRAVE
    entry = Entry(
        kind=CASE_NAME,
        title=title.strip()[:TITLE],
        body=owing,
        year=timezone.localdate(found).year,
        rules=AUTHORITATIVE if grave else USUAL,
        audience=Audience.PARTIES,
    )
    first = event("occurred", occurred_at or found) if grave else event("found", found)
    make_entries([entry], by=by, words=f"收集：{platform.strip()}", events=lambda _: [first])
    made = OpinionCase.objects.create(
        entry=entry,
        text=text.strip(),
        platform=platform.strip()[:60],
        address=web_address(address),
        found_at=found,
        occurred_at=occurred_at,
        collector=collector,
        field=field,
        proposed=proposed,
        assigned_why=why.strip()[:500] or because,
        kind=kind,
        level=level,
    )
    made.areas.set(areas)
    if grave:
        from gongkai.opinion.actions.duties import owe_press

        owe_press(made, by=by)
    due = timezone.localtime(entry.due_at) if entry.due_at else found
    words = f"请尽快会商研判，最迟在{due:%Y-%m-%d %H:%M}前回应。"
    return Step(
        words=f"登记舆情，编号{entry.number}",
        facts={"entry": entry.pk, "platform": made.platform},
        tell=(
            to_unit(entry, "新的舆情", words, "collected", urgent=grave),
            *to_speakers(entry, "新的舆情", words, "collected", urgent=grave),
        ),
        result=made,
        stream=f"opinion_case/{entry.pk}",
    )


@entry_action("opinion", "assign", label="确定责任单位", rule=rules.oversees)
def assign(entry: Entry, *, by: Actor, body: Body, reason: str) -> Step:
    """Let another unit answer first, with the reason; the clock runs on (M-05)."""
    if body.pk == entry.body_id:
        raise Refused("已经由这个单位回应。")
    if not reason.strip():
        raise Refused("请写明改由这个单位回应的理由。")
    before, entry.body, entry.office = entry.body, body, None
    OpinionCase.objects.filter(pk=entry.pk).update(assigned_why=reason.strip()[:500])
    words = f"已确定由你单位首先回应。{reason.strip()}"
    return Step(
        words=f"由{before.label}改为{body.label}：{reason.strip()}",
        facts={"from": before.pk, "to": body.pk},
        tell=(to_unit(entry, "新的舆情", words, "assigned", urgent=True),),
    )
