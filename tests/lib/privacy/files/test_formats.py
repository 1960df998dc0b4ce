"""Files of every format are searched regardless of suffix, or refused with the actual reason."""

from pathlib import Path

import pytest

from factories import foreign_files as files
from gongkai.lib.privacy import PrivacyError, mask_file
from gongkai.lib.privacy.files.hidden_text import read_hidden_text_of_bytes
from gongkai.lib.privacy.files.text import read_content_text

_RTF = rb"{\rtf1\ansi\ansicpg936 \u21016?\u24535?\u24378?{\v \u34255?}\par}"
#: Format: content, suffix, visible text, hidden text.
FORMATS = {
    "rtf": (files.RTF, ".rtf", "正文√", "藏"),
    "rtf as text": (_RTF, ".txt", "刘志强", "藏"),
    "odt": (files.ODT, ".odt", "正文", "藏"),
    "ofd": (files.OFD, ".ofd", "通知", "内部资料"),
    "page as .xls": (files.HTML, ".xls", "第一节", "划去"),
    "mht as .doc": (files.MHT, ".doc", "存档", ""),
    "mail": (files.mail(), ".eml", "张三", "隐藏"),
    "msg": (files.OUTLOOK, ".msg", "咨询", ""),
    "winmail": (files.WINMAIL, ".dat", "附件", ""),
    "zip": (files.ZIP, ".zip", "乙.docx", "删去"),
    "Word 2003 as .docx": (files.WORD_2003, ".docx", "二〇〇三", ""),
    "Excel 2003 as .xlsx": (files.EXCEL_2003, ".xlsx", "2026-06-30", "藏"),
    "flat as .doc": (files.flat(files.TRICKY_WORD), ".doc", "见第三条", "划去"),
    "workbook as .docx": (files.tricky_workbook(), ".docx", "编号", "秘密"),
    "form of a pdf": (files.TRICKY_PDF, ".pdf", "Shown", "Filled"),
    "file in a pdf": (files.CHINESE_PDF, ".pdf", "云岭市青山镇长岭村3组12号", "附件"),
    "document as .pdf": (files.TRICKY_WORD, ".pdf", "见第三条", "隐藏"),
}


@pytest.mark.parametrize("case", FORMATS)
def test_every_format_is_searched(case: str) -> None:
    content, suffix, shown, hidden = FORMATS[case]
    text = read_content_text(content, suffix)
    assert shown in text
    assert case != "file in a pdf" or "申请人李明\n" in text
    assert hidden in read_hidden_text_of_bytes(content, suffix).text
    assert not hidden or hidden not in text


@pytest.mark.parametrize(
    ("content", "suffix", "reason"),
    [
        (b" \r\n", ".txt", "空文件"),
        (b"", ".pdf", "空文件"),
        (files.ENCRYPTED_PACKAGE, ".docx", "有密码"),
        (files.TRICKY_WORD[:300], ".docx", "已损坏"),
        (b"%PDF-1.4 nothing", ".pdf", "已损坏"),
        (b"Rar!\x1a\x07\x00", ".rar", "不支持的格式"),
        (b"\x89PNG\r\n\x1a\n", ".docx", "扩展名与内容不符"),
        (b"\x89PNG\r\n\x1a\n", ".png", "没有文字"),
        (b"," * 300_000 + b"\n" * 300_000, ".csv", "太大"),
        (files.UNREADABLE_PDF, ".pdf", "PDF第1页"),
    ],
)
def test_refusal_begins_with_actual_reason(content: bytes, suffix: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / f"a{suffix}").write_bytes(content)
    with pytest.raises(PrivacyError, match=f"^{reason}"):
        read_content_text(content, suffix)
    with pytest.raises(PrivacyError, match=f"^{reason}"):
        mask_file(tmp_path / f"a{suffix}", tmp_path / f"b{suffix}")


@pytest.mark.parametrize(
    ("content", "suffix", "reason"),
    [
        (files.RTF, ".rtf", "不支持遮盖.rtf文件"),
        (_RTF, ".txt", "扩展名与内容不符"),
        (files.tricky_workbook(), ".docx", "扩展名与内容不符"),
        (files.TRICKY_WORD, ".pdf", "扩展名与内容不符"),
    ],
)
def test_read_only_formats_are_not_masked(content: bytes, suffix: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / f"a{suffix}").write_bytes(content)
    with pytest.raises(PrivacyError, match=f"^{reason}"):
        mask_file(tmp_path / f"a{suffix}", tmp_path / f"b{suffix}")
