"""The definition of a public form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar, Unpack

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import Model
from django.utils import timezone

from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.matters import FiledMatter
from gongkai.core.intake.models import Upload
from gongkai.core.intake.uploads import FileRule
from gongkai.core.widgets.forms import FormFacts, Posted, Sent, style_inputs
from gongkai.lib.chinese.days import as_day
from gongkai.lib.chinese.normalisation import normalise_characters
from gongkai.lib.privacy import find

F = TypeVar("F", bound=forms.Form)


def check_length_on_server(form: F) -> F:
    """Replace `maxlength` of text areas by a check on the server; return the form."""
    for field in form.fields.values():
        if not isinstance(field, forms.CharField) or not isinstance(field.widget, forms.Textarea):
            continue
        field.widget.attrs.pop("maxlength", None)
        if field.max_length is not None:
            other_validators = [
                validator for validator in field.validators if not isinstance(validator, MaxLengthValidator)
            ]
            field.widget.attrs["data-most"] = str(field.max_length)  # read by the script that counts characters
            field.validators = [*other_validators, _make_length_validator(field.max_length)]
    return form


def _make_length_validator(limit: int) -> Callable[[str], None]:
    """Return a validator that refuses texts of more than `limit` characters."""

    def check(text: str) -> None:
        """Refuse a text that is too long."""
        if len(text) > limit:
            error_text = f"写得太长：最多{limit}字，现在有{len(text)}字，请删减{len(text) - limit}字以上。"
            raise forms.ValidationError(error_text)

    return check


# Kinds of findings of which the sender is warned; names and addresses may be part of the matter.
WARNED_FINDING_LABELS = {
    "id_number": "身份证号码",
    "phone": "电话号码",
    "bank_card": "银行卡号",
    "passport": "证件号码",
}


class IntakeForm(forms.Form):
    """Base class of the public forms.

    Attributes:
        private: fields that browsers must not store in local drafts (personal data).
        prefill: fields that may be set by the query string.
        groups: (heading, field names) for long forms; other fields come first.
        group_help: heading → a sentence below it.
        shown_for: field → (other field, choices) for which a script shows it.
        needed_for: optional field → (other field, choices) for which it must be filled in.
        sent_on: the day of sending, earlier than today for a form from the outer network.
    """

    private: ClassVar[tuple[str, ...]] = ("name", "phone", "email", "address", "id_number")
    prefill: ClassVar[tuple[str, ...]] = ()
    groups: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()
    group_help: ClassVar[Mapping[str, str]] = {}

    shown_for: ClassVar[Mapping[str, tuple[str, tuple[str, ...]]]] = {}
    needed_for: ClassVar[Mapping[str, tuple[str, tuple[str, ...]]]] = {}

    use_required_attribute = False

    def __init__(
        self, data: Posted = None, files: Sent = None, *, sent_on: date | None = None, **kwargs: Unpack[FormFacts]
    ) -> None:
        self.sent_on = sent_on or timezone.localdate()
        kwargs.setdefault("label_suffix", "")
        super().__init__(data, files, **kwargs)
        self.ask()
        check_length_on_server(self)
        style_inputs(self)
        for name, field in self.fields.items():
            if name in self.private:
                field.widget.attrs["data-private"] = ""
            if name in self.shown_for:
                other, choices = self.shown_for[name]
                field.widget.attrs |= {"data-for": other, "data-choices": " ".join(choices)}
            if name in self.needed_for:
                other, choices = self.needed_for[name]
                field.widget.attrs |= {"data-needed": other, "data-choices": " ".join(choices)}
            if str(field.error_messages["required"]) == str(forms.Field.default_error_messages["required"]):
                chosen = isinstance(field, (forms.ChoiceField, forms.BooleanField))
                field.error_messages["required"] = f"请{'选择' if chosen else '填写'}{field.label}。"

    def ask(self) -> None:
        """Add fields that depend on the URL or on data, such as the questions of a survey."""

    @classmethod
    def fields_for(cls, typed: Mapping[str, object]) -> Mapping[str, forms.Field]:
        """Return name → field of the form; forms with fields that depend on typed values override it."""
        return cls.base_fields

    def clean(self) -> dict[str, object]:
        """Return the cleaned values with characters normalised for search and masking; subclasses add checks across
        fields."""
        cleaned = super().clean() or {}
        cleaned |= {name: normalise_characters(value) for name, value in cleaned.items() if isinstance(value, str)}
        return cleaned

    def particulars(self) -> SenderParticulars | None:
        """Return the sender's particulars, or None if none are given."""
        sender = SenderParticulars.read(self.cleaned_data)
        return None if sender.empty else sender

    def find_published(self) -> "list[PublishedAnswer]":
        """Return published answers to show before submission; overridden by apps."""
        return []

    def find_personal_numbers(self) -> list[str]:
        """Return Chinese lines on personal numbers (`WARNED_FINDING_LABELS`) in free texts, to warn the sender once before
        submission."""
        return [
            f"{field.label}：{label}“{finding.text}”"
            for name, field in self.fields.items()
            if isinstance(field, forms.CharField) and name not in self.private
            for finding in find(str(self.cleaned_data.get(name) or ""))
            if (label := WARNED_FINDING_LABELS.get(finding.kind))
        ]

    def content(self) -> list[tuple[str, str]]:
        """Return (field, text without spaces) of a submission, without the sender, for duplicate detection.

        It is empty if there is no long text.
        """
        long = [name for name, field in self.fields.items() if isinstance(field.widget, forms.Textarea)]
        if not any(self.cleaned_data.get(name) for name in long):
            return []
        values = {name: self.cleaned_data.get(name) for name in self.fields if name not in self.private}
        return [
            (name, "".join(str(value.pk if isinstance(value, Model) else value).split()))
            for name, value in values.items()
        ]


@dataclass(frozen=True)
class PublishedAnswer:
    """A published answer that is shown before a question is submitted."""

    title: str
    text: str
    url: str


@dataclass(frozen=True)
class Submission:
    """A valid submission of a public form, as the app receives it.

    `files` are stored already; `said` are the identity and contact data of the sender, who is
    registered under the returned matter. `sent_at` is set only for submissions that came through
    the outer network.
    """

    data: Mapping[str, Any]
    host: str
    files: tuple[Upload, ...] = ()
    said: SenderParticulars | None = None
    sent_at: datetime | None = None

    @property
    def day(self) -> date:
        """Return the day of submission, from which statutory periods count."""
        return as_day(self.sent_at or timezone.now())


@dataclass(frozen=True)
class PublicForm:
    """A public form, served at `/forms/<name>/`.

    Attributes:
        name: its name in the URL.
        title: the heading of the page.
        intro: sentences above the fields.
        elsewhere: (text, path) of links for other matters.
        form: the form class.
        submit: runs the app's action in the caller's transaction; returns the matter (`fault/12`),
            or `FiledMatter` with its progress. May raise `Refused`.
        files: the rule for files; None for none.
        second: true if the last four digits of document or phone are a second key.
        phone_code: "" for none, "offered" or "required"; without an SMS gateway it is not requested.
        thanks: sentences on the receipt page.
        kept: the privacy notice, with the period of storage.
        mailed: the note if an e-mail address was given.
        button: the label of the submit button.
        found: the heading above published answers.
        steps: true if the page shows one group of fields at a time; files and submission are in the last.
        confirms: true if submission mails a confirmation link, with limits of its own
            (`throttle.may_send_confirmation`).
    """

    name: str
    title: str
    form: type[IntakeForm]
    submit: Callable[[Submission], "str | FiledMatter"]
    intro: tuple[str, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()
    files: FileRule | None = None
    second: bool = True
    phone_code: str = ""
    thanks: tuple[str, ...] = ()
    kept: str = "您留的姓名和联系方式加密保存，只用于办理和答复，只有承办人员可以查看，每次查看都有记录；办结并超过保存期限后自动清除。"
    mailed: str = "回执同时发往您所留的邮箱，有了答复也会在那里告诉您。"
    button: str = "提交"
    found: str = "还没有提交：可能已有答复，请先看一看"
    steps: bool = False
    confirms: bool = False

    @property
    def second_key(self) -> str:
        """Return the Chinese words for the digits that are the second key of a query code."""
        document = self.form.base_fields.get("id_number")
        if document is None:
            return "您所留联系电话的后四位"
        return (
            "您所留证件号码的后四位"
            if document.required
            else "您所留证件号码的后四位，没有留证件号码的填联系电话的后四位"
        )


#: Name in the URL → public form.
PUBLIC_FORMS_BY_NAME: dict[str, PublicForm] = {}


def register_public_form(form: PublicForm) -> None:
    """Register a public form."""
    PUBLIC_FORMS_BY_NAME[form.name] = form
