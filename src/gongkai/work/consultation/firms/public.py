"""Public form and progress page of subscriptions to policies."""

from collections.abc import Mapping
from typing import Unpack

from django import forms
from django.urls import reverse

from gongkai.content.editions.queries import default_website
from gongkai.content.policies.industries import INDUSTRY_PATTERNS
from gongkai.core.acts.actors import ANONYMOUS, Actor
from gongkai.core.intake.forms import PublicForm, Submission
from gongkai.core.intake.forms.people import ContactForm
from gongkai.core.intake.matters import FollowUp, MatterKind, MatterProgress, ProgressStage
from gongkai.core.units.forms.base import BodyChoice
from gongkai.core.units.models import Body
from gongkai.core.units.rules import runs_installation
from gongkai.core.widgets.forms import FormFacts, Posted, Sent
from gongkai.work.consultation.actions.firm_subscriptions import subscribe_firm, unsubscribe_firm
from gongkai.work.consultation.models import Firm, FirmSize


class SubscriptionForm(ContactForm):
    """The form by which a firm subscribes to policies that concern it."""

    groups = (("贵单位是", ("name", "industries", "size", "place")), ("推送到", ("email",)))
    field_order = ("name", "industries", "size", "place", "email")

    industries = forms.MultipleChoiceField(
        label="所属行业",
        choices=[(code, name) for code, (name, _) in INDUSTRY_PATTERNS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="可以多选；不选则各行业的政策都推送。",
    )
    size = forms.ChoiceField(label="规模", choices=FirmSize.choices, widget=forms.RadioSelect, initial=FirmSize.SMALL)
    place = BodyChoice(label="所在区县", required=False, empty_label="不限")

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        del self.fields["phone"]
        website = default_website()
        path = website.body.path if website else "-"
        self.fields["place"].queryset = Body.objects.filter(  # type: ignore[attr-defined]
            path__startswith=path, kind="district", active_to=None
        ).order_by("position", "pk")
        self.fields["name"].label = "单位名称"
        self.fields["name"].required = True
        self.fields["email"].required = True
        self.fields["email"].help_text = "先收到一封确认邮件，点击其中的链接后开始推送；每封邮件里都可以退订。"


def submit_subscription(submission: Submission) -> str:
    """Create a subscription from the public form; return its matter."""
    facts = {name: submission.data[name] for name in ("industries", "size", "place")}
    firm: Firm = subscribe_firm(None, by=ANONYMOUS, **facts)
    return firm.matter


class UnsubscribeForm(forms.Form):
    """The empty form for unsubscribing."""


def get_subscription_progress(number: int) -> MatterProgress | None:
    """Return the status of a subscription, without the firm's name; None if there is none."""
    firm = Firm.objects.filter(pk=number).first()
    if firm is None:
        return None
    state = "已退订" if firm.left_at else "推送中" if firm.confirmed_at else "等待确认"
    return MatterProgress(
        title="政策直通车订阅",
        number=f"{firm.pk:06d}",
        state=state,
        received_at=firm.asked_at,
        began="申请",
        doing="等待贵单位在邮件中确认" if firm.confirmed_at is None else "有适合的新政策公开即推送",
        closed=firm.left_at is not None,
        stages=(
            ProgressStage("申请", firm.asked_at),
            ProgressStage("确认", firm.confirmed_at, current=firm.confirmed_at is None and firm.left_at is None),
            ProgressStage("推送", None, current=firm.confirmed_at is not None and firm.left_at is None),
            ProgressStage("退订", firm.left_at),
        ),
    )


def list_reasons_unless_subscriber_reader(by: Actor, number: int) -> list[str]:
    """Return a Chinese reason unless the user is an operator of the installation."""
    return [] if runs_installation(by) else ["只有政务公开办可以查看订阅单位。"]


def erase_subscription(number: int) -> None:
    """Erase nothing: the row has no personal data and serves statistics."""


def _is_subscribed(number: int) -> bool:
    return Firm.objects.filter(pk=number, left_at=None).exists()


def _unsubscribe_firm(number: int, data: Mapping[str, object]) -> None:
    unsubscribe_firm(Firm.objects.get(pk=number), by=ANONYMOUS)


FIRM_FORM = PublicForm(
    name="firm",
    title="政策直通车",
    form=SubscriptionForm,
    submit=submit_subscription,
    intro=("留下行业、规模和所在区县，有适合的新政策公开，就推送到贵单位的邮箱。", "只用于推送政策，随时可以退订。"),
    second=False,
    thanks=("确认邮件几分钟内发到您的邮箱，点击其中的链接后开始推送。",),
    button="订阅",
    kept="贵单位的名称和邮箱加密保存，只用于推送政策，只有政务公开办可以查看，每次查看都有记录；退订并超过保存期限后自动清除。",
    mailed="",
    confirms=True,
)
FIRM_MATTER = MatterKind(
    name="firm",
    label="政策直通车订阅",
    may_read=list_reasons_unless_subscriber_reader,
    progress=get_subscription_progress,
    erase=erase_subscription,
    office=lambda number: reverse("consultation:firms"),
    follow_ups=(
        FollowUp(
            "leave", "退订", UnsubscribeForm, _unsubscribe_firm, _is_subscribed, "已退订，不再推送。", button="退订"
        ),
    ),
)
