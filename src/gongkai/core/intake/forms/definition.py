"""What a room says of a public form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Unpack

from django import forms
from django.db.models import Model
from django.utils import timezone

from gongkai.core.intake.forms.lengths import say_too_long
from gongkai.core.intake.matters import Filed
from gongkai.core.intake.models import Upload
from gongkai.core.intake.particulars import Particulars
from gongkai.core.intake.uploads import FileRule
from gongkai.core.widgets.forms import FormFacts, Posted, Sent, dress
from gongkai.lib.chinese.days import as_day
from gongkai.lib.privacy import find

#: Findings that are pointed out to whoever typed them, with what they are called. Names and addresses may belong to the matter.
NUMBERS = {
    "id_number": "身份证号码",
    "phone": "电话号码",
    "bank_card": "银行卡号",
    "passport": "证件号码",
}


class IntakeForm(forms.Form):
    """The fields of a public form. Words that are asked, no more: what is not needed for the matter is not asked.

    Attributes:
        private: fields that a browser must not keep as a draft of its own (who somebody is).
        prefill: fields that may be filled in from the address (`?page=…`).
        groups: (heading, field names) in order, where the form is long; fields in none come first.
        shown_for: field → another one and those of its choices that the field is for: a script hides it, empty, beside others.
    """

    private: ClassVar[tuple[str, ...]] = ("name", "phone", "email", "address", "id_number")
    prefill: ClassVar[tuple[str, ...]] = ()
    groups: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()

    shown_for: ClassVar[Mapping[str, tuple[str, tuple[str, ...]]]] = {}

    use_required_attribute = False

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(data, files, **kwargs)
        self.ask()
        say_too_long(self)
        dress(self)
        for name, field in self.fields.items():
            if name in self.private:
                field.widget.attrs["data-private"] = ""
            if name in self.shown_for:
                other, choices = self.shown_for[name]
                field.widget.attrs |= {"data-for": other, "data-choices": " ".join(choices)}
            if str(field.error_messages["required"]) == str(forms.Field.default_error_messages["required"]):
                chosen = isinstance(field, (forms.ChoiceField, forms.BooleanField))
                field.error_messages["required"] = f"请{'选择' if chosen else '填写'}{field.label}。"

    def ask(self) -> None:
        """Add the fields of a form whose questions are rows (a questionnaire), by what its address or its data say."""

    @classmethod
    def fields_for(cls, typed: Mapping[str, object]) -> Mapping[str, forms.Field]:
        """Return the fields of the form into which something was typed."""
        return cls.base_fields

    def clean(self) -> dict[str, object]:
        """Return what was typed; a room's form adds what hangs together."""
        return super().clean() or {}

    def particulars(self) -> Particulars | None:
        """Return who sends this, from the fields that were filled in; None where nobody is named."""
        said = Particulars.read(self.cleaned_data)
        return None if said.empty else said

    def answered_already(self) -> "list[Answered]":
        """Return what may answer this before it is sent; a room's form says so. Shown once, then it is sent all the same."""
        return []

    def numbers_told(self) -> list[str]:
        """Return what numbers of persons stand in words that need none, to be pointed out before they are sent; shown once, then it is sent."""
        return [
            f"{field.label}：{label}“{finding.text}”"
            for name, field in self.fields.items()
            if isinstance(field, forms.CharField) and name not in self.private
            for finding in find(str(self.cleaned_data.get(name) or ""))
            if (label := NUMBERS.get(finding.kind))
        ]

    def content(self) -> list[tuple[str, str]]:
        """Return what is asked, of which unit or about which draft: every field but those on the party; [] where no long text is typed."""
        long = [name for name, field in self.fields.items() if isinstance(field.widget, forms.Textarea)]
        if not any(self.cleaned_data.get(name) for name in long):
            return []
        asked = {name: self.cleaned_data.get(name) for name in self.fields if name not in self.private}
        return [
            (name, "".join(str(value.pk if isinstance(value, Model) else value).split()))
            for name, value in asked.items()
        ]


@dataclass(frozen=True)
class Answered:
    """Something that may answer what somebody is about to send: shown before it is sent."""

    title: str
    text: str
    url: str


@dataclass(frozen=True)
class Submission:
    """A form that was sent and found in order, as its room gets it.

    `host` is the host it was sent to; `files` are checked and stored; `said` is who sent it (the mechanism registers the party behind the
    room's action, under the matter that it returns). `sent_at` is when it was sent, where that was not now (it came through the outer network).
    """

    data: Mapping[str, Any]
    host: str
    files: tuple[Upload, ...] = ()
    said: Particulars | None = None
    sent_at: datetime | None = None

    @property
    def day(self) -> date:
        """The day on which it was sent: from then statutory terms run, however long it lay between two networks."""
        return as_day(self.sent_at or timezone.now())


@dataclass(frozen=True)
class PublicForm:
    """One public form: what it asks and what sending it does. The portal serves it at `/forms/<name>/`.

    Attributes:
        name: in the address.
        title: the page's heading.
        intro: sentences above the fields: what it is for, what happens with it, until when an answer comes.
        elsewhere: (words, address on this site) for what does not belong into it.
        form: the fields.
        submit: does it by one action of the room, within the mechanism's transaction; returns the matter (`fault/12`), with how it stands where
            the room has that at hand (`Filed`). It may refuse.
        files: what files may come with it; None for none.
        second: whether the last four of document or phone are asked beside the code, where one was left.
        phone_code: "" no code; "offered": who wants to may prove their phone; "required": real names only.
            Without an SMS gateway nobody is asked.
        thanks: sentences on the page that acknowledges it.
        kept: what is said of personal data.
        mailed: what is said where an address for mail was left; empty: nothing.
        found: the heading above what may answer it already.
        confirms: whether sending it mails whoever is named a link to confirm: such mails have limits of their own (`throttle.take_mail`).
    """

    name: str
    title: str
    form: type[IntakeForm]
    submit: Callable[[Submission], "str | Filed"]
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
    confirms: bool = False


FORMS: dict[str, PublicForm] = {}


def register_public_form(form: PublicForm) -> None:
    """Enter a public form; called by its room when it starts."""
    FORMS[form.name] = form
