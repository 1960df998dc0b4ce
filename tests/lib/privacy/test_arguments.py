"""What is no text and no list is refused in one line; what says nothing is left out."""

from typing import Any

import pytest

from gongkai.lib.privacy import PrivacyError, find, mask, proofread

TEXT = "副市长王建国到政务服务中心调研。"


@pytest.mark.parametrize("work", [find, mask, proofread])
@pytest.mark.parametrize("given", [None, b"text", 3, ["text"]])
def test_only_texts_are_searched(work: Any, given: Any) -> None:
    with pytest.raises(PrivacyError, match="文字"):
        work(given)


@pytest.mark.parametrize("leaders", [["张三"], "张三", [("张三",)], [("张三", None)], [("张三", "市长", "男")], [None]])
def test_leaders_are_pairs(leaders: Any) -> None:
    with pytest.raises(PrivacyError, match="领导名单"):
        proofread(TEXT, leaders=leaders)


@pytest.mark.parametrize("units", ["云岭市人民政府", [None], [("云岭市", "")]])
def test_units_are_names(units: Any) -> None:
    with pytest.raises(PrivacyError, match="单位名称"):
        proofread(TEXT, units=units)


def test_empty_rows_say_nothing() -> None:
    assert proofread(TEXT, leaders=[("", ""), ("王建国", " "), (" ", "市长")], units=["", " "]) == proofread(TEXT)
    assert [one.kind for one in proofread(TEXT, leaders=[("王建国", "云岭市市长")])] == ["leader"]
