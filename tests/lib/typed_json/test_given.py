import pytest

from gongkai.lib.typed_json import read_number, read_numbers, read_record, read_records, read_text, read_texts

ROW = {"n": 3, "said": "4", "many": [1, "x", 2], "words": ["甲", 5], "inner": {"a": 1}, "rows": [{"b": 2}, 7]}


def test_values_of_other_types_are_omitted_or_refused():
    assert (read_number(ROW, "n"), read_number(ROW, "said"), read_number(ROW, "none", 9)) == (3, 4, 9)
    assert (read_numbers(ROW, "many"), read_numbers(ROW, "n"), read_texts(ROW, "words")) == ([1, 2], [], ["甲"])
    assert (read_text(ROW, "n"), read_text(ROW, "none")) == ("3", "")
    assert (read_record(ROW, "inner"), read_record(ROW, "n"), read_records(ROW, "rows")) == ({"a": 1}, {}, [{"b": 2}])
    with pytest.raises(ValueError, match="inner"):
        read_number(ROW, "inner")
