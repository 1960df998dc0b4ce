"""Which notice an amended version amends, and which rows belong together. Pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.work.notices.versions.row_pairs import (
    NoticeVersion,
    find_amending_reasons,
    is_next_years,
    match_rows,
    normalize_title,
)

ROWS = (
    "公开年度国民经济和社会发展计划及其执行情况。",
    "将政府债务限额、余额、使用安排、还本付息等情况集中发布，6月底前完成。",
    "公布医保药品目录、定点医药机构名单、经办服务指南。",
    "组织政务公开业务培训，上下半年各1次。",
)
OLD = NoticeVersion(
    "云岭市人民政府办公室关于印发2027年云岭市政务公开工作要点的通知", "云政办发〔2027〕12号", "1", 2027, ROWS
)
words = st.text(alphabet="公开财政预算决算医保药品目录，。 　", max_size=12)


@given(st.lists(words, max_size=6), st.lists(words, max_size=6))
def test_every_row_stands_once_and_the_same_words_find_each_other(older: list[str], newer: list[str]) -> None:
    pairs = match_rows(older, newer)
    assert [pair.new for pair in pairs if pair.new is not None] == list(range(len(newer)))
    assert sorted(pair.old for pair in pairs if pair.old is not None) == list(range(len(older)))
    for pair in pairs:
        if pair.old is not None and pair.new is not None:
            assert 0.5 <= pair.like <= 1


@given(st.permutations(ROWS))
def test_rows_that_only_moved_are_the_same(newer: list[str]) -> None:
    numbered = [f"{number}．{text}" for number, text in enumerate(newer, start=1)]
    for pair in match_rows(ROWS, numbered):
        assert (pair.like, pair.rivals) == (1.0, ())
        assert ROWS[pair.old or 0] == newer[pair.new or 0]


def test_a_changed_row_finds_its_partner_what_is_left_is_new_or_dropped() -> None:
    newer = [
        ROWS[1].replace("6月底前", "7月15日前"),
        "公开低空经济应用场景清单和支持政策。",
        ROWS[0],
        ROWS[3],
    ]
    found = {(pair.old, pair.new) for pair in match_rows(ROWS, newer)}
    assert found == {(1, 0), (None, 1), (0, 2), (3, 3), (2, None)}


def test_rows_that_come_equally_near_are_rivals() -> None:
    older = ["公开义务教育招生范围和报名办法（东区）。", "公开义务教育招生范围和报名办法（西区）。"]
    (pair, gone) = match_rows(older, ["公开义务教育招生范围和报名办法（北区）。"])
    assert {pair.old, *pair.rivals} == {0, 1} == {pair.old, gone.old}
    assert match_rows(older, older)[0].rivals == ()


@pytest.mark.parametrize(
    ("title", "number", "rows", "said", "because"),
    [
        (
            "关于印发2027年云岭市政务公开工作要点（修订）的通知",
            "云政办发〔2027〕31号",
            ROWS,
            "",
            "并写明修订",
        ),
        ("关于印发2027年云岭市政务公开工作要点的通知", "云政办发〔2027〕12号", ROWS[:1], "", "文号相同"),
        (
            "关于调整部分政务公开任务的通知",
            "",
            ROWS[:1],
            "对云政办发〔2027〕12号部分内容作了修订。",
            "文中写明",
        ),
        ("政务公开工作安排", "", ROWS, "", "4项任务中有4项"),
        ("关于印发2027年云岭市优化营商环境要点的通知", "云政办发〔2027〕15号", ROWS[:1] * 3, "", ""),
        ("关于印发政务公开工作要点实施方案的通知", "", (), "根据云政办发〔2027〕12号，制定本方案。", ""),
    ],
)
def test_what_amends_is_told_by_number_title_words_and_rows(
    title: str, number: str, rows: tuple[str, ...], said: str, because: str
) -> None:
    reasons = find_amending_reasons(NoticeVersion(title, number, "1", 2027, rows, said), OLD)
    assert bool(reasons) == bool(because)
    assert because in "；".join(reasons)
    assert find_amending_reasons(NoticeVersion(title, number, "2", 2027, rows, said), OLD) == []


def test_next_years_notice_has_the_title_apart_from_the_year() -> None:
    newer = NoticeVersion(OLD.title.replace("2027", "2028"), "", "1", 2028)
    assert is_next_years(newer, OLD)
    assert not is_next_years(OLD, newer)
    assert normalize_title(newer.title) != normalize_title(OLD.title)
