"""Column headers of many offices, and names of persons."""

import pytest

from gongkai.lib.reading.tables.head_parts import get_head_kind
from gongkai.lib.reading.tables.heads import ColumnRole, list_possible_roles
from gongkai.lib.reading.words.unit_names import are_persons
from lib.reading import heads_of_offices as words


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
def test_common_headers_are_recognised(heads: tuple[str, ...], role: ColumnRole) -> None:
    known = [head for head in heads if role in {one for one, _ in list_possible_roles(head)}]
    assert len(known) * 20 >= len(heads) * 19, sorted({*heads} - {*known})


def test_person_and_supervisor_columns_are_not_units() -> None:
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
def test_person_names_are_recognised(text: str, right: bool) -> None:
    assert are_persons(text) is right
