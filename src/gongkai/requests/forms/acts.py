"""The forms of a request's acts: those of asking, extending and delivering, and all together."""

from django import forms

from gongkai.law import figures
from gongkai.ledger.forms import ActForm, register_entry_form
from gongkai.requests.forms.answering import FORMS as ANSWERING_FORMS
from gongkai.requests.forms.base import ClockForm, OnForm, words
from gongkai.requests.forms.consulting import FORMS as ASKING_FORMS
from gongkai.requests.forms.disputes import FORMS as DISPUTE_FORMS
from gongkai.requests.forms.ending import FORMS as ENDING_FORMS
from gongkai.requests.forms.fees import FORMS as FEE_FORMS
from gongkai.requests.forms.materials import FORMS as MATERIAL_FORMS
from gongkai.requests.models import Route


class AskCorrectionForm(ClockForm):
    """What to correct, and how long the applicant has."""

    verb = "ask_correction"

    items = words("需要补正的事项", hint="逐项说明怎样补正，只能告知一次。")
    days = forms.IntegerField(label="补正期限（工作日）", min_value=1, max_value=60, initial=15)


class TakeCorrectionForm(ClockForm):
    """What is asked for now."""

    verb = "take_correction"

    wanted = words("补正后的申请内容", rows=5)


#: How much longer a reply may take at most.
_LONGER = figures()["request.extension"]


class ExtendForm(ClockForm):
    """How long, and why."""

    verb = "extend"

    days = forms.IntegerField(
        label="延长的工作日",
        min_value=1,
        max_value=_LONGER.count,
        initial=_LONGER.count,
        error_messages={
            "max_value": f"最长延长{_LONGER.words}（《条例》第三十三条第二款），请填{_LONGER.count}以内；届时仍不能答复的，按已查明的情况答复。"
        },
    )
    reason = words("理由", rows=2)


class DeliverForm(OnForm):
    """By which way, with what proof."""

    verb = "deliver"

    route = forms.ChoiceField(label="送达方式", choices=Route.choices)
    proof = forms.CharField(label="送达凭证", max_length=200, help_text="如挂号信编号、签收人、发送记录。")


class RecordNoticeServiceForm(DeliverForm):
    """When the applicant got the notice."""

    verb = "record_notice_service"

    reason = words("更正的理由", required=False, rows=2, hint="已经登记过收到日期、现在更正的填写。")

    def prepare(self) -> None:
        """Say what bears on it."""
        super().prepare()
        self.fields["on"].label = "申请人收到日期"


class GiveReceiptForm(OnForm):
    """Nothing is asked: it is made today."""

    verb = "give_receipt"

    def prepare(self) -> None:
        """Ask only what this case needs."""
        super().prepare()
        del self.fields["on"]


class RecordContactForm(OnForm):
    """How, and what about."""

    verb = "record_contact"

    way = forms.ChoiceField(
        label="方式", choices=[(one, one) for one in ("电话", "当面", "邮件", "短信", "信函")]
    )
    gist = words("要点", rows=2)


class ArchiveForm(ActForm):
    """Under which number."""

    archived_as = forms.CharField(label="档号", max_length=80)


FORMS: dict[str, type[ActForm]] = {
    "ask_correction": AskCorrectionForm,
    "take_correction": TakeCorrectionForm,
    "extend": ExtendForm,
    "deliver": DeliverForm,
    "give_receipt": GiveReceiptForm,
    "record_notice_service": RecordNoticeServiceForm,
    "record_contact": RecordContactForm,
    "archive": ArchiveForm,
    **ANSWERING_FORMS,
    **ASKING_FORMS,
    **DISPUTE_FORMS,
    **ENDING_FORMS,
    **FEE_FORMS,
    **MATERIAL_FORMS,
}


def enter() -> None:
    """Enter the forms."""
    for verb, form in FORMS.items():
        register_entry_form(f"request.{verb}", form)
