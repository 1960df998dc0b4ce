"""Actions on surveys: questions, announcement, results and replies."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TypedDict, Unpack

from django.db.models import Max
from django.utils import timezone

from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.intake.actions import schedule_erasures
from gongkai.core.ledger.rules import check_system
from gongkai.core.units.models import Body
from gongkai.lib.privacy import mask
from gongkai.lib.writing.titles import quote_words
from gongkai.work.participation import rules
from gongkai.work.participation.actions.announcing import start_announcement
from gongkai.work.participation.models import (
    SCALE_MARKS,
    AnnouncementKind,
    PublishedQuestion,
    QuestionKind,
    Survey,
    SurveyChoice,
    SurveyQuestion,
    SurveyReply,
    SurveyWords,
)

# Maximum characters of an answer, options of a question and questions of a survey.
MAX_ANSWER_CHARACTERS, MAX_OPTIONS, MAX_QUESTIONS = 500, 20, 50
_KINDS_WITH_OPTIONS = frozenset({QuestionKind.ONE, QuestionKind.MANY})


def _clean_survey_names(title: str, policy: str) -> dict[str, str]:
    """Return the fields `title` and `policy` of a survey, trimmed (Refused: one is empty)."""
    facts = {"title": title.strip(), "policy": policy.strip()}
    if not all(facts.values()):
        raise Refused("请填写调研名称和调研的政策。")
    return facts


def _check_name_is_free(body: Body, title: str, survey: int = 0) -> None:
    """Refuse the name of another survey of a unit; `survey` is the primary key of the one that is named."""
    if Survey.objects.filter(body=body, title=title, dropped="").exclude(pk=survey).exists():
        raise Refused(f"{quote_words(title)}已经建立，名称不能重复。")


@action("participation.register_survey", label="新建问卷", rule=rules.list_reasons_unless_unit_staff)
def register_survey(body: Body, *, by: Actor, title: str, policy: str) -> ActionResult:
    """Create a survey without questions under a name new for the unit; return the `Survey`."""
    if not body.alive:
        raise Refused("这个单位已经撤销或者并入其他单位。")
    facts = _clean_survey_names(title, policy)
    _check_name_is_free(body, facts["title"])
    survey = Survey.objects.create(body=body, made_by=by.name, **facts)
    return ActionResult(words=f"新建网上调研{quote_words(survey.title)}", stream=survey.stream, result=survey)


def _list_reasons_against_changing_survey(survey: Survey) -> list[str]:
    """Return the reasons why title and questions cannot be changed."""
    if survey.dropped:
        return [f"已经取消：{survey.dropped}"]
    if survey.starts_on:
        return ["问卷已经公布，名称和问题不能再改；截止日期可以在公告中延后。"]
    streams = [announcement.stream for announcement in survey.announcements.filter(dropped=False)]
    is_under_review = Review.objects.filter(source__in=streams, state__in=OPEN_STATES).exists()
    return ["问卷正在审签，要改动请先撤回送审。"] if is_under_review else []


def _list_reasons_against_changing_question(question: SurveyQuestion) -> list[str]:
    return _list_reasons_against_changing_survey(question.survey)


@action(
    "participation.change_survey",
    label="修改名称",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_against_changing_survey,
)
def change_survey(survey: Survey, *, by: Actor, title: str, policy: str) -> ActionResult:
    """Change the name and policy of a survey that has not started."""
    facts = _clean_survey_names(title, policy)
    _check_name_is_free(survey.body, facts["title"], survey.pk)
    survey.title, survey.policy = facts["title"], facts["policy"]
    survey.save(update_fields=["title", "policy"])
    return ActionResult(words=f"改为{quote_words(survey.title)}")


@action(
    "participation.drop_survey",
    label="取消调研",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_against_changing_survey,
)
def drop_survey(survey: Survey, *, by: Actor, reason: str) -> ActionResult:
    """Drop a survey before it starts, with a reason."""
    reason = require_text(reason, "请写明理由。", 2)
    survey.dropped = reason[:300]
    survey.save(update_fields=["dropped"])
    return ActionResult(words=survey.dropped)


class QuestionFacts(TypedDict):
    """The facts of a survey question.

    `kind` is a `QuestionKind`; `options` has one option a line; `most` is the maximum number of
    chosen options.
    """

    text: str
    kind: str
    options: str
    most: int | None
    required: bool


def find_question_faults(facts: QuestionFacts) -> list[str]:
    """Return the faults of a question: text, kind, number and length of options, maximum."""
    options = [line.strip() for line in facts["options"].splitlines() if line.strip()]
    chosen, most = facts["kind"] in _KINDS_WITH_OPTIONS, facts["most"] or 0
    checks = [
        (not facts["text"].strip(), "请填写问题。"),
        (facts["kind"] not in QuestionKind.values, "没有这种题型。"),
        (chosen and not 2 <= len(options) <= MAX_OPTIONS, f"单选、多选题请填写2至{MAX_OPTIONS}个选项，一行一个。"),
        (not chosen and bool(options), "评分题和填空题不填选项。"),
        (len(set(options)) < len(options), "选项不能重复。"),
        (any(len(option) > 100 for option in options), "每个选项不超过100字。"),
        (bool(most) and facts["kind"] != QuestionKind.MANY, "“最多选几项”只用于多选题。"),
        (
            facts["kind"] == QuestionKind.MANY and bool(most) and not 2 <= most <= len(options),
            "“最多选几项”应在2至选项数之间，0为不限。",
        ),
    ]
    return [sentence for is_fault, sentence in checks if is_fault]


def _clean_question_facts(facts: QuestionFacts) -> QuestionFacts:
    """Return the trimmed facts of a question, or refuse faulty ones."""
    if reasons := find_question_faults(facts):
        raise Refused(reasons)
    return {**facts, "text": facts["text"].strip(), "options": facts["options"].strip(), "most": facts["most"] or 0}


def _list_reasons_if_question_limit_reached(survey: Survey) -> list[str]:
    """Return the reasons why no question can be added: unchangeable, or the maximum is reached."""
    if reasons := _list_reasons_against_changing_survey(survey):
        return reasons
    has_space = survey.questions.count() < MAX_QUESTIONS
    return [] if has_space else [f"一份问卷最多{MAX_QUESTIONS}题，请精简。"]


@action(
    "participation.add_question",
    label="添加问题",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_if_question_limit_reached,
)
def add_question(survey: Survey, *, by: Actor, **facts: Unpack[QuestionFacts]) -> ActionResult:
    """Append a question; the action's result is the `SurveyQuestion`."""
    last_position = survey.questions.aggregate(last=Max("position"))["last"] or 0
    question = SurveyQuestion.objects.create(survey=survey, position=last_position + 1, **_clean_question_facts(facts))
    return ActionResult(words=f"添加问题“{question.text[:60]}”", result=question)


@action(
    "participation.change_question",
    label="修改问题",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_against_changing_question,
)
def change_question(question: SurveyQuestion, *, by: Actor, **facts: Unpack[QuestionFacts]) -> ActionResult:
    """Change a question before the survey starts."""
    earlier_question = question.frozen()
    for name, value in _clean_question_facts(facts).items():
        setattr(question, name, value)
    question.save()
    return ActionResult(words=f"修改第{question.position}题", facts={"before": earlier_question})


def _find_question_above(question: SurveyQuestion) -> SurveyQuestion | None:
    return question.survey.questions.filter(position__lt=question.position).last()


def _list_reasons_against_moving_question(question: SurveyQuestion) -> list[str]:
    question_above = _find_question_above(question)
    return [*_list_reasons_against_changing_question(question), *([] if question_above else ["已经是第一题。"])]


@action(
    "participation.move_question",
    label="上移",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_against_moving_question,
)
def move_question(question: SurveyQuestion, *, by: Actor) -> ActionResult:
    """Exchange a question with the one above it."""
    question_above = _find_question_above(question)
    assert question_above is not None
    question_above.position, question.position = question.position, question_above.position
    question_above.save(update_fields=["position"])
    question.save(update_fields=["position"])
    return ActionResult(words=f"“{question.text[:60]}”上移")


@action(
    "participation.drop_question",
    label="删除问题",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_against_changing_question,
)
def drop_question(question: SurveyQuestion, *, by: Actor) -> ActionResult:
    """Delete a question before the survey starts; the log keeps it."""
    facts, text = {"before": question.frozen()}, f"删除问题“{question.text[:60]}”"
    for position, row in enumerate(question.survey.questions.exclude(pk=question.pk), 1):
        if row.position != position:
            SurveyQuestion.objects.filter(pk=row.pk).update(position=position)
    question.delete()
    return ActionResult(words=text, facts=facts)


def _list_reasons_against_announcing_survey(survey: Survey) -> list[str]:
    """Return the reasons why no announcement can be started."""
    if survey.starts_on or survey.dropped:
        return _list_reasons_against_changing_survey(survey)
    if survey.announcements.filter(what=AnnouncementKind.SURVEY, dropped=False).exists():
        return ["公告已经起草，请从“公告和结果”打开。"]
    return [] if survey.questions.exists() else ["还没有问题，请先添加问题。"]


@action(
    "participation.announce_survey",
    label="起草调研公告",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_against_announcing_survey,
)
def announce_survey(survey: Survey, *, by: Actor) -> ActionResult:
    """Start the announcement of the survey; the action's result is the `Announcement`."""
    announcement = start_announcement(survey, by=by, what=AnnouncementKind.SURVEY)
    return ActionResult(words="起草网上调研公告", result=announcement)


def _list_reasons_against_drafting_findings(survey: Survey) -> list[str]:
    """Return the reasons why the findings cannot be drafted: not over, or drafted already."""
    if not survey.is_over:
        return ["调研还没有结束，结束后起草结果。"]
    is_drafted = survey.announcements.filter(what=AnnouncementKind.FINDINGS, dropped=False).exists()
    return ["结果已经起草，请从“公告和结果”打开。"] if is_drafted else []


@action(
    "participation.draft_findings",
    label="起草调研结果",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_against_drafting_findings,
)
def draft_findings(survey: Survey, *, by: Actor) -> ActionResult:
    """Start the text of the results; the action's result is the `Announcement`."""
    about = survey.announcements.filter(what=AnnouncementKind.SURVEY, dropped=False).first()
    announcement = start_announcement(survey, by=by, what=AnnouncementKind.FINDINGS, about=about)
    return ActionResult(words="起草网上调研结果", result=announcement)


@action("participation.survey_opened", label="开始调研", rule=check_system)
def open_survey(
    survey: Survey, *, by: Actor, starts_on: date, ends_on: date, asked: Sequence[PublishedQuestion]
) -> ActionResult:
    """Open a survey when its announcement is published; a later edition only moves its last day."""
    survey.starts_on = survey.starts_on or starts_on
    survey.ends_on = ends_on
    survey.asked = survey.asked or list(asked)
    survey.save(update_fields=["starts_on", "ends_on", "asked"])
    return ActionResult(words=f"问卷已公布，{len(survey.asked)}题，{ends_on.isoformat()}截止")


@action("participation.survey_answered", label="公布调研结果", rule=check_system)
def record_published_findings(survey: Survey, *, by: Actor, on: date) -> ActionResult:
    """Record the first day on which the results are public; the retention of replies starts."""
    survey.answered_on = survey.answered_on or on
    survey.save(update_fields=["answered_on"])
    schedule_erasures([reply.matter for reply in survey.replies.only("pk")], survey.answered_on)
    return ActionResult(words="调研结果已公布")


def find_answer_faults(question: PublishedQuestion, chosen_options: Sequence[int], text: str) -> list[str]:
    """Return the faults of an answer (options or marks `chosen_options`, or `text`)."""
    kind, most = question["kind"], question["most"]
    allowed_values = SCALE_MARKS if kind == QuestionKind.SCALE else range(1, len(question["options"]) + 1)
    checks = [
        (bool(chosen_options) if kind == QuestionKind.WORDS else bool(text), "答案与题型不符。"),
        (question["required"] and not chosen_options and not text, "没有回答。"),
        (
            any(choice not in allowed_values for choice in chosen_options)
            or len(set(chosen_options)) < len(chosen_options),
            "没有这个选项。",
        ),
        (kind in (QuestionKind.ONE, QuestionKind.SCALE) and len(chosen_options) > 1, "只能选一项。"),
        (bool(most) and len(chosen_options) > most, f"最多选{most}项。"),
        (len(text) > MAX_ANSWER_CHARACTERS, f"不超过{MAX_ANSWER_CHARACTERS}字。"),
    ]
    return [sentence for is_fault, sentence in checks if is_fault]


@action("participation.reply_survey", label="填写问卷", rule=rules.list_no_reasons, quiet=True)
def reply_survey(
    survey: Survey,
    *,
    by: Actor,
    chosen: Mapping[int, Sequence[int]],
    words: Mapping[int, str],
    received_at: datetime | None = None,
) -> ActionResult:
    """Store a completed questionnaire while the survey is open; written answers are not logged.

    Args:
        chosen: question number → option positions (from 1) or the mark.
        words: question number → written answer.
        received_at: the time of sending, if not now.

    Returns:
        The `SurveyReply`.
    """
    moment = min(received_at or timezone.now(), timezone.now())
    if not survey.is_open(timezone.localdate(moment)):
        raise Refused("这项调研现在不接受填写，可能已经截止。")
    texts = {number: text.strip() for number, text in words.items() if text.strip()}
    picked = {number: list(ones) for number, ones in chosen.items() if ones}
    question_numbers = {question["number"] for question in survey.asked}
    faults = [
        f"第{question_number}题：{fault}"
        for question_number, question in enumerate(survey.asked, 1)
        for fault in find_answer_faults(question, picked.get(question["number"], ()), texts.get(question["number"], ""))
    ]
    if faults or (texts.keys() | picked.keys()) - question_numbers:
        raise Refused(faults or "问卷中没有这个问题，请从网上调研页面重新打开。")
    if not texts and not picked:
        raise Refused("请至少回答一题。")
    number = (survey.replies.aggregate(last=Max("number"))["last"] or 0) + 1
    reply = SurveyReply.objects.create(survey=survey, number=number, received_at=moment)
    SurveyChoice.objects.bulk_create(
        SurveyChoice(reply=reply, question_id=question, option=option)
        for question, ones in picked.items()
        for option in ones
    )
    SurveyWords.objects.bulk_create(
        SurveyWords(reply=reply, question_id=question, masked=mask(text)[0]) for question, text in texts.items()
    )
    # its own log stream: the survey's history contains the acts of its makers only
    return ActionResult(words=f"收到第{number}份问卷", stream=reply.matter, result=reply)
