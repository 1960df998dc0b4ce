"""Invalid arguments are refused with one line; empty ones are ignored."""

from typing import Any

import pytest

from gongkai.lib.privacy import PrivacyError, find, mask, proofread

TEXT = "副市长王建国到政务服务中心调研。"


@pytest.mark.parametrize("work", [find, mask, proofread])
@pytest.mark.parametrize("given", [None, b"text", 3, ["text"]])
def test_only_text_is_accepted(work: Any, given: Any) -> None:
    with pytest.raises(PrivacyError, match="文字"):
        work(given)


@pytest.mark.parametrize("leaders", [["张三"], "张三", [("张三",)], [("张三", None)], [("张三", "市长", "男")], [None]])
def test_leaders_must_be_pairs(leaders: Any) -> None:
    with pytest.raises(PrivacyError, match="领导名单"):
        proofread(TEXT, leaders=leaders)


@pytest.mark.parametrize("units", ["云岭市人民政府", [None], [("云岭市", "")]])
def test_units_must_be_names(units: Any) -> None:
    with pytest.raises(PrivacyError, match="单位名称"):
        proofread(TEXT, units=units)


def test_empty_rows_are_ignored() -> None:
    assert proofread(TEXT, leaders=[("", ""), ("王建国", " "), (" ", "市长")], units=["", " "]) == proofread(TEXT)
    assert [one.kind for one in proofread(TEXT, leaders=[("王建国", "云岭市市长")])] == ["leader"]
