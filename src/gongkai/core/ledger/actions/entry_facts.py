"""Actions that change an entry's title, office, audience, external number and dates."""

from collections.abc import Iterable

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, require_text
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.clock import recompute_dates
from gongkai.core.ledger.entry_action import shared_action
from gongkai.core.ledger.kinds import get_entry_url, get_kind
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.ledger.rules import check_may_work, check_open, check_system, is_head_of_unit, oversees, works_for
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Office, Role
from gongkai.lib.writing.titles import quote_words

#: Maximum length of a title that a person writes; proposed ones have at most 30 characters and a period.
MAX_TITLE_CHARACTERS = 60


def _check_has_offices(entry: Entry) -> list[str]:
    return check_open(entry) or ([] if entry.body.offices.filter(active_to=None).exists() else ["承办单位没有处室。"])


@shared_action("set_office", label="转处室", rule=check_may_work, ready=_check_has_offices)
def set_office(entry: Entry, *, by: Actor, office: Office | None, words: str = "") -> ActionResult:
    """Assign an entry to an office (处室) of its unit, or (None) to the unit as a whole; `words`: remark."""
    if office is not None and (office.body_id != entry.body_id or office.active_to):
        raise Refused("只能转给承办单位现有的处室。")
    if entry.office_id == (office.pk if office else None):
        raise Refused("承办处室没有变化，请选另一个处室。")
    old_name, entry.office = (entry.office.name if entry.office else ""), office
    new_name = office.name if office else "（不指定处室）"
    tell = Notification(
        subject=f"转办：{entry.title[:60]}",
        body=f"{quote_words(entry.title)}（{entry.number}）转{new_name}办理。{words}",
        link=get_entry_url(entry),
        key=f"office:{entry.pk}:{entry.version}",
        posts=((Role.CLERK, entry.body_id),),
    )
    return ActionResult(
        words=f"{old_name or '未指定处室'}转{new_name}{f'，{words}' if words else ''}",
        facts={"office": office.pk if office else None},
        tell=(tell,),
    )


@shared_action("set_external_ref", label="登记外部编号", rule=check_may_work)
def set_external_ref(entry: Entry, *, by: Actor, external_ref: str) -> ActionResult:
    """Record the number of this entry on another platform (12345, 信访, the province's); "" removes it."""
    new_ref = external_ref.strip()
    if len(new_ref) > 120:
        raise Refused("外部编号不能超过120个字。")
    if new_ref == entry.external_ref:
        raise Refused("外部编号没有变化，不用再登记。")
    old_ref, entry.external_ref = entry.external_ref, new_ref
    return ActionResult(
        words=f"外部编号{f'由“{old_ref}”' if old_ref else ''}改为“{new_ref or '（无）'}”",
        facts={"external_ref": new_ref},
    )


def _check_may_rename(by: Actor, entry: Entry) -> list[str]:
    """Return the Chinese reasons why the actor may not change the title."""
    if works_for(by, entry) or oversees(by, entry):
        return []
    return ["只有承办单位或者政务公开办可以修改事项名称。"]


def _check_has_own_title(entry: Entry) -> list[str]:
    """Return the Chinese reason if entries of this kind have no ordering text and so take their title elsewhere."""
    return (
        [] if get_kind(entry.kind).ordered_in else ["这类记录的名称由它所依据的文件、信息或者来信确定，不在这里修改。"]
    )


@shared_action("set_title", label="修改事项名称", rule=_check_may_rename, ready=_check_has_own_title)
def set_title(entry: Entry, *, by: Actor, title: str) -> ActionResult:
    """Change the short title of a task; the text that orders it stays."""
    new_title = " ".join(title.split())
    if not 2 <= len(new_title) <= MAX_TITLE_CHARACTERS:
        raise Refused(f"请把事项名称写成2至{MAX_TITLE_CHARACTERS}个字，现在是{len(new_title)}个字。")
    if new_title == entry.title:
        raise Refused("事项名称没有变化。")
    old_title, entry.title = entry.title, new_title
    return ActionResult(words=f"事项名称由“{old_title}”改为“{new_title}”", facts={"title": new_title})


def list_streams_with_own_title(streams: Iterable[str]) -> set[str]:
    """Return the log streams of entries whose title a person changed; amendments then keep it."""
    rows = Movement.objects.filter(stream__in=list(streams), action="ledger.set_title")
    return set(rows.values_list("stream", flat=True))


def _check_may_hide(by: Actor, entry: Entry) -> list[str]:
    """Return the Chinese reasons why the actor may not change who sees the entry."""
    if get_kind(entry.kind).inner:
        return ["这是单位内部的任务，只由本单位的人员查看，不需要调整可见范围。"]
    if oversees(by, entry):
        return []
    if entry.audience == Audience.CHIEF:
        return ["仅政务公开办可以放宽这条记录的可见范围。"]
    return [] if is_head_of_unit(by, entry) else ["只有承办单位负责人或者政务公开办可以改变可见范围。"]


@shared_action("set_audience", label="调整可见范围", rule=_check_may_hide)
def set_audience(entry: Entry, *, by: Actor, audience: str, reason: str) -> ActionResult:
    """Change who may see an entry, for a reason.

    Raises:
    Refused: an unknown audience, no reason, or a secret kind would open to all staff.
    """
    if audience not in Audience.values:
        raise Refused("没有这种可见范围。")
    if audience == Audience.STAFF and get_kind(entry.kind).secret:
        raise Refused("这类记录只由当事单位和政务公开办查看，不能向全体工作人员开放。")
    reason = require_text(reason, "请写明调整可见范围的理由。")
    old_label, entry.audience = Audience(entry.audience).label, audience
    return ActionResult(
        words=f"可见范围由“{old_label}”改为“{Audience(audience).label}”：{reason}",
        facts={"audience": audience},
    )


@shared_action("redate", label="重算期限", rule=check_system, ready=check_open)
def redate(entry: Entry, *, by: Actor, why: str) -> ActionResult:
    """Recompute an open entry's dates, and notify the clerks of its unit if the due date changed.

    `why` is the reason, for example a new calendar or the end of a pause.
    """
    old_due = entry.due_at
    recompute_dates([entry])
    new_due = entry.due_at
    facts = {"due_at": new_due.isoformat() if new_due else None, "provisional": entry.provisional}
    if old_due == new_due:
        return ActionResult(words=f"{why}，预警日期或者计时状态相应调整", facts=facts)
    days = [f"{timezone.localtime(day):%Y-%m-%d}" if day else "无" for day in (old_due, new_due)]
    text = f"{why}，到期日由{days[0]}改为{days[1]}"
    tell = Notification(
        subject=f"到期日调整：{entry.title[:60]}",
        body=f"{quote_words(entry.title)}（{entry.number}）{text}。",
        link=get_entry_url(entry),
        key=f"redate:{entry.pk}:{entry.version}",
        posts=((Role.CLERK, entry.body_id),),
    )
    return ActionResult(words=text, facts=facts, tell=(tell,))
