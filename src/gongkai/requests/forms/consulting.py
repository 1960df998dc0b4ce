"""The forms of asking a third party or another agency, and of what they say."""

from django import forms

from gongkai.intake.forms.people import check_phone
from gongkai.ledger.forms import ActForm
from gongkai.ledger.models import Entry
from gongkai.requests.forms.base import ClockForm, words
from gongkai.requests.machine import ACTS
from gongkai.requests.models import Consultation, Opinion
from gongkai.units.forms.base import Day


class AskForm(ClockForm):
    """Whom."""

    who = forms.CharField(label="征求意见的对象", max_length=120)
    phone = forms.CharField(
        label="联系电话",
        required=False,
        max_length=30,
        help_text="加密保存。填写的，对方凭意见书上的查询码和电话后四位在网上提出意见、领取意见书；不填的只凭查询码。",
    )
    email = forms.EmailField(
        label="电子邮箱", required=False, max_length=200, help_text="加密保存。填写的，另发邮件告知。"
    )

    def clean_phone(self) -> str:
        """Check the number."""
        return check_phone(self.cleaned_data.get("phone", ""))


class AskThirdPartyForm(AskForm):
    """A third party."""

    verb = "ask_third_party"


class AskAgencyForm(AskForm):
    """Another agency."""

    verb = "ask_agency"


class RecordServiceForm(ActForm):
    """Who got the letter, and when."""

    consultation = forms.TypedChoiceField(label="收到人", coerce=int)
    on = Day(label="收到日期", help_text="签收之日；平常信函为与对方确认之日。")
    reason = words("更正的理由", required=False, rows=2, hint="已经登记过收到日期、现在更正的填写。")

    def prepare(self) -> None:
        """Offer what can be chosen and say what bears on it."""
        self.intro = ACTS["record_service"].text
        self.fields["consultation"].choices = waited_for(self.entry)  # type: ignore[attr-defined]


class TakeOpinionForm(ClockForm):
    """Who answered what."""

    verb = "take_opinion"
    at_times = ("reason",)

    consultation = forms.TypedChoiceField(label="答复人", coerce=int)
    opinion = forms.ChoiceField(label="意见", choices=[("", "请选择"), *Opinion.choices])
    reason = words("理由", required=False, hint="不同意公开的须填写。")

    def prepare(self) -> None:
        """Offer what can be chosen."""
        super().prepare()
        self.fields["consultation"].choices = waited_for(self.entry)  # type: ignore[attr-defined]


def waited_for(entry: Entry) -> list[tuple[int, str]]:
    """Return who was asked and has not answered, to be chosen from."""
    rows = Consultation.objects.filter(request=entry.pk, replied_on=None)
    return [(row.pk, f"{row.who.reveal()}（{row.asked_on}征求）") for row in rows]


FORMS: dict[str, type[ActForm]] = {
    "record_service": RecordServiceForm,
    "ask_third_party": AskThirdPartyForm,
    "ask_agency": AskAgencyForm,
    "take_opinion": TakeOpinionForm,
}
