"""The batch command: one line of output per line of input, whatever the input."""

import io
import json

import pytest

from gongkai.lib.law import commands
from gongkai.lib.law.commands import run_law_command, run_line, run_lines


def lines_of(data):
    answers = list(run_lines(io.BytesIO(data)))
    assert not any(b"\n" in answer for answer in answers)
    return [json.loads(answer) for answer in answers]


def line(cmd, **args):
    return json.dumps({"cmd": cmd, "args": args}, ensure_ascii=False).encode()


def test_compact_answers_keep_order_of_lines():
    data = b"\n".join([line("fee-pages", pages=31), b"?", line("workday", date="2024-02-04")])
    answers = list(run_lines(io.BytesIO(data)))
    assert json.loads(answers[0])["yuan"] == 10
    assert json.loads(answers[1]).keys() == {"error"}
    assert answers[2] == b'{"date":"2024-02-04","is_workday":true,"reason":"makeup"}'


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (b"", 0),
        (b"\n", 1),
        (b"x", 1),
        (b"x\n", 1),
        (b"x\n\n", 2),
        (b"\r\nx\r\n", 2),
        ("a\u2028b\x85c\x0bd\n".encode(), 1),
    ],
)
def test_lines_are_separated_by_line_feed_only(data, count):
    assert len(lines_of(data)) == count


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"   ",
        b"null",
        b"[]",
        b"{}",
        b'"workday"',
        b'{"cmd": "workday"}',
        b'{"cmd": "workday", "args": null}',
        b'{"cmd": "workday", "args": ["2024-01-01"]}',
        b'{"cmd": null, "args": {}}',
        b'{"cmd": ["workday"], "args": {}}',
        b'{"cmd": "batch", "args": {"file": "x"}}',
        b'{"cmd": "fee-pages", "args": {"pages": NaN}}',
        b'{"cmd": "fee-pages", "args": {"pages": -0}}',
        b'{"cmd": "fee-pages", "args": {"pages": 3.0}}',
        b'{"cmd": "fee-pages", "args": {"pages": 1e2}}',
        b'{"cmd": "fee-pages", "args": {"pages": ' + b"9" * 5000 + b"}}",
        b'{"cmd": "fee-pages", "args": {"pages": 1}} {}',
        b'{"cmd": "fee-pages", "args": {"pages": 1',
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b'{"cmd": "workday", "args": {"date": "\\ud800"}}',
        b'{"cmd": "\\ud800", "args": {}}',
        b'{"cmd": "workday", "args": {"\\u0000\\n": 1}}',
    ],
)
def test_bad_line_is_error_and_does_not_stop_others(bad):
    first, second = lines_of(bad + b"\n" + line("fee-pages", pages="100"))
    assert first.keys() == {"error"}
    assert "\n" not in first["error"]
    assert "内部错误" not in first["error"]
    assert second["yuan"] == 700


def test_answer_equals_that_of_command():
    for cmd, args in [
        ("add-workdays", {"date": "2024-02-02", "n": 8}),
        ("foi-due", {"received": "2024-01-02", "today": "2024-01-31"}),
        ("doc-number", {"text": "某政发〔2020〕3号"}),
        ("check-annual", {"report": {}}),
    ]:
        assert json.loads(run_line(line(cmd, **args))) == run_law_command(cmd, args)


def test_internal_error_is_reported_in_its_line(monkeypatch):
    monkeypatch.setattr(commands, "run_law_command", lambda *_: 1 / 0)
    assert "内部错误" in json.loads(run_line(line("workday", date="2024-01-01")))["error"]


def test_too_long_line_is_refused_and_skipped(monkeypatch):
    monkeypatch.setattr(commands, "MAX_LINE_BYTES", 100)
    after = line("fee-pages", pages=31)
    for long in (b"x" * 101, b"x" * 5000):
        first, second = lines_of(long + b"\n" + after)
        assert "过长" in first["error"]
        assert second["yuan"] == 10
    assert len(lines_of(b"x" * 100 + b"\n" + after)) == 2
    assert len(lines_of(b"x" * 5000)) == 1


def test_byte_order_mark_is_ignored():
    assert lines_of(b"\xef\xbb\xbf" + line("fee-pages", pages=31))[0]["yuan"] == 10


def test_long_text_is_answered():
    text = "中" * 1_000_000 + "，某政发〔2020〕3号"
    assert lines_of(line("doc-number", text=text)) == [["某政发〔2020〕3号"]]


@pytest.mark.parametrize("digits", ["1" * 3999, "9" * 5000, "1" * 100_000])
@pytest.mark.parametrize(("cmd", "name"), [("check-id", "id"), ("check-credit-code", "code"), ("fee-pages", "pages")])
def test_json_number_is_read_as_its_text(cmd, name, digits):
    as_number = b'{"cmd": "%s", "args": {"%s": %s}}' % (cmd.encode(), name.encode(), digits.encode())
    assert run_line(as_number) == run_line(line(cmd, **{name: digits}))


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "null"), (True, "true"), ([1.5], "[1.5]"), ({"甲": None}, '{"甲": null}')]
)
def test_error_shows_value_as_in_line(value, shown):
    assert f"“{shown}”" in lines_of(line("workday", date=value))[0]["error"]
