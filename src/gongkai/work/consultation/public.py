"""Public pages of inquiries, and queries for other platforms on their orders."""

from collections.abc import Mapping
from datetime import datetime, time
from functools import partial

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.hosts import find_stored_site_of_host
from gongkai.content.editions.models import Website
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM, Actor
from gongkai.core.intake.declared_fields import add_declared_fields, erase_words, load_declarations
from gongkai.core.intake.forms import PublicForm, PublishedAnswer, Submission
from gongkai.core.intake.forms.people import ContactForm
from gongkai.core.intake.matters import (
    FiledMatter,
    FollowUp,
    MatterKind,
    MatterProgress,
    ProgressSection,
    ProgressStage,
)
from gongkai.core.intake.uploads import FileRule
from gongkai.core.ledger.clock import compute_deadline
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.core.widgets.fields import lazy_figures
from gongkai.lib.law.figures import fill_in_figures
from gongkai.work.consultation import answer_index, rules
from gongkai.work.consultation.actions import close_settled_inquiry, rate_inquiry_answer, register_inquiry
from gongkai.work.consultation.actions.order_exchange import digest_token
from gongkai.work.consultation.answer_index import find_public_offers
from gongkai.work.consultation.facts import InquiryFacts
from gongkai.work.consultation.models import (
    OFFERED_CATEGORIES,
    AnswerSatisfaction,
    AskerGroup,
    ExchangeClient,
    ExchangeOrder,
    Inquiry,
    InquiryChannel,
    KnownAnswer,
    Outcome,
)
from gongkai.work.consultation.queries import find_repeated_inquiry, list_public_answers
from gongkai.work.consultation.rules import mask_inquiry_text
from gongkai.work.consultation.states import InquiryState

#: The kinds of askers in the words of the public.
ASKER_CHOICES = [
    (value, "机关、事业单位工作人员" if value == AskerGroup.AGENCY else label) for value, label in AskerGroup.choices
]


@add_declared_fields(Inquiry, omitted=("asker",))
class PublicInquiryForm(ContactForm):
    """The public form for inquiries; name and contact are optional."""

    prefill = ("category", "title")
    groups = (
        ("您要说的事", ("category", "asker", "title", "text", "may_publish")),
        ("怎样答复您（可不填）", ("name", "phone", "email")),
    )
    asker = forms.ChoiceField(
        label="您是", choices=ASKER_CHOICES, widget=forms.RadioSelect, initial=AskerGroup.PERSON, required=False
    )
    title = forms.CharField(label="标题", max_length=80, help_text="一句话概括，如“公租房申请条件”。")

    def clean_asker(self) -> str:
        """Return the kind of asker (default: a person)."""
        return self.cleaned_data["asker"] or AskerGroup.PERSON.value

    def find_published(self) -> list[PublishedAnswer]:
        """Return answers of the Q&A base, shown once before submission (C-02)."""
        if self.cleaned_data["category"] not in OFFERED_CATEGORIES:
            return []
        offered = answer_index.find_public_offers(f"{self.cleaned_data['title']} {self.cleaned_data['text']}")
        return [
            PublishedAnswer(known_answer.question, known_answer.answer[:160], f"/answers/{known_answer.pk}/")
            for known_answer in offered
        ]


def _get_receiver(host: str) -> Body:
    """Return the unit that receives the messages of a host's website.

    Raises:
        Refused: there is no website.
    """
    website = find_stored_site_of_host(host, Website.objects.select_related("body"))
    if website is None:
        raise Refused("还没有建立网站，请政务公开办先“新建网站”。")
    return website.body.successor


def submit_inquiry(submission: Submission) -> FiledMatter:
    """Register an inquiry from the public form; return it with its progress."""
    facts = {name: submission.data[name] for name in load_declarations(Inquiry)}
    facts["repeat_of"] = find_repeated_inquiry(submission.data["text"], submission.said)
    facts["received_on"] = submission.day
    facts["title"] = submission.data["title"]
    inquiry: Inquiry = register_inquiry(
        _get_receiver(submission.host), by=SYSTEM, facts=InquiryFacts.read(channel=InquiryChannel.FORM, **facts)
    )
    return FiledMatter(inquiry.matter, make_inquiry_progress(inquiry), _list_title_and_text(inquiry))


class AnswerRatingForm(forms.Form):
    """The rating form."""

    satisfaction = forms.ChoiceField(label="您对答复满意吗？", choices=AnswerSatisfaction, widget=forms.RadioSelect)
    rating = forms.CharField(
        label="还想说的话", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


def _rate_answer_online(number: int, data: Mapping[str, object]) -> None:
    rate_inquiry_answer(Entry.objects.get(pk=number, kind="inquiry"), by=ANONYMOUS, **data)


def _can_rate_answer(number: int) -> bool:
    return Inquiry.objects.filter(pk=number, entry__state=InquiryState.ANSWERED, satisfaction="").exists()


class SettlementForm(forms.Form):
    """An empty form: the button confirms that the answer is sufficient."""


def _settle_inquiry_online(number: int, _: Mapping[str, object]) -> None:
    close_settled_inquiry(Entry.objects.get(pk=number, kind="inquiry"), by=ANONYMOUS)


def _can_settle_inquiry(number: int) -> bool:
    entry = Entry.objects.filter(pk=number, kind="inquiry").first()
    return entry is not None and not close_settled_inquiry.why_not(entry, by=ANONYMOUS)


def _make_offered_parts(inquiry: Inquiry) -> tuple[ProgressSection, ...]:
    """Return the section with the offered answer while the asker can accept it, else ()."""
    known_answer = inquiry.offered
    if known_answer is None or not _can_settle_inquiry(inquiry.pk):
        return ()
    return (
        ProgressSection(
            "政策问答库中的答复",
            (known_answer.question, known_answer.answer),
            links=(("查看全文和依据", f"/answers/{known_answer.pk}/"),),
        ),
    )


def get_inquiry_progress(number: int) -> MatterProgress | None:
    """Return the progress of an inquiry for its asker, or None if there is no such inquiry."""
    inquiry = Inquiry.objects.select_related("entry__body", "offered").filter(pk=number).first()
    return make_inquiry_progress(inquiry) if inquiry else None


def make_inquiry_progress(inquiry: Inquiry) -> MatterProgress:
    """Return the progress for the asker: state, deadline and answer, without personal data."""
    entry, is_closed = inquiry.entry, inquiry.entry.closed_at is not None
    waits = entry.state in {InquiryState.RECEIVED, InquiryState.DECLINED}
    refused = entry.state == InquiryState.INVALID
    received = _get_receipt_time(inquiry)
    return MatterProgress(
        title=inquiry.get_category_display(),
        number=entry.number,
        state="正在确定由哪个单位办理" if waits else entry.state_label,
        received_at=received,
        closed=is_closed,
        due=None if is_closed or entry.due_at is None else timezone.localdate(entry.due_at),
        why=() if is_closed else lambda: tuple(step.text for step in compute_deadline(entry).steps),
        stages=(
            ProgressStage("收到", received)
            if received == entry.opened_at
            else ProgressStage("收到", detail=_describe_receipt_days(inquiry), done=True),
            ProgressStage("确定办理单位", None, current=waits, done=not waits),
            ProgressStage(
                "办理",
                None,
                current=not is_closed and not waits,
                detail="" if waits else entry.body.successor.label,
                done=is_closed,
            ),
            ProgressStage("不受理" if refused else "答复", inquiry.answered_at, detail=_describe_lateness(inquiry)),
        ),
        unit="" if waits else entry.body.successor.label,
        contact=entry.body.successor.phone,
        answer=inquiry.answer if is_closed else "",
        answered_at=inquiry.answered_at if is_closed else None,
        parts=_make_offered_parts(inquiry),
    )


def list_own_words(number: int) -> list[ProgressSection]:
    """Return the asker's own title and text, without empty ones."""
    return _list_title_and_text(Inquiry.objects.get(pk=number))


def _list_title_and_text(inquiry: Inquiry) -> list[ProgressSection]:
    """Return the title and text of an inquiry, without empty ones."""
    return [ProgressSection("您的留言", [one for one in (inquiry.subject.reveal(), inquiry.text.reveal()) if one])]


def _get_receipt_time(inquiry: Inquiry) -> datetime:
    """Return the moment of receipt; midnight if it was registered on another day."""
    opened = inquiry.entry.opened_at
    if inquiry.received_on == timezone.localdate(opened):
        return opened
    return datetime.combine(inquiry.received_on, time(), tzinfo=timezone.get_current_timezone())


def _describe_receipt_days(inquiry: Inquiry) -> str:
    return f"{inquiry.received_on}（{timezone.localdate(inquiry.entry.opened_at)}登记）"


def _describe_lateness(inquiry: Inquiry) -> str:
    """Return the day until which an inquiry should have been answered if it was late, else ""."""
    due = inquiry.entry.due_at
    if due is None or inquiry.answered_at is None or inquiry.answered_at <= due:
        return ""
    return f"应于{timezone.localdate(due)}以前答复，已逾期"


def list_reasons_unless_inquiry_reader(by: Actor, number: int) -> list[str]:
    """Return Chinese reasons against reading the asker's data: who may handle the inquiry may."""
    entry = Entry.objects.select_related("body").filter(pk=number, kind="inquiry").first()
    return rules.list_reasons_unless_unit_staff(by, entry) if entry else ["没有这条记录。"]


def erase_inquiry(number: int) -> None:
    """Erase the asker's words and subjects of mails; mask the texts of units; category, unit and dates stay."""
    inquiry = Inquiry.objects.get(pk=number)
    mask = partial(mask_inquiry_text, inquiry)
    masked = {"answer": mask(inquiry.answer), "declined": mask(inquiry.declined)}
    for contribution in inquiry.contributions.all():
        inquiry.contributions.filter(pk=contribution.pk).update(
            asked=mask(contribution.asked)[:300], text=mask(contribution.text)
        )
    for outcome in Outcome.objects.filter(pk=number):
        Outcome.objects.filter(pk=number).update(words=mask(outcome.words))
    erase_words(inquiry)
    inquiry.mails.update(subject="", message_id="")
    Inquiry.objects.filter(pk=number).update(**masked)


_ANSWER_PERIODS = "咨询在<consultation.reply>内答复，其他留言在<message.reply>内答复"


def describe_answer_periods() -> str:
    """Return the answer periods in words, for public pages."""
    return fill_in_figures(_ANSWER_PERIODS)


INQUIRY_FORM = PublicForm(
    name="ask",
    title="提问",
    form=PublicInquiryForm,
    submit=submit_inquiry,
    intro=(
        "咨询政策，反映问题，提出建议，都可以在这里留言。常见的问题在“政策问答”里多半已有答复，先查一查不用等。",
        lazy_figures(f"{_ANSWER_PERIODS}，情况复杂需要延长的会说明；提交后可以随时用查询码查看。"),
        "信访事项、行政复议不在这里受理，请向信访机构、行政复议机构提出。",
    ),
    elsewhere=(
        ("申请公开政府信息：申请公开", "/forms/request/"),
        ("先看看政策问答", "/answers/"),
        ("对政府信息公开工作不满意：政府信息公开投诉", "/forms/complaint/"),
    ),
    files=FileRule(label="附件（可不传）"),
    phone_code="offered",
)
INQUIRY_MATTER = MatterKind(
    name="inquiry",
    label="咨询留言",
    may_read=list_reasons_unless_inquiry_reader,
    progress=get_inquiry_progress,
    erase=erase_inquiry,
    office=lambda number: reverse("ledger_entry", kwargs={"pk": number}),
    own_words=list_own_words,
    follow_ups=(
        FollowUp(
            "settle",
            "政策问答库中的答复已经解决您的问题吗？",
            SettlementForm,
            _settle_inquiry_online,
            _can_settle_inquiry,
            "感谢您的确认，已按这条答复办结。",
            button="已经解决，不用再答复",
            decides=True,
        ),
        FollowUp(
            "rate", "评价答复", AnswerRatingForm, _rate_answer_online, _can_rate_answer, "感谢您的评价。", decides=True
        ),
    ),
)


def find_client_by_authorization(header: str) -> ExchangeClient | None:
    """Return the client in use whose token is in an Authorization header, or None.

    Tokens are compared by keyed digest, so response times reveal nothing.
    """
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not 20 <= len(token) <= 200:
        return None
    clients = ExchangeClient.objects.select_related("receiver").filter(token_digest=digest_token(token), closed_at=None)
    return clients.first()


def list_client_orders(client: ExchangeClient) -> QuerySet[ExchangeOrder]:
    """Return the orders that a client sent."""
    rows = ExchangeOrder.objects.filter(platform=client.name)
    return rows.select_related("inquiry__entry__body")


def describe_order_status(order: ExchangeOrder) -> dict[str, object]:
    """Return the status of an order for its platform; the answer only once closed."""
    inquiry, entry = order.inquiry, order.inquiry.entry
    is_closed = entry.closed_at is not None
    return {
        "ref": order.ref,
        "number": entry.number,
        "state": entry.state,
        "state_label": entry.state_label,
        "unit": entry.body.name,
        "received_on": inquiry.received_on.isoformat(),
        "due_on": timezone.localdate(entry.due_at).isoformat() if entry.due_at else None,
        "overdue": entry.light in {"red", "grey_red"},
        "answer": inquiry.answer if is_closed else "",
        "answered_at": inquiry.answered_at.isoformat() if is_closed and inquiry.answered_at else None,
        "satisfaction": inquiry.satisfaction,
        "changed_at": (entry.moved_at or entry.opened_at).isoformat(),
    }


# Maximum number of answers suggested to a seat.
MAX_OFFERED_ANSWERS = 5


def find_answers_for_operator(question: str) -> list[dict[str, object]]:
    """Return public answers to an operator's question as JSON objects, best first (C-02)."""
    return [
        {
            "id": public_offer.pk,
            "question": public_offer.question,
            "answer": public_offer.answer,
            "basis": public_offer.basis,
            "unit": public_offer.body.name,
            "contact": public_offer.contact,
        }
        for public_offer in find_public_offers(question, k=MAX_OFFERED_ANSWERS)
    ]


def get_public_answer(number: int | None) -> KnownAnswer | None:
    """Return the public answer with this primary key, or None."""
    return list_public_answers().filter(pk=number).first() if number is not None else None
