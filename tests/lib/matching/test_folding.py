"""Text folding to one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.matching.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＢＣ　１２３", "abc 123"),
        ("1,234,567元", "1234567元"),
        ("１，２００元", "1200元"),
        ("雲嶺市住房公積金", "云岭市住房公积金"),
        ("著作，乾隆", "著作,乾隆"),  # characters that simplified text keeps
        ("80㎡", "80m2"),
        ("Ⅳ级①", "iv级1"),
        ("a\x00b\ud800c", "a b c"),
        ("公\u200b租\ufeff房", "公租房"),
        ("第一行\r第二行", "第一行\n第二行"),
        ("二○二六", "二〇二六"),
    ],
)
def test_fold_unifies_spellings(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_fold_is_idempotent(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("what", [None, 1, b"a"])
def test_fold_refuses_other_types(what):
    with pytest.raises(TypeError, match="需要文本"):
        fold(what)
