"""Steps of the set-up: the table read by the page 开通, the home page and `gongkai check`.

A step is done when its `left` returns an empty sentence. Apps of upper layers add steps with `register_step`.
Sources: 条例 art. 12, 14 (指南), 20 (法定内容), 27–29 (依申请); 政府网站发展指引 (国办发〔2017〕47号) for
the contents of a footer; GB/T 22239-2019, 8.1.5 for the three officers.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models import Column, Launch, Website
from gongkai.core.acts.actors import Actor
from gongkai.core.units.models import Person, Role
from gongkai.lib import law
from gongkai.ops.launch import setup_checks
from gongkai.work.notices.models import Notice
from gongkai.work.notices.states import NoticeState

CHIEF, ADMINISTRATOR, SECURITY, LEAD = Role.CHIEF, Role.ADMINISTRATOR, Role.SECURITY, Role.LEAD


@dataclass(frozen=True)
class SetupStep:
    """A step of setting up an installation, with the check of what is left to do.

    Attributes:
        name: identifier.
        position: sort key.
        label: the task.
        who: the people who do it, in Chinese.
        roles: roles that see the button.
        button: label of the button.
        url: returns the URL of the button.
        left: returns what is missing, a sentence without full stop; "" when the step is done.
        required: the opening is refused until the step is done.
    """

    name: str
    position: int
    label: str
    who: str
    roles: Collection[Role]
    button: str
    url: Callable[[], str]
    left: Callable[[], str]
    required: bool = False


@dataclass(frozen=True)
class StepState:
    """A set-up step for one user: what is left, and the button's URL, "" unless the user may act now."""

    step: SetupStep
    left: str
    url: str

    @property
    def done(self) -> bool:
        """Return true when the step has no open points."""
        return not self.left

    @property
    def button(self) -> str:
        """Return the label of the button; 看进度 for a page that is drafted."""
        return "看进度" if self.left == setup_checks.DRAFTED_NOTE else self.step.button

    @property
    def blocked(self) -> bool:
        """Return True when a website must be created first."""
        return self.left == setup_checks.SITE_REQUIRED_REASON


SETUP_STEPS: dict[str, SetupStep] = {}


def register_step(step: SetupStep) -> None:
    """Register a step; a step of the same name is replaced."""
    SETUP_STEPS[step.name] = step


def list_steps() -> list[SetupStep]:
    """Return all set-up steps by position."""
    return sorted(SETUP_STEPS.values(), key=lambda step: step.position)


def list_step_states(by: Actor) -> list[StepState]:
    """Return the state of all set-up steps, with URLs for those that this user's roles may do now."""
    step_states = []
    for step in list_steps():
        left = step.left()
        offered = left and left != setup_checks.SITE_REQUIRED_REASON and by.has(*step.roles)
        step_states.append(StepState(step, left, step.url() if offered else ""))
    return step_states


def list_open_steps() -> list[tuple[SetupStep, str]]:
    """Return (set-up step, its open points) of those that are not done."""
    return [(step, left) for step in list_steps() if (left := step.left())]


def _make_url(route: str, query: str = "") -> Callable[[], str]:
    return lambda: reverse(route) + query


def _get_people_url() -> str:
    few = Person.objects.count() <= setup_checks.INITIAL_PEOPLE_COUNT + 1
    return reverse("spreadsheets:start", args=["people"]) if few else reverse("units:people")


def _get_site_url() -> str:
    numbers = list(Website.objects.values_list("pk", flat=True)[:2])
    return reverse("publishing:website", args=numbers) if len(numbers) == 1 else reverse("publishing:websites")


def _get_columns_url() -> str:
    launch = Launch.objects.filter(opened_at=None).first()
    if launch is not None and Column.objects.filter(opened_at=None, archived_at=None).exists():
        return reverse("launch:launch_act", args=[launch.pk, "open-columns"])
    return reverse("publishing:columns")


def _check_notice() -> str:
    """Return in Chinese that a notice is lacking or unconfirmed; "" if one is confirmed."""
    confirmed = Notice.objects.exclude(state__in=(NoticeState.DRAFT, NoticeState.CHECKED)).exists()
    if confirmed:
        return ""
    return "通知已导入，还没有确认" if Notice.objects.exists() else "还没有导入今年的任务分工通知"


def _get_notice_url() -> str:
    unconfirmed = Notice.objects.filter(state__in=(NoticeState.DRAFT, NoticeState.CHECKED)).order_by("-pk").first()
    return reverse("notices_confirm", args=[unconfirmed.pk]) if unconfirmed else reverse("notices_upload")


def _check_calendar() -> str:
    year = timezone.localdate().year
    known = year in law.default_calendar().years
    return "" if known else f"{year}年放假安排还没有登记，按工作日算的期限都是暂定的"


def _check_mail() -> str:
    return "" if settings.EMAIL_HOST else "没有邮件服务器，提醒只在平台里看得到"


def _check_site() -> str:
    return "" if Website.objects.exists() else "还没有网站"


def _check_columns() -> str:
    """Return in Chinese how many columns are not open, naming four, or that a site is needed first; "" if all are open."""
    unopened = list(Column.objects.filter(opened_at=None, archived_at=None).values_list("name", flat=True))
    if not Website.objects.exists():
        return setup_checks.SITE_REQUIRED_REASON
    if not unopened:
        return ""
    names = "、".join(unopened[:4]) + ("等" if len(unopened) > 4 else "")
    return f"还有{len(unopened)}个栏目没有开通：{names}"


for _step in (
    SetupStep(
        "chief",
        10,
        "登记政务公开办的人",
        "系统管理员登记，安全保密管理员确认",
        (ADMINISTRATOR,),
        "登记人员",
        lambda: reverse("units:add_person") + "?roles=chief",
        setup_checks.check_chief,
    ),
    SetupStep(
        "units",
        20,
        "登记单位",
        "政务公开办；系统管理员导入人员名册时一并登记也可以",
        (CHIEF,),
        "导入单位名录",
        lambda: reverse("spreadsheets:start", args=["units"]),
        setup_checks.check_units,
    ),
    SetupStep(
        "people",
        30,
        "登记各单位的人员，办理任职，开通账号",
        "系统管理员",
        (ADMINISTRATOR,),
        "导入、登记人员",
        _get_people_url,
        setup_checks.check_people,
    ),
    SetupStep(
        "confirmations",
        40,
        "确认任职和密码",
        "安全保密管理员",
        (SECURITY,),
        "去确认",
        _make_url("units:confirmations"),
        setup_checks.check_confirmations,
    ),
    SetupStep(
        "factor",
        50,
        "设置第二重验证",
        "每个审核、签发、负责和管理的人自己",
        (),
        "登录时按提示设置",
        _make_url("signin:own"),
        setup_checks.check_second_factors,
    ),
    SetupStep(
        "site",
        60,
        "新建网站，选定主色",
        "政务公开办",
        (CHIEF,),
        "新建网站",
        _make_url("publishing:website_new"),
        _check_site,
        required=True,
    ),
    SetupStep(
        "signers",
        62,
        "选定审签程序，核对每个单位的信息有人能审完",
        "政务公开办选定程序；人手不够的，系统管理员补登",
        (CHIEF, ADMINISTRATOR),
        "看审签程序",
        _make_url("reviewing:schemes"),
        setup_checks.check_signers,
    ),
    SetupStep(
        "host",
        65,
        "让服务器应答网站的域名",
        "系统管理员",
        (ADMINISTRATOR,),
        "看运行状况",
        _make_url("upkeep:status"),
        setup_checks.check_hosts,
        required=True,
    ),
    SetupStep(
        "columns",
        70,
        "开通栏目",
        "政务公开办",
        (CHIEF,),
        "补全并开通栏目",
        _get_columns_url,
        _check_columns,
    ),
    SetupStep(
        "guide",
        80,
        "发布政府信息公开指南",
        "政务公开办起草，办公室审核、签发",
        (CHIEF, Role.CLERK),
        "起草指南",
        _make_url("launch:write", "?page=guide"),
        lambda: setup_checks.check_fixed_column_text("guide"),
    ),
    SetupStep(
        "request",
        90,
        "发布依申请公开说明",
        "政务公开办起草，办公室审核、签发",
        (CHIEF, Role.CLERK),
        "起草说明",
        _make_url("launch:write", "?page=request"),
        lambda: setup_checks.check_fixed_column_text("request"),
    ),
    SetupStep(
        "footer",
        100,
        "填写页脚标识和联系方式",
        "政务公开办",
        (CHIEF,),
        "填写网站信息",
        _get_site_url,
        setup_checks.find_footer_gaps,
    ),
    SetupStep(
        "calendar",
        110,
        "登记今年的放假安排",
        "系统管理员",
        (ADMINISTRATOR,),
        "打开工作日历",
        _make_url("ledger_calendar"),
        _check_calendar,
    ),
    SetupStep(
        "mail",
        120,
        "接通邮件",
        "系统管理员",
        (ADMINISTRATOR,),
        "看怎样接通",
        lambda: reverse("handbook:page", args=["officers"]) + "#接通邮件",
        _check_mail,
    ),
    SetupStep(
        "notice",
        66,
        "导入并确认第一份任务分工通知",
        "政务公开办",
        (CHIEF,),
        "导入、确认通知",
        _get_notice_url,
        _check_notice,
    ),
):
    register_step(_step)
