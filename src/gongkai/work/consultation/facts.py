"""Facts of a new inquiry, themes of the Q&A base, and documents named in texts (C-01)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from gongkai.content.editions.models import Address, Document, EditionContent
from gongkai.content.policies.models import PolicyRecord
from gongkai.content.publishing.models import map_document_titles
from gongkai.core.acts.action import Refused
from gongkai.core.units.models import Body
from gongkai.lib.chinese.document_numbers import canonical_number, find_numbers
from gongkai.work.consultation.models import AskerGroup, Inquiry, InquiryCategory, InquiryChannel, Theme

# Themes from the notices (C-05) and other frequent ones.
INITIAL_THEMES = (
    "生育",
    "教育",
    "养老",
    "医疗",
    "就业创业",
    "社会救助",
    "住房",
    "投资",
    "纳税",
    "疫情防控",
    "户籍",
    "交通",
    "其他",
)


def create_initial_themes(**_: object) -> None:
    """Create the themes if there are none; called after migrations."""
    if not Theme.objects.exists():
        Theme.objects.bulk_create(
            [Theme(name=name, position=number * 10) for number, name in enumerate(INITIAL_THEMES, 1)]
        )


def find_named_document(line: str) -> Document | None:
    """Return the document whose number, title or URL path is `line`, or None."""
    text = line.strip().strip("《》")
    records = PolicyRecord.objects.filter(document__isnull=False).select_related("document").order_by("-pk")
    if record := records.filter(number_key=canonical_number(text)).first() or records.filter(title=text).first():
        return record.document
    path = urlsplit(text).path
    if path.startswith("/"):
        address = Address.objects.filter(path=path).select_related("document").first()
        return address.document if address else None
    public = EditionContent.objects.filter(title=text, edition__document__published_at__isnull=False)
    last_content = public.select_related("edition__document").order_by("-edition__pk").first()
    return last_content.edition.document if last_content else None


def find_named_documents(lines: Iterable[str]) -> tuple[list[Document], list[str]]:
    """Return (documents named on these lines, each once; lines that name none)."""
    named_documents: dict[int, Document] = {}
    unknown = []
    for line in lines:
        document = find_named_document(line)
        if document:
            named_documents[document.pk] = document
        else:
            unknown.append(line)
    return list(named_documents.values()), unknown


def find_numbered_documents(text: str) -> list[Document]:
    """Return the known documents whose numbers occur in a text."""
    return find_named_documents(find_numbers(text))[0]


def describe_documents(documents: Iterable[Document]) -> str:
    """Return documents as lines (number, else title) that `find_named_documents` understands."""
    listed = list(documents)
    records = PolicyRecord.objects.filter(document__in=listed).exclude(number="")
    numbers = dict(records.values_list("document", "number"))
    titles = map_document_titles(listed)
    return "\n".join(numbers.get(document.pk) or titles[document.pk] for document in listed)


# Maximum length of a title, in characters.
MAX_TITLE_CHARACTERS = 300


@dataclass(frozen=True)
class InquiryFacts:
    """The content of a new inquiry.

    Attributes:
        channel: an `InquiryChannel`; it determines the rule set.
        title: the title.
        text: the question in the asker's words.
        category: an `InquiryCategory`.
        received_on: the day of receipt (default: today).
        external_ref: its number in another system (12345).
        may_publish: whether the asker agrees to publication.
        repeat_of: the earlier inquiry on the same matter.
        first_of_asker: whether the asker is known to have no earlier inquiry; none is searched then.
        body: the responsible unit, if known at once; else the receiver.
        asker: an `AskerGroup`.
        others: the other declared fields.
    """

    channel: str
    title: str
    text: str
    category: str = InquiryCategory.CONSULTATION
    received_on: date | None = None
    external_ref: str = ""
    may_publish: bool = False
    repeat_of: Inquiry | None = None
    first_of_asker: bool = False
    body: Body | None = None
    asker: str = AskerGroup.PERSON
    others: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def read(cls, **given: Any) -> "InquiryFacts":
        """Create the facts from form data; unknown names become `others`."""
        field_names = {field.name for field in fields(cls)}
        other_values = {name: value for name, value in given.items() if name not in field_names}
        return cls(**{name: value for name, value in given.items() if name in field_names}, others=other_values)

    @property
    def subject(self) -> str:
        """Return the truncated title of the inquiry."""
        return self.title.strip()[:MAX_TITLE_CHARACTERS]

    @property
    def day(self) -> date:
        """Return the day of receipt."""
        return self.received_on or timezone.localdate()

    def check(self) -> None:
        """Validate the facts of the inquiry.

        Raises:
            Refused: something is missing, unknown, or dated in the future.
        """
        chosen = ((self.channel, InquiryChannel), (self.category, InquiryCategory), (self.asker, AskerGroup))
        if any(value not in among.values for value, among in chosen):
            raise Refused("请选择渠道和类别。")
        if not self.title.strip() or not self.text.strip():
            raise Refused("请填写标题和内容。")
        if self.day > timezone.localdate():
            raise Refused("收到日期不能晚于今天，请填实际收到的日期。")
