"""Register 后台作业: background jobs (errands) that failed, run or ended."""

from collections.abc import Mapping, Sequence

from django.db.models import Case, QuerySet, Value, When
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.core.background_jobs import actions
from gongkai.core.background_jobs.models import Errand
from gongkai.core.background_jobs.queries import QueueFigures, count_queue
from gongkai.core.background_jobs.states import FINAL_STATES, OPEN_STATES, JobState
from gongkai.core.registers.columns import FILE_ONLY, Column, render_light
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.forms import Act
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role

# Tabs of the list, with the task states of each.
STATES_BY_TAB = {"待处理": (JobState.DEAD,), "等待和正在处理": tuple(OPEN_STATES), "已结束": tuple(FINAL_STATES)}


def _describe_state(row: Errand) -> str:
    return "等待再试" if row.state == JobState.WAITING and row.attempts else row.state_label


def _render_state(row: Errand) -> SafeString | str:
    """Return the cell of a job's state, with a light: green if it runs, red if dead, yellow if retried, grey if pending."""
    if row.state not in {*OPEN_STATES, JobState.DEAD}:
        return row.state_label
    if row.state == JobState.RUNNING:
        return render_light("green", row.state_label)
    key = "red" if row.state == JobState.DEAD else "yellow" if row.attempts else "grey"
    return render_light(key, _describe_state(row))


def _describe_progress(row: Errand) -> str:
    """Return the errand's progress: cancelling, last error with the next attempt, its words, or its error."""
    if row.cancelling and row.open:
        return "正在取消"
    if row.open and row.attempts and row.error:
        next_attempt = f"{timezone.localtime(row.due_at):%Y-%m-%d %H:%M}"
        return f"第{row.attempts}次没有成功：{row.error}；{next_attempt}再试"
    return row.error if row.state == JobState.DEAD else row.words or row.error


class ErrandRegister(Register[Errand]):
    """All background jobs: failed ones that need a decision, then running, then finished ones."""

    name, route, model, title = "upkeep.errands", "errands_list", Errand, "后台作业"
    columns = (
        Column("label", width=30),
        Column("state", value=_describe_state, cell=_render_state, order="state"),
        Column("asked_by", width=12),
        "asked_at",
        Column("attempts", "尝试"),
        Column("progress", "进展和结果", value=_describe_progress, width=40),
        "ended_at",
        Column("worker", at=FILE_ONLY),
    )
    filters = (
        (
            "group",
            ChoiceFilter(
                label="状态",
                choices=[(name, name) for name in STATES_BY_TAB],
                empty_label="全部",
                method=lambda rows, name, value: rows.filter(state__in=STATES_BY_TAB[value]),
            ),
        ),
        YearFilter("asked_at"),
    )
    search_fields = ("label", "asked_by", "error")
    ordering = ("rank", "-pk")
    has_record = False
    shown_at = "errands:one"
    intro = "读取通知、检查网站等费时的工作由后台进程处理，中断了会自动再试。"
    empty = "没有作业；结束半年以后不再列出。"
    template = "upkeep/errands.html"
    acts = (
        Act(action=actions.retry_job, fields=None, done="已重新排队。", when=lambda row: row.state == JobState.DEAD),
        Act(
            action=actions.abandon_job,
            fields=None,
            done="已放弃，不再尝试。",
            when=lambda row: row.state == JobState.DEAD,
        ),
        Act(
            action=actions.cancel_job,
            fields=None,
            done="已取消；正在处理的会在下一步停下来。",
            when=lambda row: row.open and not row.cancelling,
        ),
    )

    def rows(self, by: Actor) -> QuerySet[Errand]:
        """Return all background jobs.

        Raises:
            Http404: the user neither runs nor audits the installation. Their own tasks are listed under 我的导出.
        """
        if not by.has(Role.ADMINISTRATOR, Role.AUDITOR):
            raise Http404
        rank = Case(
            When(state=JobState.DEAD, then=Value(0)), When(state__in=OPEN_STATES, then=Value(1)), default=Value(2)
        )
        return super().rows(by).annotate(rank=rank)

    def totals(self, listing: Listing[Errand]) -> Sequence[tuple[str, object]]:
        """Return the numbers of dead, waiting and running jobs, and of worker processes."""
        now: QueueFigures = count_queue(timezone.now())
        return (
            ("多次失败，待处理", now.dead),
            ("等待", now.waiting),
            ("正在处理", now.running),
            ("后台进程", now.workers),
        )

    def extra_context(self, request: HttpRequest, listing: Listing[Errand]) -> Mapping[str, object]:
        """Return in `idle` whether no worker process runs."""
        return {"idle": not count_queue(timezone.now()).workers}
