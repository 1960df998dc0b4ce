"""The register of surveys with questions, texts and replies (M-09)."""

from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.core.acts.actors import Actor
from gongkai.core.registers.columns import FILE_AND_RECORD, Column
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.record import RecordTable
from gongkai.core.registers.register import Listing, Register
from gongkai.work.participation import actions, surveys
from gongkai.work.participation.models import Announcement, Survey, SurveyQuestion, SurveyWords
from gongkai.work.participation.open_events import list_registering_units
from gongkai.work.participation.queries import announcements_visible_to
from gongkai.work.participation.rules import list_reasons_unless_unit_staff
from gongkai.work.participation.texts import explain_share_sum

SURVEY_STATE_CHOICES = (
    ("making", "编制问卷"),
    ("open", "正在调研"),
    ("due", "待公布结果"),
    ("answered", "已公布结果"),
    ("dropped", "已取消"),
)
_QUESTION_FIELDS = ("text", "kind", "options", "most", "required")


def _filter_state(rows: QuerySet[Survey], name: str, value: str) -> QuerySet[Survey]:
    """Filter surveys by state: making, open, due (results not public), answered, dropped."""
    today, not_dropped = timezone.localdate(), Q(dropped="")
    conditions = {
        "making": not_dropped & Q(starts_on=None),
        "open": not_dropped & Q(ends_on__gte=today, answered_on=None),
        "due": not_dropped & Q(ends_on__lt=today, answered_on=None),
        "answered": not_dropped & Q(answered_on__isnull=False),
        "dropped": ~not_dropped,
    }
    return rows.filter(conditions[value])


def _make_state_cell(row: Survey) -> SafeString | str:
    """Return the state of a survey, with the reason for dropping, marked if due."""
    if row.dropped:
        return f"{row.state}：{row.dropped}"
    return format_html('<span class="gk-chip gk-chip--warn">{}</span>', row.state) if row.is_due else row.state


def _list_questions(row: Survey, by: Actor) -> Sequence[SurveyQuestion]:
    """Return the questions of a survey; `tally` is None before publication and for users of other units."""
    questions = list(row.questions.select_related("survey__body"))
    answered = iter([] if list_reasons_unless_unit_staff(by, row) else surveys.tally_survey(row))
    for question in questions:
        question.tally = next(answered, None)  # type: ignore[attr-defined]
    return questions


def _make_answers_cell(question: SurveyQuestion) -> SafeString | str:
    """Return a question's options, or where answers were counted their counts, shares and mean."""
    tally: surveys.QuestionTally | None = question.tally  # type: ignore[attr-defined]
    if tally is None:
        return "、".join(question.lines)
    head = f"{tally['answered']}人回答" + (f"，平均{tally['mean']}分" if tally["mean"] else "")
    share_sum = explain_share_sum(tally["kind"], [line["share"] for line in tally["lines"]])
    lines = [(f"{line['option']}：{line['count']}人，{line['share']}%",) for line in tally["lines"]]
    return format_html("{}{}", head, format_html_join("", "<br>{}", [*lines, *([(share_sum,)] if share_sum else [])]))


def _make_title_cell(row: Announcement) -> SafeString:
    return format_html('<a href="{}">{}</a>', row.office_url, row)


def _list_announcements(row: Survey, by: Actor) -> QuerySet[Announcement]:
    return announcements_visible_to(by).filter(survey=row, dropped=False)


def _list_written_answers(row: Survey, by: Actor) -> QuerySet[SurveyWords]:
    return surveys.words_visible_to(by).filter(reply__survey=row).order_by("question__position", "pk")


class SurveyRegister(Register[Survey]):
    """The register of surveys."""

    name, model, title = "participation.surveys", Survey, "网上调研"
    section = ("公众来往",)
    columns = (
        "title",
        "body",
        Column("policy", at=FILE_AND_RECORD),
        "starts_on",
        "ends_on",
        Column("replies", "问卷（份）", value=lambda row: row.reply_count, number=True, order="reply_count"),
        Column("state", "情况", value=lambda row: row.state, cell=_make_state_cell, order=""),
        Column("answered_on", at=FILE_AND_RECORD),
        Column("made_by", at=frozenset({"record"})),
        Column("made_at", at=frozenset({"record"})),
    )
    filters = (
        "body",
        ("state", ChoiceFilter(label="情况", choices=SURVEY_STATE_CHOICES, empty_label="全部", method=_filter_state)),
    )
    search_fields = ("title", "policy")
    intro = "对政策执行效果开展的网上调研：先添加问题，再起草公告审签公布，公众即可填写；结束以后公布结果、共性问题的答复和改进措施。"
    empty = "还没有网上调研。"
    acts_listed = False
    new = New(
        action=actions.register_survey,
        targets=list_registering_units,
        target_label="调研单位",
        done="已新建，请添加问题。",
    )
    acts = (
        Act(
            action=actions.add_question,
            model=SurveyQuestion,
            fields=_QUESTION_FIELDS,
            part="questions",
            initial=lambda by, row: {"required": True},
            done="已添加。",
        ),
        Act(
            action=actions.announce_survey,
            quick=True,
            part="texts",
            done="公告已起草，请从“公告和结果”打开，写明截止日期，选择栏目后送审。",
        ),
        Act(
            action=actions.draft_findings,
            quick=True,
            part="texts",
            done="结果已起草，请从“公告和结果”打开，写分析和答复，送审后公布。",
        ),
        Act(
            action=actions.change_survey,
            initial=lambda by, row: {"title": row.title, "policy": row.policy},
            done="已保存。",
        ),
        Act(action=actions.drop_survey, done="已取消，记录和理由保留。"),
    )
    parts = (
        RecordTable(
            name="questions",
            title="问题",
            model=SurveyQuestion,
            rows=_list_questions,
            columns=(
                Column("question", "问题", value=str),
                Column("kind", "题型"),
                Column("needed", "必答", value=lambda row: "是" if row.required else "否"),
                Column("answers", "选项和填写情况", cell=_make_answers_cell, value=lambda row: ""),
            ),
            acts=(
                Act(
                    action=actions.change_question,
                    fields=_QUESTION_FIELDS,
                    initial=lambda by, row: {name: getattr(row, name) for name in _QUESTION_FIELDS},
                    label="修改",
                    done="已保存。",
                ),
                Act(action=actions.move_question, quick=True, when=lambda row: row.position > 1, done="已上移。"),
                Act(action=actions.drop_question, quick=True, label="删除", done="已删除，办理经过中保留记录。"),
            ),
            empty="还没有问题。",
        ),
        RecordTable(
            name="texts",
            title="公告和结果",
            model=Announcement,
            rows=_list_announcements,
            columns=(
                Column("title", "标题", value=str, cell=_make_title_cell),
                Column("what", "是", value=lambda row: row.get_what_display()),
            ),
            empty="还没有起草公告。问题添加齐全以后起草，审签公布以后公众即可填写。",
        ),
        RecordTable(
            name="words",
            title="填写的文字",
            model=SurveyWords,
            rows=_list_written_answers,
            columns=(
                Column("question", "问题", value=lambda row: str(row.question)),
                Column("words", "文字（隐去个人信息）", value=lambda row: row.masked.reveal()),
                Column("at", "收到", value=lambda row: timezone.localdate(row.reply.received_at)),
            ),
            note="文字不逐条公开，请归纳成共性问题，在结果中答复。",
            empty="还没有人填写文字。",
        ),
    )

    def rows(self, by: Actor) -> QuerySet[Survey]:
        """Return the surveys with their number of replies."""
        return super().rows(by).annotate(reply_count=Count("replies", distinct=True))

    def record_links(self, by: Actor, row: Survey) -> Sequence[tuple[str, str]]:
        """Return the link to export replies, if there are any and the user works on it."""
        may = row.reply_count and not list_reasons_unless_unit_staff(by, row)  # type: ignore[attr-defined]
        return (("导出答卷", reverse("participation:replies", args=[row.pk])),) if may else ()

    def totals(self, listing: Listing[Survey]) -> Sequence[tuple[str, object]]:
        """Return the number of open surveys and of those whose results are due."""
        running, due = (_filter_state(listing.rows, "", state).order_by().count() for state in ("open", "due"))
        return (("正在调研", f"{running:,} 项"), ("待公布结果", f"{due:,} 项"))
