"""Find documents by number, title or URL (C-01)."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from gongkai.content.editions.models import Address, Document, EditionContent
from gongkai.content.policies.formats import canonical_number
from gongkai.content.policies.models import PolicyRecord
from gongkai.content.publishing.documents import titles_of
from gongkai.lib.chinese.document_numbers import find_numbers
from gongkai.work.consultation.models import Theme

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
            [Theme(name=name, position=place * 10) for place, name in enumerate(INITIAL_THEMES, 1)]
        )


def find_named_document(line: str) -> Document | None:
    """Return the public document that a line names by number, title or URL, if any."""
    words = line.strip().strip("《》")
    records = PolicyRecord.objects.filter(document__isnull=False).select_related("document").order_by("-pk")
    if found := records.filter(number_key=canonical_number(words)).first() or records.filter(title=words).first():
        return found.document
    path = urlsplit(words).path
    if path.startswith("/"):
        address = Address.objects.filter(path=path).select_related("document").first()
        return address.document if address else None
    public = EditionContent.objects.filter(title=words, edition__document__published_at__isnull=False)
    last = public.select_related("edition__document").order_by("-edition__pk").first()
    return last.edition.document if last else None


def find_named_documents(lines: Iterable[str]) -> tuple[list[Document], list[str]]:
    """Return the documents that lines name, and the lines that name none."""
    found: dict[int, Document] = {}
    unknown = []
    for line in lines:
        document = find_named_document(line)
        if document:
            found[document.pk] = document
        else:
            unknown.append(line)
    return list(found.values()), unknown


def find_numbered_documents(words: str) -> list[Document]:
    """Return the documents of the policy library whose numbers occur in a text."""
    return find_named_documents(find_numbers(words))[0]


def describe_documents(documents: Iterable[Document]) -> str:
    """Return documents as lines that `find_named_documents` understands."""
    given = list(documents)
    records = PolicyRecord.objects.filter(document__in=given).exclude(number="")
    numbers = dict(records.values_list("document", "number"))
    titles = titles_of(given)
    return "\n".join(numbers.get(document.pk) or titles[document.pk] for document in given)
