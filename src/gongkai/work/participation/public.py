"""Public pages of comments: the form and the progress page."""

from typing import TYPE_CHECKING, Unpack

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.content.editions.queries import shelf_visible_to
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.intake.actions import schedule_erasures
from gongkai.core.intake.declared import ask, declared, erase_words
from gongkai.core.intake.forms import PublicForm, Submission
from gongkai.core.intake.forms.people import ContactForm
from gongkai.core.intake.matters import Matter, Part, Progress, Stage
from gongkai.core.intake.uploads import FileRule
from gongkai.core.widgets.forms import FormFacts, Posted, Sent
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.writing.titles import quoted
from gongkai.work.participation.actions import register_comment
from gongkai.work.participation.line import get_public_shelves, list_open_consultations
from gongkai.work.participation.models import Comment, Consultation
from gongkai.work.participation.rules import check_comment_reader

if TYPE_CHECKING:
    from gongkai.content.editions.models import Shelf


@ask(Comment)
class PublicCommentForm(ContactForm):
    """The public comment form."""

    prefill = ("draft",)
    groups = (
        ("您的意见", ("draft",)),
        ("怎样联系您（可不填）", ("name", "phone", "email")),
    )
    draft = forms.ChoiceField(label="对哪一项草案", choices=(), widget=forms.RadioSelect)

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        rows = list_open_consultations()
        shelves = get_public_shelves(row.announcement for row in rows)
        choices = [(str(row.pk), _describe_draft(row, shelves[row.pk].path)) for row in rows]
        field = self.fields["draft"]
        field.choices = choices  # type: ignore[attr-defined]
        field.error_messages["invalid_choice"] = "这项草案现在不征求意见，或者期限已经届满。"
        if len(choices) == 1:
            field.initial = choices[0][0]


def _describe_draft(consultation: Consultation, path: str) -> SafeString:
    return format_html(
        '{}（至{}） <a href="{}" target="_blank" rel="noopener">看草案全文</a>',
        consultation.decision.entry.title,
        f"{consultation.ends_on:%Y-%m-%d}",
        path,
    )


def submit_comment(submission: Submission) -> str:
    """Register a comment on a draft that was open when it was sent."""
    number = int(submission.data["draft"])
    consultation = Consultation.objects.filter(pk=number).first()
    if consultation is None:
        raise Refused("没有这项征求意见，请回到决策预公开页面重新打开。")
    made = register_comment(
        consultation,
        by=ANONYMOUS,
        **{name: submission.data[name] for name in declared(Comment)},
        received_at=submission.sent_at,
        said=submission.said,
    )
    return made.matter  # type: ignore[no-any-return]


def _get_published_adoption(consultation: Consultation) -> "Shelf | None":
    numbers = consultation.announcement.answers.values_list("pk", flat=True)
    names = [f"announcement/{number}" for number in numbers]
    return shelf_visible_to(ANONYMOUS).filter(column=None, document__source__in=names).first()


def comment_progress(number: int) -> Progress | None:
    """Return the progress of a comment: receipt, period and the published outcome."""
    comment = Comment.objects.select_related("consultation__decision__entry__body", "point").filter(pk=number).first()
    if comment is None:
        return None
    consultation = comment.consultation
    entry, table = consultation.decision.entry, _get_published_adoption(consultation)
    over = not consultation.is_open()
    return Progress(
        title=f"您对{quoted(entry.title)}的意见",
        number=f"{entry.number}-{comment.number}",
        state="已公布采纳情况" if table else ("正在研究意见" if over else "征求意见中"),
        received_at=comment.received_at,
        closed=bool(table),
        why=() if table else (f"征求意见至{day_in_words(consultation.ends_on)}止，期满后公布采纳情况。",),
        stages=(
            Stage("收到意见", comment.received_at),
            Stage("征求意见期满", None, current=not over, detail=f"{consultation.ends_on:%Y-%m-%d}", done=over),
            Stage("归纳研究", None, current=over and not table, done=bool(table)),
            Stage("公布采纳情况", table.published_at if table else None),
        ),
        unit=entry.body.name,
        answer=_describe_outcome(comment) if table else "",
        parts=(
            Part(
                f"您的意见（针对{comment.clause.reveal()}）" if comment.clause else "您的意见",
                _comment_paragraphs(comment),
            ),
            *((Part("全部意见", links=(("意见采纳情况", table.path),)),) if table else ()),
        ),
        answered_at=table.published_at if table else None,
    )


def _comment_paragraphs(comment: Comment) -> tuple[str, ...]:
    return tuple(line.strip() for line in comment.masked.reveal().splitlines() if line.strip())


def _describe_outcome(comment: Comment) -> str:
    point = comment.point
    if point is None or not point.outcome:
        return "意见采纳情况已经公布。"
    said = f"{point.get_outcome_display()}。{point.reason}".strip()
    return f"您的意见归入“{point.gist}”：{said}"


def erase_comment(number: int) -> None:
    """Erase the commenter's words; point and dates stay."""
    erase_words(Comment.objects.get(pk=number))


def schedule_comment_erasure(consultation: Consultation) -> None:
    """Start the retention of commenters' data after the adoption table is published."""
    numbers = consultation.comments.values_list("pk", flat=True)
    schedule_erasures([f"comment/{number}" for number in numbers], timezone.localdate())


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
COMMENT_MATTER = Matter(
    name="comment",
    label="决策草案意见",
    may_read=check_comment_reader,
    progress=comment_progress,
    erase=erase_comment,
    office=lambda number: reverse("participation:comment", args=[number]),
)
