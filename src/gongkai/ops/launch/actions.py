"""Actions of the set-up (begin, open columns, propose the opening, open), and the tasks due before the opening."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models import Column, Launch, TreeStamp, Website
from gongkai.content.publishing.actions import change_column, open_column
from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.acts.following import ActionEvent, hold_messages
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.models import Entry, EntryQuerySet
from gongkai.core.outbox.outbox import mark_messages_read_on_close
from gongkai.core.units.actors import in_force_q
from gongkai.core.units.models import Appointment, Person, Role
from gongkai.ops.launch import rules, setup_checks
from gongkai.work.notices.actions.decisions import cancel_assignment, set_catch_up_date
from gongkai.work.notices.models import Notice
from gongkai.work.notices.states import OPEN_STATES, TASK_KINDS

# Reason logged for a task that is left out.
LEFT_OUT_REASON = "开通以前到期，本平台不纳入办理"


@dataclass(frozen=True)
class SettledEntries:
    """The number of tasks due before the opening that were settled."""

    count: int

    def words(self, launch: Launch) -> str:
        """Return a Chinese sentence on the number and the treatment of the tasks; "" if it is zero."""
        if not self.count:
            return ""
        if launch.earlier == Launch.EarlyTaskTreatment.CATCH_UP:
            return f"开通以前到期的任务{self.count}项纳入补录，期限{_get_catch_up_day(launch)}。"
        return f"开通以前到期的任务{self.count}项不纳入办理。"


def filter_tasks_due_before(moment: datetime) -> EntryQuerySet:
    """Return the open tasks of all notices that are due before a moment."""
    return Entry.objects.filter(kind__in=TASK_KINDS, state__in=OPEN_STATES, due_at__lt=moment)


def settle_earlier_tasks(launch: Launch) -> SettledEntries:
    """Settle the open tasks due before the morning of the opening, as proposed; return their number."""
    return SettledEntries(_settle_tasks(launch, filter_tasks_due_before(_get_morning(launch))))


def _count_settled(launch: Launch) -> SettledEntries:
    """Count the tasks settled by the system since the set-up began, so that those before an interruption count."""
    records = Movement.objects.filter(at__gte=launch.started_at, person_id=None)
    caught_up = records.filter(action=set_catch_up_date.name)
    left_out = records.filter(action=cancel_assignment.name, kept_words__text=LEFT_OUT_REASON)
    return SettledEntries((caught_up if launch.earlier == Launch.EarlyTaskTreatment.CATCH_UP else left_out).count())


def settle_notice(event: ActionEvent) -> None:
    """Settle the tasks of a notice confirmed after the opening that were due before it."""
    notice, launch = event.target, Launch.objects.exclude(opened_at=None).exclude(earlier="").first()
    if launch is not None and isinstance(notice, Notice):
        _settle_tasks(launch, filter_tasks_due_before(_get_morning(launch)).filter(assignment__notice=notice))


def _get_morning(launch: Launch) -> datetime:
    assert launch.opened_at is not None
    return timezone.localtime(launch.opened_at).replace(hour=0, minute=0, second=0, microsecond=0)


def _get_catch_up_day(launch: Launch) -> date | None:
    """Return the date by which earlier tasks are caught up, not before the opening; None without one."""
    if launch.until is None or launch.opened_at is None:
        return launch.until
    return max(launch.until, timezone.localdate(launch.opened_at))


def _settle_tasks(launch: Launch, entries: Iterable[Entry]) -> int:
    """Give the tasks a catch-up date, not before the opening, or cancel them; return their number."""
    rows = list(entries)
    until = _get_catch_up_day(launch)
    with hold_messages():
        if rows and launch.earlier == Launch.EarlyTaskTreatment.CATCH_UP and until is not None:
            set_catch_up_date.many(rows, by=SYSTEM, until=until)
        elif rows:
            cancel_assignment.many(rows, by=SYSTEM, reason=LEFT_OUT_REASON)
    return len(rows)


def _check_installing(by: Actor, _: object) -> list[str]:
    return [] if by.system else ["只能在安装时进入筹备。"]


@action("launch.prepare", label="进入筹备", rule=_check_installing)
def begin_setup(_: None, *, by: Actor) -> ActionResult:
    """Begin the set-up, called by `gongkai init`; the public site stays closed until the opening."""
    if Launch.objects.exists():
        raise Refused("已经在筹备或者已经开通。")
    launch = Launch.objects.create(pk=1, started_at=timezone.now())
    return ActionResult(words="进入筹备，开通以前公众看不到网站，不发到期提醒", result=launch)


#: Update cycle of columns that a notice created without one: every quarter.
PROPOSED_CYCLE_DAYS = 92


@action("launch.open_columns", label="开通栏目", rule=rules.check_may_propose)
def open_columns(launch: Launch, *, by: Actor, person: Person) -> ActionResult:
    """Fill in missing facts (person, quarterly cycle, content) of all closed columns, and open them, parents first.

    `person` becomes responsible for the fixed columns and for those of units without a clerk; a
    clerk of the owner for the others.
    """
    opened = []
    closed = Column.objects.filter(opened_at=None, archived_at=None)
    for column in closed.select_related("website__body", "owner", "person").order_by("website", "path"):
        facts: dict[str, object] = {}
        if column.person is None:
            facts["person"] = _find_clerk(column) or person
        if column.cycle_days is None:
            facts["cycle_days"] = PROPOSED_CYCLE_DAYS
        if not column.content:
            facts["content"] = f"公开{column.name}方面的政府信息。"
        if facts:
            change_column(column, by=by, **facts)
            column.refresh_from_db()
        open_column(column, by=by)
        opened.append(column.name)
    if not opened:
        raise Refused("栏目都已经开通。")
    return ActionResult(words=f"开通栏目{len(opened)}个：{'、'.join(opened)}", facts={"columns": len(opened)})


def _find_clerk(column: Column) -> Person | None:
    """Return a clerk in office of the unit that owns a column; None for a fixed column, or without a clerk."""
    if column.fixed or column.owner is None:
        return None
    posts = Appointment.objects.filter(in_force_q(), body=column.owner, role=Role.CLERK).select_related("person")
    return next((post.person for post in posts.order_by("pk")), None)


def _find_launch_obstacles(_: Launch) -> list[str]:
    if not Website.objects.exists():
        return ["还没有网站，请先新建网站。"]
    hosts = setup_checks.check_hosts()
    return [f"{hosts}。请系统管理员按安装手册在服务器的设置里加上这个域名，重新启动以后再开通。"] if hosts else []


def list_reasons_against_opening(launch: Launch, by: Actor) -> list[str]:
    """Return what hinders the opening (no site, unaccepted host) to a user who may propose or confirm it, else []."""
    closed = rules.check_may_propose(by, launch) and rules.check_may_open(by, launch)
    return [] if closed else _find_launch_obstacles(launch)


@action("launch.propose", label="提请开通", rule=rules.check_may_propose, ready=_find_launch_obstacles)
def propose_opening(launch: Launch, *, by: Actor, earlier: str, until: date | None = None) -> ActionResult:
    """Propose the opening, deciding about tasks due before it, and notify those who may confirm it; the proposer may not.

    `earlier` is the decision (`Launch.EarlyTaskTreatment`), `until` the new due date. May be repeated until it
    is confirmed.
    """
    if earlier not in Launch.EarlyTaskTreatment.values:
        raise Refused("请选择开通以前到期的任务怎样处理。")
    if earlier == Launch.EarlyTaskTreatment.CATCH_UP and (until is None or until <= timezone.localdate()):
        raise Refused("选择补录的，请填写今天以后的补录期限。")
    launch.proposed_at = timezone.now()
    launch.proposed_by = Person.objects.get(pk=by.person_id or 0)
    launch.earlier = earlier
    launch.until = until if earlier == Launch.EarlyTaskTreatment.CATCH_UP else None
    launch.save(update_fields=["proposed_at", "proposed_by", "earlier", "until"])
    text = f"提请开通；开通以前到期的任务：{launch.get_earlier_display()}"
    text += f"，补录期限{launch.until}" if launch.until else ""
    tell = Notification(
        subject="请确认开通",
        body=f"{by.name}提请开通网站。请看过公众将看到的内容，再确认开通。",
        link=reverse("launch:launch"),
        key=f"launch/propose/{launch.version}",
        persons=tuple(sorted(list_possible_confirmers() - {by.person_id or 0})),
        urgent=True,
    )
    return ActionResult(words=text, tell=(tell,))


def _settle_in_portions(launch: Launch, *, by: Actor) -> Mapping[str, object]:
    """Settle the earlier tasks in portions before the transaction; a killed opening is confirmed again."""
    launch.opened_at = timezone.now()  # Only of this copy: the action re-reads the launch.
    return {"settled": settle_earlier_tasks(launch)}


@action(
    "launch.open", label="确认开通", rule=rules.check_may_open, ready=_find_launch_obstacles, ahead=_settle_in_portions
)
def open_to_public(launch: Launch, *, by: Actor, settled: SettledEntries) -> ActionResult:
    """Open the installation, which cannot be undone: settle tasks left, count all settled ones, notify the staff."""
    launch.opened_at = timezone.now()
    launch.save(update_fields=["opened_at"])
    TreeStamp.increment()
    mark_messages_read_on_close(reverse("launch:launch"))
    settle_earlier_tasks(launch)  # some may be new meanwhile
    settled = _count_settled(launch)
    text = f"开通。{settled.words(launch)}"
    return ActionResult(words=text, facts={"tasks": settled.count}, tell=tuple(_notify_staff(launch, text)))


def list_possible_confirmers() -> set[int]:
    """Return the ids of heads of governments and general offices, and of the 政务公开办, in office."""
    rows = Appointment.objects.filter(in_force_q())
    heads = rows.filter(role=Role.LEAD, body__in=rules.list_governments_and_general_offices())
    return {
        *heads.values_list("person_id", flat=True),
        *rows.filter(role=Role.CHIEF).values_list("person_id", flat=True),
    }


def _notify_staff(launch: Launch, text: str) -> list[Notification]:
    """Return the notification of all people in office that the site is open."""
    staff = Appointment.objects.filter(in_force_q()).values_list("person_id", flat=True).distinct()
    return [
        Notification(
            subject="网站已开通",
            body=f"{text}从现在起，公众能看到网站，到期的事项开始提醒。",
            link="/",
            key="launch/open",
            persons=tuple(sorted(staff)),
        )
    ]
