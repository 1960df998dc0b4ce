"""Old binary office files."""

from pathlib import Path

import pytest

from gongkai.lib.reading import ReadingError
from gongkai.lib.reading.notice import read_notice
from lib.reading.compound import compound
from lib.reading.judge import judge
from lib.reading.sample_notices import CANGLAN, WANGSHU, XICHUAN

SAMPLES = Path(__file__).parents[2] / "samples" / "notices"
FILES = {"wangshu-2023.doc": WANGSHU, "canglan-2022.doc": CANGLAN, "xichuan-2020.xls": XICHUAN}


@pytest.mark.parametrize("name", FILES)
def test_old_office_files_are_read_exactly(name: str) -> None:
    """The files were written by LibreOffice; canglan-2022.doc ends with its table."""
    read = read_notice(SAMPLES / name)
    verdict = judge(read, FILES[name])
    assert (verdict.flagged, verdict.unflagged) == ([], [])


def test_suffix_of_old_file_does_not_matter() -> None:
    as_wps = read_notice((SAMPLES / "wangshu-2023.doc").read_bytes())
    as_et = read_notice((SAMPLES / "xichuan-2020.xls").read_bytes())
    assert (len(as_wps.rows), len(as_et.rows)) == (8, 8)


def test_rich_text_table_is_read() -> None:
    def row(*cells: str) -> str:
        ends = "".join(f"\\cellx{(at + 1) * 2000}" for at in range(len(cells)))
        texts = "".join(
            "".join(f"\\u{ord(char)}?" if ord(char) < 0x8000 else f"\\u{ord(char) - 0x10000}?" for char in cell)
            + "\\cell "
            for cell in cells
        )
        return f"\\trowd{ends}\\intbl {texts}\\row "

    read = read_notice(
        f"{{\\rtf1\\ansi {row('工作任务', '贯彻举措', '牵头单位', '责任单位')}"
        f"{row('一、公开', '公开规划。', '市发展改革委', '市财政局')}}}".encode()
    )
    assert [(one.measure, one.lead) for one in read.rows] == [("公开规划。", ("市发展改革委",))]


def test_damaged_old_word_file_suggests_saving_again() -> None:
    with pytest.raises(ReadingError, match=r"已损坏.*另存为"):
        read_notice(compound("WordDocument", b"\x01" * 512))


@pytest.mark.parametrize(
    ("stream", "why"), [("EncryptedPackage", "密码"), ("Something", "格式"), ("CONTENTS", "微软Works")]
)
def test_other_compound_files_are_refused(stream: str, why: str) -> None:
    with pytest.raises(ReadingError, match=why):
        read_notice(compound(stream, b"x" * 100))
