"""The five steps on an item's page, and the tree in which columns are chosen."""

from types import SimpleNamespace

import pytest

from gongkai.content.publishing.forms.items import build_tree
from gongkai.content.publishing.item_list import ItemRow
from gongkai.content.publishing.way import first_progress, item_progress, steps_of
from gongkai.content.reviewing.actions.reviews import UNCHANGED_ERROR
from gongkai.content.reviewing.models import ReviewState

WAITING = SimpleNamespace(state=ReviewState.WAITING, stage_name="复审")
RETURNED = SimpleNamespace(state=ReviewState.RETURNED, stage_name="")


@pytest.mark.parametrize(
    ("state", "review", "lacking", "unchanged", "now", "note"),
    [
        ("草稿", None, True, False, "检查", ""),
        ("草稿", None, False, False, "送审", ""),
        ("待审签", WAITING, True, False, "审签", "等待复审"),
        ("被退回", RETURNED, False, False, "送审", "被退回"),
        ("等待定时公开", None, True, False, "公开", "等待定时公开"),
        ("已公开", None, True, True, "", ""),
        ("公开后有修改", None, False, False, "送审", ""),
    ],
)
def test_where_an_item_stands(state, review, lacking, unchanged, now, note) -> None:
    steps = steps_of(state, review, lacking=lacking, unchanged=unchanged)
    assert "".join(step.name for step in steps if step.now) == now
    assert "".join(step.note for step in steps) == note
    before = [step.done for step in steps]
    assert before == sorted(before, reverse=True), "what is done lies before what is not"


@pytest.mark.parametrize(
    ("state", "review", "lacks", "said"),
    [
        ("草稿", None, ["缺正文。", "缺栏目。"], "还有2项"),
        ("草稿", None, [], "下一步：保存，去送审。"),
        ("待审签", WAITING, ["正在审签。"], "不会进入正在审签的文字"),
        ("待公开", None, [UNCHANGED_ERROR], "与已签发、等待公开的版本相同"),
    ],
)
def test_what_comes_next_in_the_editor(state, review, lacks, said) -> None:
    row = ItemRow(None, None, state, None, review, None, "", None)  # type: ignore[arg-type]
    assert said in item_progress(row, lacks).next


def test_what_is_not_stored_yet_is_at_the_first_step() -> None:
    assert [step.name for step in first_progress().steps if step.now] == ["起草"]
    assert not any(step.done for step in first_progress().steps)


def _option(key: str, owner: int = 0, site: str = "市") -> dict:
    column = SimpleNamespace(key=key, owner_id=owner, website=SimpleNamespace(name=site))
    return {"value": SimpleNamespace(instance=column), "key": key}


def test_columns_stand_under_those_above_them() -> None:
    rows = build_tree([_option("甲>乙>丙", 7), _option("甲"), _option("丁")], frozenset({7}))
    assert [(row["depth"], row["name"], bool(row["option"]), row["own"]) for row in rows] == [
        (0, "丁", True, False),
        (0, "甲", True, False),
        (1, "乙", False, False),
        (2, "丙", True, True),
    ]
    assert [row["name"] for row in rows if row["above"]] == ["甲", "乙"]
    several = build_tree([_option("甲"), _option("甲", site="县")])
    assert [(row["depth"], row["name"]) for row in several] == [(0, "市"), (1, "甲"), (0, "县"), (1, "甲")]
