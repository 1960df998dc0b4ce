"""Public pages of comments and surveys: forms and progress pages."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.content.editions.queries import shelf_visible_to
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.intake.declared_fields import (
    ERASED_TEXT_PLACEHOLDER,
    add_declared_fields,
    erase_words,
    load_declarations,
)
from gongkai.core.intake.forms import IntakeForm, PublicForm, Submission
from gongkai.core.intake.forms.people import ContactForm
from gongkai.core.intake.matters import MatterKind, MatterProgress, ProgressSection, ProgressStage
from gongkai.core.intake.uploads import FileRule
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.writing.titles import quote_words
from gongkai.work.participation.actions import register_comment, reply_survey
from gongkai.work.participation.actions.surveying import MAX_ANSWER_CHARACTERS, find_answer_faults
from gongkai.work.participation.models import (
    SCALE_MARKS,
    Comment,
    Consultation,
    PublishedQuestion,
    QuestionKind,
    Survey,
    SurveyReply,
    SurveyWords,
)
from gongkai.work.participation.public_timeline import list_open_consultations, map_public_shelf_rows
from gongkai.work.participation.rules import list_reasons_unless_comment_reader, list_reasons_unless_reply_reader
from gongkai.work.participation.surveys import get_public_findings, list_open_surveys

if TYPE_CHECKING:
    from gongkai.content.editions.models import Shelf


@add_declared_fields(Comment)
class PublicCommentForm(ContactForm):
    """The public comment form; a single open draft is preselected."""

    prefill = ("draft",)
    groups = (("您的意见", ("draft",)), ("怎样联系您（可不填）", ("name", "phone", "email")))
    draft = forms.ChoiceField(label="对哪一项草案", choices=(), widget=forms.RadioSelect)

    def ask(self) -> None:
        """Offer the drafts that were open on the day of sending."""
        rows = list_open_consultations(self.sent_on)
        shelves = map_public_shelf_rows(row.announcement for row in rows)
        choices = [(str(row.pk), _describe_draft(row, shelves[row.pk].path)) for row in rows]
        field = self.fields["draft"]
        field.choices = choices  # type: ignore[attr-defined]
        field.error_messages["invalid_choice"] = "这项草案现在不征求意见，或者期限已经届满。"
        if len(choices) == 1:
            field.initial = choices[0][0]


def _describe_draft(consultation: Consultation, path: str) -> SafeString:
    """Return title and last day of a consultation with a link to its draft."""
    return format_html(
        '{}（至{}） <a href="{}" target="_blank" rel="noopener">看草案全文</a>',
        consultation.decision.entry.title,
        f"{consultation.ends_on:%Y-%m-%d}",
        path,
    )


def submit_comment(submission: Submission) -> str:
    """Register a comment on a draft that was open; return its matter (`comment/12`).

    Raises:
        Refused: there is no such draft, or the action refuses.
    """
    number = int(submission.data["draft"])
    consultation = Consultation.objects.filter(pk=number).first()
    if consultation is None:
        raise Refused("没有这项征求意见，请回到决策预公开页面重新打开。")
    comment = register_comment(
        consultation,
        by=ANONYMOUS,
        **{name: submission.data[name] for name in load_declarations(Comment)},
        received_at=submission.sent_at,
        said=submission.said,
    )
    return comment.matter  # type: ignore[no-any-return]


def _get_published_adoption(consultation: Consultation) -> "Shelf | None":
    """Return the public row of a consultation's adoption table, or None."""
    numbers = consultation.announcement.answers.values_list("pk", flat=True)
    names = [f"announcement/{number}" for number in numbers]
    return shelf_visible_to(ANONYMOUS).filter(column=None, document__source__in=names).first()


def get_comment_progress(number: int) -> MatterProgress | None:
    """Return the progress of a comment with the published outcome; None if there is no such comment."""
    comment = Comment.objects.select_related("consultation__decision__entry__body", "point").filter(pk=number).first()
    if comment is None:
        return None
    consultation = comment.consultation
    entry, table = consultation.decision.entry, _get_published_adoption(consultation)
    is_over = not consultation.is_open()
    return MatterProgress(
        title=f"您对{quote_words(entry.title)}的意见",
        number=f"{entry.number}-{comment.number}",
        state="已公布采纳情况" if table else ("正在研究意见" if is_over else "征求意见中"),
        received_at=comment.received_at,
        closed=bool(table),
        why=() if table else (f"征求意见至{day_in_words(consultation.ends_on)}止，期满后公布采纳情况。",),
        stages=(
            ProgressStage("收到意见", comment.received_at),
            ProgressStage(
                "征求意见期满", None, current=not is_over, detail=f"{consultation.ends_on:%Y-%m-%d}", done=is_over
            ),
            ProgressStage("归纳研究", None, current=is_over and not table, done=bool(table)),
            ProgressStage("公布采纳情况", table.published_at if table else None),
        ),
        unit=entry.body.name,
        answer=_describe_outcome(comment) if table else "",
        parts=(
            ProgressSection(
                f"您的意见（针对{comment.clause.reveal()}）" if comment.clause else "您的意见",
                _split_paragraphs(comment),
            ),
            *((ProgressSection("全部意见", links=(("意见采纳情况", table.path),)),) if table else ()),
        ),
        answered_at=table.published_at if table else None,
    )


def _split_paragraphs(comment: Comment) -> tuple[str, ...]:
    return tuple(line.strip() for line in comment.masked.reveal().splitlines() if line.strip())


def _describe_outcome(comment: Comment) -> str:
    """Return the outcome and reason of a comment's point in words."""
    point = comment.point
    if point is None or not point.outcome:
        return "意见采纳情况已经公布。"
    text = f"{point.get_outcome_display()}。{point.reason}".strip()
    return f"您的意见归入“{point.gist}”：{text}"


def erase_comment(number: int) -> None:
    """Erase the words of a comment; point and dates stay."""
    erase_words(Comment.objects.get(pk=number))


COMMENT_FORM = PublicForm(
    name="comment",
    title="对决策草案提出意见",
    form=PublicCommentForm,
    submit=submit_comment,
    intro=(
        "对正在征求意见的决策草案，任何人都可以提出意见，不需要说明身份。",
        "期满后公布意见采纳情况，没有采纳的说明理由；您的姓名和联系方式不会公开。",
        "提交后可以用查询码查看意见的采纳情况。",
    ),
    files=FileRule(label="附件（可不传）"),
    phone_code="offered",
    thanks=("感谢您参与。征求意见期满后，可以用查询码查看采纳情况。",),
)
COMMENT_MATTER = MatterKind(
    name="comment",
    label="决策草案意见",
    may_read=list_reasons_unless_comment_reader,
    progress=get_comment_progress,
    erase=erase_comment,
    office=lambda number: reverse("participation:comment", args=[number]),
    asker="意见提出人",
)


def _make_field_name(question: PublishedQuestion) -> str:
    return f"q{question['number']}"


class QuestionnaireForm(IntakeForm):
    """The questionnaire of an open survey, selected by its URL."""

    prefill: ClassVar[tuple[str, ...]] = ("survey",)
    asked: Sequence[PublishedQuestion] = ()

    survey = forms.ChoiceField(
        label="问卷",
        choices=(),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "这份问卷现在不接受填写，可能已经截止。请从网上调研页面重新打开。"},
    )

    def ask(self) -> None:
        """Offer the selected or only open survey with its questions, else all surveys."""
        survey_text = str((self.data if self.is_bound else self.initial).get("survey", ""))
        rows = list_open_surveys(self.sent_on)
        survey = next(
            (row for row in rows if str(row.pk) == survey_text), rows[0] if len(rows) == 1 and not survey_text else None
        )
        offered = [survey] if survey else rows
        choices = [(str(row.pk), f"{row.title}（{row.body.label}，至{row.ends_on:%Y-%m-%d}）") for row in offered]
        field = self.fields["survey"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if survey is None:
            return
        field.initial, self.asked = str(survey.pk), survey.asked
        for number, question in enumerate(self.asked, 1):
            self.fields[_make_field_name(question)] = _make_question_field(number, question)

    @classmethod
    def fields_for(cls, typed: Mapping[str, object]) -> Mapping[str, forms.Field]:
        """Return the survey's fields in `typed`, to show the user's input again."""
        return cls(initial={"survey": typed.get("survey", "")}).fields

    def answers(self) -> tuple[dict[int, list[int]], dict[int, str]]:
        """Return (option positions or marks, written answers), each by question number."""
        return _read_answers(self.asked, self.cleaned_data)

    def clean(self) -> dict[str, object]:
        """Validate each answer as the action does, and require at least one."""
        cleaned = super().clean()
        chosen, texts = _read_answers(self.asked, cleaned)
        for question in self.asked:
            name, number = _make_field_name(question), question["number"]
            if name not in self.errors:
                for fault in find_answer_faults(question, chosen.get(number, ()), texts.get(number, "")):
                    self.add_error(name, fault)
        if self.asked and not self.errors and not chosen and not any(texts.values()):
            self.add_error(None, "请至少回答一题。")
        return cleaned


def _read_answers(
    questions: Sequence[PublishedQuestion], data: Mapping[str, object]
) -> tuple[dict[int, list[int]], dict[int, str]]:
    """Return (chosen options or marks, written texts) by question number."""
    chosen: dict[int, list[int]] = {}
    texts: dict[int, str] = {}
    for question in questions:
        value, number = data.get(_make_field_name(question)), question["number"]
        if question["kind"] == QuestionKind.WORDS:
            texts[number] = str(value or "").strip()
        elif value:
            chosen[number] = [int(str(option)) for option in (value if isinstance(value, list) else [value])]
    return chosen, texts


def _make_question_field(place: int, question: PublishedQuestion) -> forms.Field:
    """Return the form field of a survey question; `place` is its number."""
    label, kind = f"{place}. {question['text']}", QuestionKind(question["kind"])
    needed = question["required"]
    errors = {"required": f"请回答第{place}题。"}
    if kind == QuestionKind.WORDS:
        return forms.CharField(
            label=label,
            required=needed,
            max_length=MAX_ANSWER_CHARACTERS,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=f"不超过{MAX_ANSWER_CHARACTERS}字。请不要填写姓名、电话、证件号码等个人信息。",
            error_messages=errors,
        )
    if kind == QuestionKind.SCALE:
        options, hint = [(str(score), f"{score}分") for score in SCALE_MARKS], "1分最低，5分最高。"
    else:
        options, hint = [(str(index), option) for index, option in enumerate(question["options"], 1)], ""
    if kind == QuestionKind.MANY:
        most = question["most"]
        return forms.MultipleChoiceField(
            label=label,
            required=needed,
            choices=options,
            widget=forms.CheckboxSelectMultiple,
            help_text=f"可以选多项，最多{most}项。" if most else "可以选多项。",
            error_messages=errors,
        )
    return forms.ChoiceField(
        label=label, required=needed, choices=options, widget=forms.RadioSelect, help_text=hint, error_messages=errors
    )


def submit_questionnaire(submission: Submission) -> str:
    """Store a completed questionnaire and return its matter (`survey_reply/12`).

    Raises:
        Refused: there is no such survey, or the action refuses.
    """
    survey = Survey.objects.filter(pk=int(submission.data["survey"])).first()
    if survey is None:
        raise Refused("没有这项调研，请从网上调研页面重新打开。")
    chosen, texts = _read_answers(survey.asked, submission.data)
    reply = reply_survey(survey, by=ANONYMOUS, chosen=chosen, words=texts, received_at=submission.sent_at)
    return reply.matter  # type: ignore[no-any-return]


def get_survey_reply_progress(number: int) -> MatterProgress | None:
    """Return the progress of a reply: last day and results; None if there is none."""
    reply = SurveyReply.objects.select_related("survey__body").filter(pk=number).first()
    if reply is None:
        return None
    survey = reply.survey
    findings = get_public_findings(survey)
    assert survey.ends_on is not None  # people have replied
    return MatterProgress(
        title=f"您填写的问卷：{quote_words(survey.title)}",
        number=f"{survey.pk}-{reply.number}",
        state="已公布结果" if findings else ("正在整理结果" if survey.is_over else "正在调研"),
        received_at=reply.received_at,
        closed=bool(findings),
        why=() if findings else (f"调研至{day_in_words(survey.ends_on)}止，结束后公布结果和对共性问题的答复。",),
        stages=(
            ProgressStage("收到问卷", reply.received_at),
            ProgressStage(
                "调研结束", None, current=not survey.is_over, detail=f"{survey.ends_on:%Y-%m-%d}", done=survey.is_over
            ),
            ProgressStage(
                "公布结果和答复", findings.published_at if findings else None, current=survey.is_over and not findings
            ),
        ),
        unit=survey.body.name,
        answered_at=findings.published_at if findings else None,
        parts=(ProgressSection("结果和答复", links=((findings.title, findings.path),)),) if findings else (),
    )


def erase_survey_reply(number: int) -> None:
    """Erase the written answers of a survey reply; the choices stay."""
    SurveyWords.objects.filter(reply=number).update(masked=ERASED_TEXT_PLACEHOLDER)


SURVEY_FORM = PublicForm(
    name="survey",
    title="网上调研",
    form=QuestionnaireForm,
    submit=submit_questionnaire,
    intro=("问卷不问您是谁。结束以后公布各题的填写情况、对共性问题的答复和改进措施。",),
    elsewhere=(("全部网上调研和已公布的结果", "/surveys/"),),
    second=False,
    thanks=("感谢您参与调研。调研结束以后，可以用查询码查看结果。",),
    kept="所选的选项只用于统计；填写的文字隐去个人信息以后加密保存，只有调研单位的工作人员可以查看，不逐条公开；公布结果并超过保存期限后自动清除。",
    mailed="",
    button="提交问卷",
)
SURVEY_MATTER = MatterKind(
    name="survey_reply",
    label="网上调研问卷",
    may_read=list_reasons_unless_reply_reader,
    progress=get_survey_reply_progress,
    erase=erase_survey_reply,
    office=lambda number: reverse(
        "participation:surveys_row",
        args=[SurveyReply.objects.filter(pk=number).values_list("survey", flat=True).first() or 0],
    ),
    asker="填写人",
)
