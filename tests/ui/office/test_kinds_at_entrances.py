"""WPS and OFD files at every upload: read, stored, or refused in one line with advice."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from factories.checks import docx_with
from gongkai.content.checks.attachment_reader import read_file_text
from gongkai.content.migration.sources.pages.links import PageContext
from gongkai.content.migration.sources.sheet import set_text_from_bundle as read_old_text
from gongkai.content.migration.sources.values import OldItem
from gongkai.content.policies.actions.files import read_original_text
from gongkai.core.acts.action import Refused
from gongkai.core.files.kinds import ACCEPTED_FILE_TYPES, PUBLIC_FILE_TYPES, get_suffix
from gongkai.core.files.store import list_reasons_against_file
from gongkai.core.intake.uploads import FileRule, find_upload_fault
from gongkai.lib.fileformats.workbooks.rows import UnreadableFile, read_workbook
from gongkai.lib.reading import ReadingError
from gongkai.lib.reading.notice import read_notice
from gongkai.lib.richtext import UnfitText, convert_office_text, office_files
from gongkai.work.consultation.mailbox.incoming_mails import ATTACHMENT_RULE

NOTICES = Path(__file__).parents[2] / "samples" / "notices"
WORDS = "一、公开重大建设项目的批准结果和实施情况，由市发展改革委牵头。"


ROWS = (("工作任务", "贯彻举措", "牵头单位"), ("一、公开", "公开规划。", "市规划局"))


def make_ofd(rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    """Return an OFD page with two lines and table rows; the first line uses two fonts, as programs do for numbers."""
    objects = [(30.0, 30, 20, "关于印发2026"), (50.2, 30, 90, "年要点的通知"), (30, 42, 140, WORDS)]
    objects += [(30 + 50 * x, 60 + 10 * y, 40, text) for y, row in enumerate(rows) for x, text in enumerate(row)]
    page = "".join(
        f'<o:TextObject Boundary="{x} {y} {width} 6"><o:TextCode>{text}</o:TextCode></o:TextObject>'
        for x, y, width, text in objects
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("OFD.xml", "<OFD/>")
        archive.writestr(
            "Doc_0/Pages/Page_0/Content.xml",
            f'<o:Page xmlns:o="http://www.ofdspec.org/2016">{page}</o:Page>',
        )
    return stream.getvalue()


def make_sheet() -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in (("序号", "工作任务", "牵头单位"), ("1", "公开规划。", "市规划局")):
        book.worksheets[0].append(row)
    book.save(stream)
    return stream.getvalue()


#: Files of old and new programs: name → bytes.
FILES: dict[str, Callable[[], bytes]] = {
    "旧.wps": (NOTICES / "wangshu-2023.doc").read_bytes,
    "新.wps": lambda: docx_with(WORDS, [["工作任务", "牵头单位"], ["公开规划。", "市规划局"]]),
    "旧.et": (NOTICES / "xichuan-2020.xls").read_bytes,
    "新.et": make_sheet,
    "版.ofd": lambda: make_ofd(ROWS),
}


class _Bundle:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self, _name: str) -> bytes:
        return self.data


def _old_site(name: str, data: bytes) -> str:
    item = OldItem("1")
    read_old_text(item, name, PageContext(name, "", _Bundle(data)))  # type: ignore[arg-type]
    return "".join(item.problems)


def _attachment(name: str, data: bytes) -> str:
    """Check that a file may be attached and its text is readable."""
    assert read_file_text.here(data, get_suffix(name))[0].strip()
    return "".join(list_reasons_against_file(name, len(data), PUBLIC_FILE_TYPES))


#: Upload → function that processes a file and returns its refusal.
UPLOADS: dict[str, Callable[[str, bytes], object]] = {
    "notices": lambda name, data: read_notice(data) and "",
    "texts": lambda name, data: convert_office_text(data, name, lambda *_: "").html and "",
    "originals": lambda name, data: read_original_text(data, name, lambda *_: "")[0] and "",
    "sheets": lambda _name, data: read_workbook.here(data) and "",
    "old sites": _old_site,
    "attachments": _attachment,
    "colleagues": lambda name, data: "".join(list_reasons_against_file(name, len(data), ACCEPTED_FILE_TYPES)),
    "signed papers": lambda name, data: "".join(list_reasons_against_file(name, len(data), ("pdf", "png", "jpg"))),
    "public forms": lambda name, data: find_upload_fault(SimpleUploadedFile(name, data), FileRule()),
    "mail": lambda name, data: find_upload_fault(SimpleUploadedFile(name, data), ATTACHMENT_RULE),
}
#: Upload → the files it accepts; it refuses all others.
ACCEPTED = {
    "notices": {"旧.wps", "新.wps", "旧.et", "新.et", "版.ofd"},
    "texts": {"旧.wps", "新.wps", "版.ofd"},
    "originals": {"旧.wps", "新.wps", "版.ofd"},
    "sheets": {"旧.et", "新.et"},
    "old sites": {"旧.wps", "新.wps", "版.ofd"},
    "attachments": set(FILES),
    "colleagues": set(FILES),
    "signed papers": set(),
    "public forms": set(),
    "mail": set(FILES),
}


@pytest.mark.parametrize("entrance", UPLOADS)
def test_every_kind_is_accepted_or_refused_in_one_line(entrance: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_files, "convert_in_child", office_files.convert_in_child.here)
    for name, made in FILES.items():
        try:
            said = str(UPLOADS[entrance](name, made()))
        except (ReadingError, UnfitText, Refused, UnreadableFile) as error:
            said = str(error)
        assert (not said) == (name in ACCEPTED[entrance]), (name, said)
        assert not said or ("\n" not in said and ("另存为" in said or "列为附件" in said)), (name, said)


def test_ofd_becomes_paragraphs() -> None:
    made = office_files.convert_in_child.here(make_ofd(), "ofd")
    assert made.html == f"<p>关于印发2026年要点的通知</p><p>{WORDS}</p>"
    assert made.notes == (office_files.OFD_NOTE,)


@pytest.mark.parametrize(("name", "suffix"), [("xichuan-2020.xls", "wps"), ("xichuan-2020.xls", "doc")])
def test_spreadsheet_named_as_text_is_refused(name: str, suffix: str) -> None:
    with pytest.raises(UnfitText, match="是表格，不是文字文档"):
        office_files.convert_in_child.here((NOTICES / name).read_bytes(), suffix)
