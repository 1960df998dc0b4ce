"""The facts with which an inquiry is registered, and their validation."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.units.models import Body
from gongkai.work.consultation.models import Asker, Category, Inquiry, InquiryChannel

# Maximum length of a title, in characters.
MAX_TITLE_CHARACTERS = 300


@dataclass(frozen=True)
class InquiryFacts:
    """The content of a new inquiry.

    Attributes:
        channel: an `InquiryChannel`; it determines the rule set.
        title: the title.
        text: the question in the asker's words.
        category: a `Category`.
        received_on: the day of receipt (default: today).
        external_ref: its number in another system (12345).
        may_publish: whether the asker agrees to publication.
        repeat_of: the earlier inquiry on the same matter.
        first_of_asker: whether the asker is known to have no earlier inquiry; none is searched then.
        body: the responsible unit, if known at once; else the receiver.
        asker: an `Asker`.
        others: the other declared fields.
    """

    channel: str
    title: str
    text: str
    category: str = Category.CONSULTATION
    received_on: date | None = None
    external_ref: str = ""
    may_publish: bool = False
    repeat_of: Inquiry | None = None
    first_of_asker: bool = False
    body: Body | None = None
    asker: str = Asker.PERSON
    others: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def read(cls, **given: Any) -> "InquiryFacts":
        """Create the facts from form data."""
        known = {one.name for one in fields(cls)}
        others = {name: value for name, value in given.items() if name not in known}
        return cls(**{name: value for name, value in given.items() if name in known}, others=others)

    @property
    def subject(self) -> str:
        """Return the truncated title."""
        return self.title.strip()[:MAX_TITLE_CHARACTERS]

    @property
    def day(self) -> date:
        """Return the day of receipt."""
        return self.received_on or timezone.localdate()

    def check(self) -> None:
        """Validate the facts.

        Raises:
            Refused: something is missing, unknown, or dated in the future.
        """
        chosen = ((self.channel, InquiryChannel), (self.category, Category), (self.asker, Asker))
        if any(value not in among.values for value, among in chosen):
            raise Refused("请选择渠道和类别。")
        if not self.title.strip() or not self.text.strip():
            raise Refused("请填写标题和内容。")
        if self.day > timezone.localdate():
            raise Refused("收到日期不能晚于今天，请填实际收到的日期。")
