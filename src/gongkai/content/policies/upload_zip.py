"""Build the zip for an upload to the higher library: typeset texts and a sheet of form values.

A public document is typeset from its edition; one that needs a receipt first from its draft, if that is to be public for all.
The fields are those of the national library (中国政府网政策文件库: 索引号、主题分类、发文机关、成文日期、标题、发文字号、发布日期) and those that
local ones add.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from gongkai.content.editions.models import Audience
from gongkai.content.editions.models.editions import DisclosureAttribute
from gongkai.content.policies.downloads import load_or_make_file, typeset_document, unindent_addressee
from gongkai.content.policies.formats import LEVELS_ISSUED_BY_ORDER
from gongkai.content.policies.models import PolicyRecord
from gongkai.content.policies.signed_records import find_binding_edition
from gongkai.content.policies.validity import get_last_day, get_period
from gongkai.content.policies.validity_periods import load_validity_facts
from gongkai.content.publishing.freezing import freeze
from gongkai.content.publishing.models import find_document_item
from gongkai.core.acts.action import Refused, require_text
from gongkai.core.files.kinds import clean_file_name
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.spreadsheets.writer import write_xlsx
from gongkai.lib.writing.blocks import make_blocks
from gongkai.lib.writing.fonts import MissingFont
from gongkai.lib.writing.official import IssuedDocument

#: Number of documents in one zip.
MAX_PACKED_DOCUMENTS = 50


@dataclass
class UploadSheetRow:
    """A row of the sheet: a document, the form's other fields, its files, and a note on what is missing."""

    record: PolicyRecord
    index_number: str
    standing: str
    ends_on: date | None
    docx: str = ""
    pdf: str = ""
    original: str = ""
    note: str = ""


UPLOAD_SHEET = Sheet(
    "上级库上传材料",
    (
        Column("title", "标题", write=lambda row: row.record.title, width=50),
        Column("number", "发文字号", write=lambda row: row.record.number, width=22),
        Column("issuers", "发文机关", write=lambda row: row.record.issuers, width=28),
        Column("level", "效力级别", write=lambda row: row.record.get_level_display(), width=16),
        Column("subject", "主题分类", write=lambda row: row.record.subject, width=20),
        Column("index_number", "索引号", width=22),
        Column("unified", "统一登记编号", write=lambda row: row.record.unified_number, width=20),
        Column("made_on", "成文日期", write=lambda row: row.record.made_on, width=12),
        Column("published_on", "公布日期", write=lambda row: row.record.published_on, width=12),
        Column("released", "发布日期", write=lambda row: _get_publication_day(row.record), width=12),
        Column("effective_on", "施行日期", write=lambda row: row.record.effective_on, width=12),
        Column("ends_on", "有效期至", width=12),
        Column("standing", "有效性", width=12),
        Column("filed", "备案号", write=lambda row: row.record.filed_number, width=20),
        Column("applies_to", "适用对象", write=lambda row: row.record.applies_to, width=24),
        Column("body", "起草单位", write=lambda row: row.record.body.name, width=28),
        Column("docx", "Word 文件", width=40),
        Column("pdf", "PDF 文件", width=40),
        Column("original", "原文文件", width=40),
        Column("note", "说明", width=40),
    ),
)


def _get_publication_day(record: PolicyRecord) -> object:
    day = record.document.published_at if record.document else None
    return timezone.localdate(day) if day else None


def build_upload_zip(records: Sequence[PolicyRecord]) -> bytes:
    """Return texts and sheet as a zip. The caller checks access.

    Raises:
        Refused: none of them has a text that may be handed out.
    """
    buffer = io.BytesIO()
    rows = []
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, record in enumerate(records, 1):
            rows.append(_write_document(archive, place, record))
        archive.writestr(f"{UPLOAD_SHEET.name}.xlsx", write_xlsx(UPLOAD_SHEET, rows, guide=False))
    if not any(row.docx or row.original for row in rows):
        raise Refused([f"{row.record}：{row.note}" for row in rows[:10]])
    return buffer.getvalue()


def _write_document(archive: zipfile.ZipFile, place: int, record: PolicyRecord) -> UploadSheetRow:
    """Write a document's files into the zip, and return its line of the sheet."""
    life = load_validity_facts(record)
    state = str(get_period(life, timezone.localdate()).state.label)
    row = UploadSheetRow(record, record.document.index_number if record.document else "", state, get_last_day(life))
    name = f"{place:02d} {clean_file_name(record.title)[:60]}"
    for suffix in ("docx", "pdf"):
        try:
            content = _render_text(record, suffix)
        except MissingFont as missing:
            row.note = str(missing)
            continue
        except Refused as refused:
            row.note = "".join(refused.reasons)
            return row
        archive.writestr(f"{name}.{suffix}", content)
        setattr(row, suffix, f"{name}.{suffix}")
    if record.original and record.original.exists():
        row.original = f"{name}（原文）{clean_file_name(record.original_name)[-60:]}"
        archive.writestr(row.original, record.original.read())
    return row


def _render_text(record: PolicyRecord, suffix: str) -> bytes:
    """Return a document's text as .docx or .pdf: of its edition, else the draft, else the record.

    Raises:
        Refused: there is no text, it was erased by law, or it is not public for all.
        MissingFont: a .pdf is requested and no Chinese font is installed.
    """
    edition = find_binding_edition(record.document_id)
    if edition is not None:
        content = getattr(edition, "content", None)
        if content is None:
            raise Refused("正文已依法删除，不需要上传。")
        if edition.audience != Audience.ALL:
            raise Refused("不向社会公开，不能上传。")
        return load_or_make_file(edition, content, record, suffix)
    html, files = _get_draft_text(record)
    html = require_text(html, "还没有正文，请先起草公开，或者上传原文。")
    return typeset_document(_make_issued_document(record, html, files), suffix)


def _get_draft_text(record: PolicyRecord) -> tuple[str, list[str]]:
    """Return (HTML of the latest draft or of the record, names of attachments without suffix, no pictures).

    Raises:
        Refused: the draft is not public on the office's own initiative.
    """
    item = find_document_item(record.document) if record.document else None
    if item is None or not item.latest_revision_id:
        return record.html, []
    frozen = freeze(item, item.latest_revision)
    if frozen.audience != Audience.ALL.value or frozen.facts["attribute"] != DisclosureAttribute.PROACTIVE:
        raise Refused("不是主动公开的文件，不能上传。")
    return frozen.html, [file["name"].rsplit(".", 1)[0] for file in frozen.files if not file["picture"]]


def _make_issued_document(record: PolicyRecord, html: str, attachments: list[str]) -> IssuedDocument:
    """Return a record that is not public yet as a document to typeset."""
    return IssuedDocument(
        title=record.title,
        issuers=record.issuer_names,
        number=record.number,
        blocks=unindent_addressee(make_blocks(html)),
        headnote=record.headnote,
        made_on=record.made_on,
        by_order=record.level in LEVELS_ISSUED_BY_ORDER,
        source=f"来源：{record.body.name}，尚未公开。以正式印发的文本为准。",
        attachments=attachments,
    )
