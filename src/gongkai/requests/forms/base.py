"""What forms of this room share: the day something happened, and that it is recorded as it was."""

from functools import partial

from django import forms
from django.utils import timezone

from gongkai.ledger.forms import ActForm
from gongkai.requests.machine import ACTS
from gongkai.requests.timing import WRITING, against
from gongkai.units.forms import base
from gongkai.units.forms.base import Day

#: A field for some sentences.
words = partial(base.words, most=5000)


class OnForm(ActForm):
    """A form with the day it happened; the provision stands above its fields."""

    verb = ""

    on = Day(label="发生日期", required=False, help_text="不填为今天。")

    def prepare(self) -> None:
        """Begin with what is known and say what bears on it."""
        row = ACTS[self.verb]
        self.intro = f"{row.text}（{row.law}）" if row.law else row.text
        self.fields["on"].initial = timezone.localdate()
        self.order_fields([name for name in self.fields if name not in {"on", "past"}])


class ClockForm(OnForm):
    """A form of what moves the clock: what was too late or out of order may be recorded as it was."""

    past = forms.BooleanField(
        label="补录：已经这样发生，按实际情况登记",
        required=False,
        help_text="超过期限或者次序不合规定的，登记后予以标注，不影响期限的计算。",
    )

    def prepare(self) -> None:
        """Say what bears on it."""
        super().prepare()
        self.warnings = against(self.entry, self.verb)
        if self.verb in WRITING:
            self.fields[
                "on"
            ].help_text = "文书现在生成，日期为今天；以前已经书面告知的，填写实际日期并勾选“补录”。"
