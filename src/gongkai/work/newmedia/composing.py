"""Compose a post from the current edition: plain text and pictures."""

from dataclasses import dataclass

from django.conf import settings

from gongkai.content.editions.models import Document
from gongkai.content.editions.queries import shelf_visible_to, show
from gongkai.core.units.actors import ANONYMOUS
from gongkai.lib.richtext import plain

# Maximum length of the text in characters; longer texts end with a link.
MAX_TEXT_CHARACTERS = 2000


@dataclass(frozen=True)
class Composed:
    """Content of a post: edition, title, text, pictures as [name, digest], address of the document."""

    edition: int
    title: str
    text: str
    pictures: list[list[str]]
    address: str


def compose(document: Document) -> Composed | None:
    """Compose the post of a document; None if it is not public now."""
    row = shelf_visible_to(ANONYMOUS).filter(column=None, document=document).first()
    shown = show(ANONYMOUS, document) if row else None
    content = getattr(shown.edition, "content", None) if shown else None
    if row is None or shown is None or content is None:
        return None
    address = f"{settings.BASE_URL.rstrip('/')}{row.path}"
    words = "\n".join(line for value in plain(content.html).splitlines() if (line := value.strip()))
    if len(words) > MAX_TEXT_CHARACTERS:
        cut = words[:MAX_TEXT_CHARACTERS]
        words = f"{cut[: max(cut.rfind('。'), cut.rfind(chr(10)), MAX_TEXT_CHARACTERS // 2) + 1].rstrip()}\n（全文请看原文）"
    source = str(content.facts.get("source") or document.body.name)
    text = f"{words}\n\n来源：{source}\n原文：{address}"
    pictures = [[file["name"], file["digest"]] for file in content.files if file.get("picture")]
    return Composed(shown.edition.number, content.title, text, pictures, address)
