"""The municipal notice: a PDF's text with columns printed separately and interleaved."""

from difflib import SequenceMatcher
from pathlib import Path

import pytest

from gongkai.lib.reading import Notice, NoticeRow
from gongkai.lib.reading.layouts.interleaved.headings import match_heading_block, remove_heading
from gongkai.lib.reading.layouts.interleaved.units import PrintedUnitNames, list_readings
from gongkai.lib.reading.notice import read_notice
from lib.reading.municipal import ROWS

Key = tuple[str, str, tuple[str, ...], tuple[str, ...]]


@pytest.fixture(scope="module")
def notice(shared: Path) -> Notice:
    return read_notice(shared / "notices" / "2021-municipal.txt")


def _key(row: NoticeRow) -> Key:
    return row.measure[:5], row.section[:1] + row.item[:3], row.lead, row.responsible


def _pairs(notice: Notice) -> list[tuple[int, Key, Key]]:
    """Return (row number, expected, read) for rows at the same position."""
    wanted: list[Key] = [(m[:5], item, tuple(lead.split()), tuple(own.split())) for m, item, lead, own in ROWS]
    read = [_key(row) for row in notice.rows]
    matcher = SequenceMatcher(a=[one[0] for one in wanted], b=[one[0] for one in read], autojunk=False)
    return [
        (block.b + n + 1, wanted[block.a + n], read[block.b + n])
        for block in matcher.get_matching_blocks()
        for n in range(block.size)
    ]


def test_all_rows_are_exact(notice: Notice) -> None:
    right = sum(wanted == read for _, wanted, read in _pairs(notice))
    assert right == len(ROWS)


def test_paths_contain_no_heading_fragments(notice: Notice) -> None:
    levels = {level for row in notice.rows for duty in row.duties for path in duty.paths for level in path}
    assert not [level for level in levels if "（一" in level or "（二" in level or "（三" in level]


def test_heading_printed_into_sentence_is_removed() -> None:
    line = "公开信息（公开路径：政府网站>法定主（三）做动公开内容）。好财政信息公1．公开区县政府及其局开。 部门信息。 市财政"
    mended = remove_heading(line, "政府网站>法定主动公开内容\n区县政府及其部门\n公开。")
    assert mended.heading == "（三）做好财政信息公开。"
    assert mended.lines == [
        "公开信息（公开路径：政府网站>法定主动公开内容）。",
        "1．公开区县政府及其部门信息。 市财政局",
    ]


@pytest.mark.parametrize("line", ["公开信息。", "（三）做好公开。", "公开（三）类信息，做好工作。"])
def test_intact_line_is_unchanged(line: str) -> None:
    assert remove_heading(line, line).lines == [line]


def test_wrong_rows_are_flagged(notice: Notice) -> None:
    flagged = {warning.row for warning in notice.warnings}
    pairs = _pairs(notice)
    unpaired = set(range(1, len(notice.rows) + 1)) - {row for row, _, _ in pairs}
    assert {row for row, wanted, read in pairs if wanted != read} | unpaired <= flagged


def test_measures_with_foreign_words_are_flagged(notice: Notice) -> None:
    flagged = {warning.row for warning in notice.warnings}
    for number, row in enumerate(notice.rows, 1):
        if number not in flagged:
            assert row.measure.endswith(("。", "；"))
            assert row.measure.count("（") == row.measure.count("）")


def test_rows_continue_across_pages(notice: Notice) -> None:
    started = next(row for row in notice.rows if row.measure.startswith("加强政策咨询服务"))
    assert len(started.measure.split("\n")) == 7


def test_front_matter_is_read(notice: Notice) -> None:
    assert (notice.doc_number, notice.issued_on) == ("渝府办发〔2021〕50号", "2021-05-16")
    assert any("公务员培训科目" in duty.text for duty in notice.preamble_duties)


@pytest.mark.parametrize(
    ("block", "item"),
    [
        (["一、围绕发展", "（三）切好推进公开", "实做到位。"], "（三）切实做到位。"),
        (["一、围绕发展好", "（一）做推进公开", "事。"], None),
    ],
)
def test_section_is_separated_from_item(block: list[str], item: str | None) -> None:
    section, items, _ = match_heading_block(block, ["一、围绕发展好推进公开"], [])
    assert section == "一、围绕发展好推进公开"
    assert item is None or items == [item]


def test_fragments_of_two_columns_are_joined_to_known_names() -> None:
    names = PrintedUnitNames(
        ["市政府各部门、各区县政府", "市政府办公厅", "市政府各部门、市教委", "市政府办公厅、市教委"]
    )
    lines = [([piece], None) for piece in ("市政府各", "市政府", "部门、各区县", "办公厅", "政府")]
    best = list_readings(lines, names, rows=1)[0]
    assert {text for _, text, _ in best.cells} == {"市政府办公厅", "市政府各部门、各区县政府"}
