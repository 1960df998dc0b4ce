"""Typeset a document as .docx and .pdf in the official layout, cached by digest.

The view checks access before (`editions.queries.documents`); an edition erased by law is deleted
here, too.
"""

from django.core.files.base import ContentFile

from gongkai.content.editions.models import Edition, EditionContent
from gongkai.content.policies.formats import LEVELS_ISSUED_BY_ORDER
from gongkai.content.policies.models import PolicyRecord
from gongkai.core.acts.digest import digest
from gongkai.core.acts.following import ActionEvent
from gongkai.core.acts.lock_sharing import is_in_shared_transaction
from gongkai.core.files.models import StoredFile
from gongkai.core.files.storage import get_files_storage, list_folder
from gongkai.lib.confined import is_in_background
from gongkai.lib.writing.blocks import Block, TextBlock, make_blocks
from gongkai.lib.writing.official import IssuedDocument, render_official_docx

#: Version of the layout; increase it to typeset all files again.
LAYOUT_VERSION = 1
#: Suffix → media type.
CONTENT_TYPES_BY_SUFFIX = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def make_typeset_source(
    edition: Edition, content: EditionContent, record: PolicyRecord | None, notice: str = ""
) -> IssuedDocument:
    """Return an edition as a document to typeset, with `notice` above it if it is not in force."""
    facts = content.facts
    names = record.issuer_names if record else [facts.get("issuer") or facts.get("unit", "")]
    made_on = record.made_on if record else None
    return IssuedDocument(
        title=content.title,
        issuers=[name for name in names if name],
        number=facts.get("document_number", "") or (record.number if record else ""),
        blocks=unindent_addressee(make_blocks(content.html)),
        headnote=record.headnote if record else "",
        made_on=made_on,
        by_order=bool(record and record.level in LEVELS_ISSUED_BY_ORDER),
        notice=notice,
        source=f"来源：{facts.get('unit', '')}，索引号{edition.document.index_number}，第{edition.number}版，"
        f"校验值{edition.digest[:12]}。以正式印发的文本为准。",
        attachments=[file["name"].rsplit(".", 1)[0] for file in content.files if not file["picture"]],
    )


def unindent_addressee(blocks: list[Block]) -> list[Block]:
    """Remove the indent of the addressee (GB/T 9704—2012 7.3.2): a first line that ends with a colon."""
    first = blocks[0] if blocks else None
    if isinstance(first, TextBlock) and first.text.endswith(("：", ":")) and len(first.text) < 120:
        return [TextBlock(first.text, 0, indent=False), *blocks[1:]]
    return blocks


def load_or_make_file(
    edition: Edition, content: EditionContent, record: PolicyRecord | None, suffix: str, notice: str = ""
) -> bytes:
    """Return an edition as a .docx or .pdf, made at the first request and cached.

    Raises:
        MissingFont: a .pdf is requested and no Chinese font is installed.
    """
    document = make_typeset_source(edition, content, record, notice)
    key = digest(f"{LAYOUT_VERSION}|{edition.digest}|{document!r}")[:24]
    place = f"{_get_folder(edition.digest)}/{key}.{suffix}"
    storage = get_files_storage()
    if storage.exists(place):
        with storage.open(place) as file:
            return bytes(file.read())
    data = typeset_document(document, suffix)
    storage.save(place, ContentFile(data))
    return data


def typeset_document(document: IssuedDocument, suffix: str) -> bytes:
    """Typeset a document as .docx or .pdf.

    Raises:
        MissingFont: a .pdf is asked for, and no Chinese font is installed.
    """
    if suffix == "docx":
        return render_official_docx(document, read_picture)
    if is_in_background() or is_in_shared_transaction():  # a job makes many, and nobody waits for a child under a lock
        from gongkai.lib.writing.pdf import render_official_pdf
    else:
        from gongkai.lib.writing.pdf_child import render_official_pdf
    return render_official_pdf(document, read_picture)


def read_picture(digest: str) -> bytes | None:
    """Return the bytes of the picture with this digest, or None."""
    stored = StoredFile.objects.filter(pk=digest).first()
    return stored.read() if stored and stored.exists() else None


def _get_folder(mark: str) -> str:
    """Return the storage folder of the files made from an edition, by its digest."""
    return f"prints/{mark[:2]}/{mark}"


def delete_cached_files(edition: Edition) -> None:
    """Delete the cached files of an edition."""
    folder, storage = _get_folder(edition.digest), get_files_storage()
    for name in list_folder(folder)[1]:
        storage.delete(f"{folder}/{name}")


def delete_erased_files(happened: ActionEvent) -> None:
    """Delete the cached files of erased editions (follows `publishing.erase`)."""
    delete_cached_files(happened.target)
