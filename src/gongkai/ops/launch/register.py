"""The opening as a register of one row: its page with the steps, and its two actions."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from gongkai.content.editions.models import Column as SiteColumn
from gongkai.content.editions.models import Launch, Shelf, Website
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.jobs.registry import map_jobs_by_name
from gongkai.core.ledger.models import Entry
from gongkai.core.registers.columns import Column
from gongkai.core.registers.forms import Act
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import refuse_form_unless
from gongkai.core.units.forms.base import PersonChoice
from gongkai.core.units.models import Body, Person, Role
from gongkai.core.units.queries import filter_appointments_in_force, people_visible_to, prefetch_appointments
from gongkai.core.units.unit_filters import READ_ONLY_ROLES, TECHNICAL_ROLES
from gongkai.core.widgets.fields import YearCheckedDateField
from gongkai.ops.launch import actions
from gongkai.ops.launch.actions import filter_tasks_due_before
from gongkai.ops.launch.rules import can_see_launch
from gongkai.ops.launch.steps import list_open_steps, list_step_states
from gongkai.ops.launch.suspended_jobs import SUSPENDED_JOBS
from gongkai.ui.office.app_switches import is_job_off
from gongkai.work.notices.states import OPEN_STATES, TASK_KINDS

if TYPE_CHECKING:
    from gongkai.core.spreadsheets.sheet import AnyRow


def describe_public_content() -> list[str]:
    """Return Chinese sentences on what the public will see: each site, tasks, units, and forms."""
    public_content = []
    for website in Website.objects.order_by("pk"):
        columns = SiteColumn.objects.filter(website=website, opened_at__isnull=False, archived_at=None)
        filled = columns.filter(Exists(Shelf.objects.filter(column=OuterRef("pk")))).count()
        texts = Shelf.objects.filter(website=website, column=None).count()
        public_content.append(
            f"网站“{website.name}”（{website.host}）：主办单位{website.sponsor or website.body.name}，"
            f"联系方式{website.contact or '没有填写'}；栏目{columns.count()}个，其中{columns.count() - filled}个还没有内容；"
            f"信息{texts}条。"
        )
    tasks = Entry.objects.filter(kind__in=TASK_KINDS, state__in=OPEN_STATES)
    if count := tasks.count():
        late = filter_tasks_due_before(timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)).count()
        public_content.append(f"年度任务：办理中{count}项，其中{late}项今天以前已经到期。")
    bodies = Body.objects.filter(active_to=None, merged_into=None)
    bare = bodies.filter(Q(phone="") | Q(address="") | Q(hours="")).count()
    lacking = f"，其中{bare}个还没有写全电话、地址和办公时间" if bare else "，写着各单位的电话、地址和办公时间"
    public_content.append(f"公开单位{bodies.count()}个{lacking}。")
    public_content.append("信息公开申请、咨询、找错等表单，公众提交以后按法定期限计时。")
    return public_content


def list_starting_jobs() -> list[str]:
    """Return the labels of the jobs that are suspended until the opening; jobs of apps that are off do not start."""
    return [job.label for job in map_jobs_by_name().values() if job.name in SUSPENDED_JOBS and not is_job_off(job)]


def _render_lines(words: Sequence[str]) -> SafeString:
    return format_html_join("", "<p>{}</p>", ((line,) for line in words))


def _list_workers(by: Actor) -> QuerySet[Person]:
    working = filter_appointments_in_force().exclude(role__in=TECHNICAL_ROLES | READ_ONLY_ROLES).values("person_id")
    return people_visible_to(by).filter(active=True, pk__in=working)


def _propose_person(by: Actor, _: object) -> dict[str, object]:
    """Propose the first clerk of the actor's units as responsible for the columns."""
    posts = filter_appointments_in_force().filter(role=Role.CLERK, body__in=by.bodies).order_by("pk")
    return {"person": posts.values_list("person_id", flat=True).first()}


def _propose_task_treatment(_by: Actor, _row: object) -> dict[str, object]:
    """Propose to leave out earlier tasks if none is due before now; else propose nothing."""
    return {} if filter_tasks_due_before(timezone.now()).exists() else {"earlier": Launch.EarlyTaskTreatment.LEAVE_OUT}


def _make_deadline_field() -> YearCheckedDateField:
    """Return the field of the catch-up deadline, which one of the choices requires."""
    field = YearCheckedDateField(
        label="补录期限", required=False, help_text="选择补录的必须填写，在这一天以前办结的不算逾期。"
    )
    field.either = True  # type: ignore[attr-defined]
    return field


def _list_open_labels(_: "AnyRow") -> str:
    return "、".join(step.label for step, _ in list_open_steps() if step.name != "notice") or "都做完了"


#: Columns with the facts of the opening.
FACT_COLUMNS = (
    Column("state", "现状", value=lambda row: row.state_words),
    Column("shown", "公众将看到", value=lambda row: _render_lines(describe_public_content())),
    Column("undone", "还没有做完的准备", value=_list_open_labels),
    Column("starting", "同时开始", value=lambda row: "、".join(list_starting_jobs())),
    Column("earlier", "开通以前到期的任务", value=lambda row: row.get_earlier_display()),
    "until",
    "proposed_by",
)


class LaunchRegister(Register[Launch]):
    """Register of the opening of this installation."""

    name, model, title = "launch.launch", Launch, "开通"
    columns = FACT_COLUMNS
    has_record = False
    template = "launch/launch.html"
    empty = "本系统已经开通。"
    acts = (
        Act(
            action=actions.open_columns,
            fields=("person",),
            asks={
                "person": PersonChoice(
                    label="责任人",
                    help_text="法定栏目由谁负责更新。通知产生的栏目由责任单位的经办人负责，单位没有经办人的由这个人负责。",
                )
            },
            offers={"person": lambda by, row: prefetch_appointments(_list_workers(by))},
            initial=_propose_person,
            note="法定栏目和通知产生的栏目一次全部开通。法定栏目的内容说明和更新周期按模板写好；通知产生的栏目定为每季度更新。"
            "以后可以在“栏目登记”里逐个修改。",
            done="栏目已开通。",
            when=lambda row: (
                row.opened_at is None and SiteColumn.objects.filter(opened_at=None, archived_at=None).exists()
            ),
        ),
        Act(
            action=actions.propose_opening,
            fields=("earlier", "until"),
            asks={
                "earlier": forms.ChoiceField(
                    label="开通以前到期的任务", choices=Launch.EarlyTaskTreatment.choices, widget=forms.RadioSelect
                ),
                "until": _make_deadline_field(),
            },
            initial=_propose_task_treatment,
            when=lambda row: row.opened_at is None,
            note="提请以后，由办公室负责人或者政务公开办的另一人看过右边的内容，确认开通。确认以前可以重新提请。",
            done="已提请开通，等待另一人确认。",
        ),
        Act(
            action=actions.open_to_public,
            fields=None,  # fields that were settled before are looked up, not asked again
            when=lambda row: row.opened_at is None,
            note="请逐项看过公众将看到的内容。确认以后，公众立即能看到网站，开始发送到期提醒，不能撤回。",
            done="已开通。公众现在能看到网站。",
        ),
    )

    def extra_context(self, request: HttpRequest, listing: Listing[Launch]) -> Mapping[str, object]:
        """Return the steps, hindrances and preview of the public site; refuse people who may not see them."""
        by: Actor = listing.by
        refuse_form_unless(can_see_launch(by), "准备开通由政务公开办、系统管理员、安全保密管理员和单位负责人办理。")
        step_states = list_step_states(by)
        launch = Launch.objects.first()
        return {
            "launch": launch,
            "hindered": actions.list_reasons_against_opening(launch, by) if launch else [],
            "steps": step_states,
            "done_count": sum(standing.done for standing in step_states),
            "public": describe_public_content(),
            "starting": list_starting_jobs(),
            "has_site": Website.objects.exists(),
        }
