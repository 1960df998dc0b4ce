"""One notice drawn under many heads, in many orders and containers: read back, or flagged where it is not."""

import pytest

from gongkai.lib.reading.notice import read_notice
from gongkai.lib.reading.tables.head_parts import get_head_kind
from gongkai.lib.reading.tables.heads import ColumnRole, list_possible_roles
from gongkai.lib.reading.words.unit_names import are_persons
from lib.reading.hands import CANGLAN, WANGSHU
from lib.reading.varied import words
from lib.reading.varied.bench import Count, compare
from lib.reading.varied.printing import PROSE, TABLES, prose
from lib.reading.varied.shape import draw


@pytest.mark.parametrize("name", TABLES)
def test_tables_under_other_heads_are_read_back_or_flagged(name: str) -> None:
    total = Count()
    for hand in (WANGSHU, CANGLAN):
        for seed in range(2):
            shape = draw(list(hand.notice.tasks[:8]), name, seed)
            total.add(compare(TABLES[name](shape), shape.wanted))
    assert total.f1 >= 0.9
    assert total.silent <= 0.02 * total.wanted


@pytest.mark.parametrize("name", PROSE)
def test_running_text_in_other_grammars_is_read_back_or_flagged(name: str) -> None:
    total = Count()
    for hand in (WANGSHU, CANGLAN):
        data, wanted = prose(list(hand.notice.tasks[:8]), name, 1)
        total.add(compare(data, wanted))
    assert total.f1 >= 0.9
    assert total.silent <= 0.02 * total.wanted


@pytest.mark.parametrize(
    "name", ["（牵头单位：A；责任单位：B）", "（A牵头，B配合）", "责任单位：A、B。", "persons in brackets"]
)
def test_a_page_that_lost_its_breaks_is_read_back_and_says_so(name: str) -> None:
    total = Count()
    for hand in (WANGSHU, CANGLAN):
        data, wanted = prose(list(hand.notice.tasks[:8]), name, 1)
        page = " ".join(line for line in data.decode().split("\n") if line.strip()).encode()
        total.add(compare(page, wanted))
        assert any(one.row is None and "换行" in one.message for one in read_notice(page).warnings)
    assert total.f1 == 1.0


@pytest.mark.parametrize(
    ("heads", "role"),
    [
        (words.LEAD, ColumnRole.LEAD),
        (words.HELPS, ColumnRole.RESPONSIBLE),
        (words.DOES, ColumnRole.RESPONSIBLE),
        (words.SECTION, ColumnRole.SECTION),
        (words.MEASURE, ColumnRole.MEASURE),
    ],
)
def test_heads_of_many_offices_are_known(heads: tuple[str, ...], role: ColumnRole) -> None:
    known = [head for head in heads if role in {one for one, _ in list_possible_roles(head)}]
    assert len(known) * 20 >= len(heads) * 19, sorted({*heads} - {*known})


def test_people_and_those_who_watch_are_no_units() -> None:
    assert {get_head_kind(head) for head in words.PERSON} == {"person"}
    assert not any(list_possible_roles(head) for head in (*words.PERSON, "考核单位", "监督部门", "填报单位"))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("张建国", True),
        ("张建国、欧阳文", True),
        ("王　芳", True),
        ("张建国副市长", True),
        ("刘海燕 13900000000", True),
        ("市财政局", False),
        ("安全办", False),
        ("已完成", False),
        ("全年", False),
    ],
)
def test_names_of_people(text: str, right: bool) -> None:
    assert are_persons(text) is right
