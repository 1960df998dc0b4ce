"""Forms whose fields depend on each other: decision, fee, revocation."""

from datetime import date
from typing import cast

from gongkai.core.intake.deidentification import DeidentifiedText
from gongkai.core.ledger.models import Entry
from gongkai.lib.law.fees import describe_free_amount
from gongkai.work.requests.actions.corrections import is_corrected
from gongkai.work.requests.actions.decisions import list_objecting_parties
from gongkai.work.requests.actions.materials import find_machine_masking_warnings, find_missing_secrecy_review
from gongkai.work.requests.actions.revocations import OverlookedPayment
from gongkai.work.requests.forms.base import AddresseeForm, RequestActForm, list_pending_disputes
from gongkai.work.requests.gateway import get_configured_gateway
from gongkai.work.requests.letters import quote_request
from gongkai.work.requests.models import Fee
from gongkai.work.requests.queries.fees import find_open_fee_steps
from gongkai.work.requests.queries.request_list import list_earlier_requests_of_month
from gongkai.work.requests.results import (
    DECIDABLE_RESULTS,
    FEE_NOT_PAID,
    FULLY_DISCLOSED,
    NOT_CORRECTED,
    PARTLY_DISCLOSED,
    REQUEST_RESULTS,
    RESULT_GROUPS,
    UNCLEAR_AFTER_CORRECTION,
)
from gongkai.work.requests.rules import NEEDS_SECOND_PERSON_MESSAGE, decides_alone


def list_result_choices(entry: Entry) -> list[tuple[object, str]]:
    """Return the results grouped as in table three; some only after a correction."""
    groups: dict[str, list[tuple[str, str]]] = {}
    corrected = is_corrected(entry.request)
    for key in DECIDABLE_RESULTS:
        if key == UNCLEAR_AFTER_CORRECTION and not corrected:
            continue
        row = REQUEST_RESULTS[key]
        groups.setdefault(row.group if key.count(".") == 2 else "予以公开、部分公开", []).append((key, row.label))
    assert set(groups) >= set(RESULT_GROUPS.values())
    # Django takes a list of choices in the place of a label as a group, which its types do not say.
    return [("", "请选择"), *cast("list[tuple[object, str]]", list(groups.items()))]


def list_disclosure_steps(entry: Entry) -> list[str]:
    """Return the missing secrecy review as a reason that names the results it is needed for."""
    return [f"予以公开、部分公开的：{step}" for step in find_missing_secrecy_review(entry)]


class DecideForm(AddresseeForm):
    """The form for a decision, pre-filled with the proposal."""

    leaves_as = "告知第三方的文书"

    def prepare(self) -> None:
        """Set initial values, remove fields that do not apply, and list steps to do first."""
        super().prepare()
        request = self.entry.request
        proposal = request.proposal
        form_given = request.form_wanted if request.materials.filter(dropped=False).exists() else ""
        proposed = {name: proposal[name] for name in ("result", "ground", "told", "withheld") if name in proposal}
        self.initial = {"form_given": form_given, **proposed, **self.initial}
        if not list_objecting_parties(self.entry).exists():
            del self.fields["override"], self.fields["unfounded"], self.fields["outside"]
        elif self.data.get("override"):
            self.leaving = ("override", "told")
        if request.consultations.filter(kind="third_party").exists():
            del self.fields["unasked"]
        if decides_alone(self.by, self.entry):
            self.warnings = [*self.warnings, NEEDS_SECOND_PERSON_MESSAGE]
        self.said = [
            *find_open_fee_steps(self.entry),
            *find_machine_masking_warnings(self.entry),
            *list_disclosure_steps(self.entry),
        ]

    def attached(self) -> dict[str, DeidentifiedText]:
        """Return the quoted request if an objection is overridden and a party's letter lacks it, else {}."""
        consultations = list_objecting_parties(self.entry)
        if not self.data.get("override") or all(consultation.wording for consultation in consultations):
            return {}
        return {"告知第三方的申请内容": self.deidentified(quote_request(self.entry.request))}

    def clean(self) -> dict[str, object]:
        """Require the form of provision when files are handed out."""
        data = super().clean() or self.cleaned_data
        gives = data.get("result") in {FULLY_DISCLOSED, PARTLY_DISCLOSED} and not data.get("past")
        if gives and not data.get("form_given") and self.entry.request.materials.filter(dropped=False).exists():
            self.add_error("form_given", "有拟提供的材料，请选择实际提供方式；不提供的，请先“不再使用材料”。")
        return data


class CalculateFeeForm(RequestActForm):
    """The form for calculating a fee, with the applicant's earlier requests of the month."""

    def prepare(self) -> None:
        """Count the applicant's earlier requests of this month; name them and the free amount as help."""
        super().prepare()
        earlier_requests = list(list_earlier_requests_of_month(self.entry))
        self.initial = {"before": len(earlier_requests), "count": 1, **self.initial}
        listed = "、".join(request.entry.number for request in earlier_requests[:20])
        count_words = (
            f"按证件号码或者联系方式查到{len(earlier_requests)}件{f'：{listed}' if listed else ''}，可以更正。"
        )
        self.fields["before"].help_text = f"{count_words}按量计收的不用填写。"
        self.fields["count"].help_text = describe_free_amount()


class NotifyFeeForm(RequestActForm):
    """The form for a fee notice; the ways to pay are copied from the unit's last one."""

    def prepare(self) -> None:
        """Set the ways to pay, which are required unless a payment gateway is configured."""
        super().prepare()
        last = Fee.objects.filter(request__entry__body=self.entry.body_id).exclude(pay_how="").last()
        self.fields["pay_how"].initial = last.pay_how if last else ""
        self.fields["pay_how"].required = get_configured_gateway() is None


class RevokeAnswerForm(AddresseeForm):
    """The form for revoking an answer, or the closing of a request as given up."""

    leaves_as = "告知第三方的文书"

    def prepare(self) -> None:
        """Keep only the fields for the request's outcome, and say which disputes are pending."""
        super().prepare()
        fields_by_outcome = {NOT_CORRECTED: {"wanted", "corrected_on"}, FEE_NOT_PAID: {"paid_on", "way", "receipt"}}
        kept_fields = {"reason"} | fields_by_outcome.get(self.entry.outcome, {"withhold"})
        for name in set(self.fields) - kept_fields:
            del self.fields[name]
        if self.entry.request.letters.filter(kind="third_party_told", revoked_on=None).exists():
            self.leaving = ("reason",)
        self.said = [
            f"{dispute.get_kind_display()}（{dispute.organ}{dispute.number}）尚未审结，撤销后请告知{dispute.organ}。"
            for dispute in list_pending_disputes(self.entry)
        ]

    def facts(self) -> dict[str, object]:
        """Return the action's arguments, with the payment as one value."""
        values = super().facts()
        day = values.pop("paid_on", None)
        way, receipt = (str(values.pop(name, None) or "") for name in ("way", "receipt"))
        return values | ({"paid": OverlookedPayment(day, way, receipt)} if isinstance(day, date) else {})
