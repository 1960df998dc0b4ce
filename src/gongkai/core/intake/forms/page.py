"""The pages of a form: fields and receipt."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.boundfield import BoundField

from gongkai.core.intake import throttle
from gongkai.core.intake.forms import tokens
from gongkai.core.intake.forms.definition import IntakeForm, PublicForm, PublishedAnswer
from gongkai.core.intake.matters import ProgressSection
from gongkai.core.intake.models import Upload
from gongkai.core.intake.uploads import list_form_files
from gongkai.core.outbox.channels import sms_channel


@dataclass
class SubmissionReceipt:
    """The receipt of a submission, the same on every retry. `second` is true if the code has a second key.

    `mailed` is true if the receipt was sent by e-mail, `unit` handles the matter, `asked` are the sender's own words.
    """

    code: str
    second: bool
    number: str = ""
    due: object = None
    mailed: bool = False
    unit: str = ""
    asked: Sequence[ProgressSection] = ()


class FieldGroup(NamedTuple):
    """The fields of a form under one heading; in a form with steps, the step of this `number` (from 1)."""

    number: int
    heading: str
    help: str
    fields: list[BoundField]


@dataclass
class FormPage:
    """A form page with typed values, errors (`faults`) and uploaded files. `status` is the HTTP status.

    `answered` are published answers and `numbers` personal numbers; both are shown once before
    submission. `seen` is true after that. `step` is the number of the step that is shown.
    """

    definition: PublicForm
    form: IntakeForm
    token: str
    status: int = 200
    faults: list[str] = field(default_factory=list)
    file_faults: list[str] = field(default_factory=list)
    question_fault: str = ""
    code_fault: str = ""
    draft_fault: str = ""  # why a draft could not be opened
    notice: str = ""
    code_sent: bool = False  # a verification code was sent to the phone
    draft_code: str = ""
    done: SubmissionReceipt | None = None
    answered: list[PublishedAnswer] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    seen: bool = False
    step: int = 1

    @property
    def challenge(self) -> dict[str, object]:
        """Return the proof-of-work challenge for the browser."""
        return throttle.new_challenge(self._nonce)

    @property
    def question(self) -> dict[str, str]:
        """Return the question for browsers without scripts."""
        text, key = throttle.new_question(self._nonce)
        return {"words": text, "key": key}

    @property
    def held(self) -> list[Upload]:
        """Return the files that the sender has uploaded so far."""
        return list_form_files(tokens.digest_form_token(self._nonce))

    @property
    def offers_code(self) -> bool:
        """Return true if a code can be sent to the phone."""
        return bool(self.definition.phone_code) and sms_channel() is not None

    @property
    def wrong(self) -> bool:
        """Return true if the page shows errors."""
        faults = (self.faults, self.file_faults, self.question_fault, self.code_fault, self.draft_fault)
        return bool(self.form.errors) or any(faults)

    @property
    def waits(self) -> bool:
        """Return true if published answers or warnings must be read before submission."""
        return bool(self.answered or self.numbers)

    @property
    def groups(self) -> list[FieldGroup]:
        """Return the fields under their headings."""
        grouped_names = {name for _, names in self.form.groups for name in names}
        ungrouped = [name for name in self.form.fields if name not in grouped_names]
        titled_groups = [("", ungrouped), *self.form.groups] if ungrouped else self.form.groups
        return [
            FieldGroup(
                number, head, self.form.group_help.get(head, ""), [self.form[n] for n in names if n in self.form.fields]
            )
            for number, (head, names) in enumerate(titled_groups, 1)
        ]

    @property
    def last_step(self) -> int:
        """Return the number of the last step, 1 for a form without steps."""
        return len(self.groups) if self.definition.steps else 1

    @property
    def is_last_step(self) -> bool:
        """Return true if the page shows the last step, from which the form is submitted."""
        return self.step == self.last_step

    @property
    def main_button(self) -> str:
        """Return the label of the button that continues."""
        return self.definition.button if self.is_last_step else "继续"

    def go_to(self, step: int, *, checked: int) -> None:
        """Show a step, or the first of the checked ones with errors; remove errors of other steps.

        Args:
            step: the step.
            checked: the number of the last step of which errors are shown.
        """
        if not self.definition.steps:
            return
        faulty = [
            checked_group.number
            for checked_group in self.groups
            if checked_group.number <= checked and any(field.errors for field in checked_group.fields)
        ]
        self.step = min([step, *faulty])
        last_shown = min(checked, self.step)
        later_fields = [field.name for group in self.groups if group.number > last_shown for field in group.fields]
        for name in [NON_FIELD_ERRORS, *later_fields] if later_fields else []:
            self.form.errors.pop(name, None)

    @property
    def asked(self) -> list[BoundField]:
        """Return all fields in the order of the page, for the error summary."""
        return [field for group in self.groups for field in group.fields]

    @property
    def _nonce(self) -> str:
        return tokens.read_nonce(self.definition.name, self.token)
