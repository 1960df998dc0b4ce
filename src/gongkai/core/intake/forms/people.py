"""Form fields about the sender: contact, or full applicant data (条例第二十九条)."""

from dataclasses import dataclass
from typing import Unpack

from django import forms
from django.http import QueryDict

from gongkai.core.intake import spelling, throttle
from gongkai.core.intake.forms import tokens
from gongkai.core.intake.forms.definition import IntakeForm
from gongkai.core.intake.models import IdKind, PartyKind
from gongkai.core.units.forms.base import INVALID_MAIL_ERROR
from gongkai.core.widgets.forms import FieldFacts, FormFacts, Posted, Sent
from gongkai.lib.typed_json import read_text

#: Refusal of a form with a value in the hidden field that only bots fill in.
HONEYPOT_ERROR = "没有收到：请不要填写标明“请不要填写”的那一栏，清空后再提交一次。"
#: Refusal of a form without an answer to the question.
CAPTCHA_REQUIRED_ERROR = "请回答这道题，证明不是机器自动提交。"
#: Refusal of a form with a wrong answer to the question.
CAPTCHA_WRONG_ERROR = "答案不对，请再答一次新的题目。"
#: Refusal of a form whose token has expired.
STALE_PAGE_ERROR = "这个页面打开得太久了，请核对后再提交一次。"


def find_bot_faults(form: str, token: str, post: QueryDict, address: str) -> tuple[str, str]:
    """Return (Chinese fault of the form, Chinese fault of the answer to the question); ("", "") for a human sender."""
    if post.get("website"):
        return HONEYPOT_ERROR, ""
    nonce = tokens.read_nonce(form, token)
    if throttle.is_solved(nonce, post.get("proof", "")):
        return "", ""
    return "", _find_question_fault(nonce, post, address)


def _find_question_fault(nonce: str, post: QueryDict, address: str) -> str:
    """Return the Chinese fault of the answer to the question, "" if it is right; count wrong answers."""
    answer = post.get("answer", "").strip()
    if not answer:
        return CAPTCHA_REQUIRED_ERROR
    if throttle.WRONG_ANSWERS_LIMIT.full(address):
        return "答错的次数太多，请十分钟后再试。"
    if throttle.is_answered(nonce, post.get("question", ""), answer):
        return ""
    throttle.WRONG_ANSWERS_LIMIT.hit(address)
    return CAPTCHA_WRONG_ERROR


@dataclass
class BotProtection:
    """Protection of a form page against bots: its token, and the faults found on submission."""

    form: str
    token: str
    fault: str = ""
    question_fault: str = ""

    @property
    def nonce(self) -> str:
        """Return the random part of the token, used once; "" if the token is invalid or expired."""
        return tokens.read_nonce(self.form, self.token)

    @property
    def challenge(self) -> dict[str, object]:
        """Return the proof-of-work challenge for the browser."""
        return throttle.new_challenge(self.nonce)

    @property
    def question(self) -> dict[str, str]:
        """Return the question for browsers without scripts."""
        text, key = throttle.new_question(self.nonce)
        return {"words": text, "key": key}

    @property
    def wrong(self) -> bool:
        """Return true if the form must not be submitted."""
        return bool(self.fault or self.question_fault)

    def anew(self) -> "BotProtection":
        """Return the protection for a redisplayed page, with a new token."""
        return BotProtection(self.form, tokens.new_token(self.form), self.fault, self.question_fault)


def new_protection(form: str) -> BotProtection:
    """Return the protection of a new form page."""
    return BotProtection(form, tokens.new_token(form))


def check_protection(form: str, post: QueryDict, address: str) -> BotProtection:
    """Return the protection of a submitted form with its faults."""
    token = post.get("form_token", "")
    if not tokens.read_nonce(form, token):
        return BotProtection(form, token, STALE_PAGE_ERROR)
    return BotProtection(form, token, *find_bot_faults(form, token, post, address))


#: Kinds of applicants that are organisations.
ORGANISATION_KINDS = tuple(kind.value for kind in PartyKind if kind != PartyKind.PERSON)
_PHONE_INPUT = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})


def clean_phone(text: str) -> str:
    """Return a normalised telephone number.

    Raises:
        ValidationError: the number is invalid.
    """
    fault = spelling.find_phone_fault(text) if text else ""
    if fault:
        raise forms.ValidationError(fault)
    return spelling.normalize_phone(text)


class PhoneField(forms.CharField):
    """A telephone number field, normalised."""

    def __init__(self, **kwargs: Unpack[FieldFacts]) -> None:
        kwargs.setdefault("label", "联系电话")
        super().__init__(max_length=30, **kwargs)

    def clean(self, value: object) -> str:
        """Return the normalised number.

        Raises:
            ValidationError: the number is invalid.
        """
        return clean_phone(super().clean(value))


class ContactForm(IntakeForm):
    """A form with optional name and contact."""

    name = forms.CharField(
        label="您的称呼", max_length=50, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = PhoneField(required=False, widget=_PHONE_INPUT)
    email = forms.EmailField(
        label="电子邮箱",
        max_length=200,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": INVALID_MAIL_ERROR},
    )


class ApplicantForm(ContactForm):
    """A form with the applicant's data (条例第二十九条; 国办公开办函〔2021〕30号表二)."""

    private = (*IntakeForm.private, "fax", "postcode", "representative", "contact_person")
    shown_for = {
        "representative": ("party_kind", ORGANISATION_KINDS),
        "contact_person": ("party_kind", ORGANISATION_KINDS),
    }

    name = forms.CharField(label="姓名或者名称", max_length=50, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = PhoneField(widget=_PHONE_INPUT, help_text="手机，或者带区号的固定电话。")
    party_kind = forms.ChoiceField(
        label="申请人类型", choices=PartyKind, widget=forms.RadioSelect, initial=PartyKind.PERSON
    )
    id_kind = forms.ChoiceField(label="证件类型", choices=[("", "请选择"), *IdKind.choices])
    id_number = forms.CharField(label="证件号码", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    representative = forms.CharField(
        label="法定代表人", max_length=50, required=False, help_text="法人或者其他组织填写。"
    )
    contact_person = forms.CharField(label="联系人", max_length=50, required=False, help_text="法人或者其他组织填写。")
    address = forms.CharField(
        label="通信地址", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "address-line1"})
    )
    postcode = forms.CharField(label="邮政编码", max_length=6, required=False)

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        for name in ("representative", "contact_person"):
            self.fields[name].either = True  # type: ignore[attr-defined]  # their help says who fills them in

    def clean(self) -> dict[str, object]:
        """Check the identity number against its kind and the kind of applicant, and normalise it; require an
        organisation's people, check the postcode."""
        data = super().clean()
        person = data.get("party_kind") == PartyKind.PERSON
        if data.get("id_kind") and data.get("id_number"):
            typed_number = read_text(data, "id_number")
            fault = spelling.find_identity_number_fault(read_text(data, "id_kind"), typed_number)
            if fault:
                self.add_error("id_number", fault)
            else:
                data["id_number"] = spelling.normalize_identity_number(typed_number)
        if person and data.get("id_kind") == IdKind.CREDIT_CODE:
            self.add_error("id_kind", "自然人请选择个人证件。")
        if not person:
            for name in ("representative", "contact_person"):
                if not data.get(name):
                    self.add_error(name, f"法人或者其他组织请填写{self.fields[name].label}。")
        postcode = read_text(data, "postcode")
        if postcode and not (postcode.isdecimal() and len(postcode) == 6):
            self.add_error("postcode", "邮政编码为6位数字。")
        return data
