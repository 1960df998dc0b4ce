import pytest

from gongkai.lib.typed_json import number, numbers, record, records, text, texts

ROW = {"n": 3, "said": "4", "many": [1, "x", 2], "words": ["甲", 5], "inner": {"a": 1}, "rows": [{"b": 2}, 7]}


def test_what_is_of_another_kind_is_left_out_or_refused():
    assert (number(ROW, "n"), number(ROW, "said"), number(ROW, "none", 9)) == (3, 4, 9)
    assert (numbers(ROW, "many"), numbers(ROW, "n"), texts(ROW, "words")) == ([1, 2], [], ["甲"])
    assert (text(ROW, "n"), text(ROW, "none")) == ("3", "")
    assert (record(ROW, "inner"), record(ROW, "n"), records(ROW, "rows")) == ({"a": 1}, {}, [{"b": 2}])
    with pytest.raises(ValueError, match="inner"):
        number(ROW, "inner")
