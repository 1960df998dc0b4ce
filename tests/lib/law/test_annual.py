"""Consistency rules of the annual report form: 国办公开办函〔2021〕30号."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.law import LawError
from gongkai.lib.law.annual import check_annual_report
from gongkai.lib.law.annual_form import TABLE3_COLUMNS, TABLE3_RESULTS, TABLE3_ROWS
from gongkai.lib.law.commands import run_law_command

COLUMNS = list(TABLE3_COLUMNS)


def make_report():
    """Return a consistent report: five requests, one carried over, six handled or carried forward."""
    table3 = {row: [0] * 7 for row in TABLE3_ROWS}
    table3 |= {"1": [4, 1, 0, 0, 0, 0, 5], "2": [1, 0, 0, 0, 0, 0, 1], "3.1": [3, 1, 0, 0, 0, 0, 4]}
    table3 |= {"3.3.7": [1, 0, 0, 0, 0, 0, 1], "3.7": [4, 1, 0, 0, 0, 0, 5], "4": [1, 0, 0, 0, 0, 0, 1]}
    return {
        "year": 2024,
        "unit": "云岭市人民政府办公室",
        "table2": {
            "rules": [0, 0, 3],
            "normative_documents": [5, 2, 40],
            "licences": 120,
            "penalties": 33,
            "coercive_measures": 0,
            "fees_10k_yuan": 12.5,
        },
        "table3": table3,
        "table4": {
            "review": [1, 0, 0, 0, 1],
            "litigation_direct": [0, 0, 0, 0, 0],
            "litigation_after_review": [0, 1, 0, 2, 3],
        },
    }


def faults(report):
    return [(f.rule, f.table, f.row, f.column) for f in check_annual_report(report).errors]


def changed_report(*path_and_value):
    """Return a report with one change: table, row, [cell], value; the value `del_` removes the cell."""
    *path, last, value = path_and_value
    report = at = make_report()
    for key in path:
        at = at[key]
    if value is del_:
        del at[last]
    else:
        at[last] = value
    return report


del_ = object()


def test_form_has_25_rows_of_which_21_are_results():
    assert (len(TABLE3_ROWS), len(TABLE3_RESULTS), len(COLUMNS)) == (25, 21, 7)


def test_consistent_report_is_ok():
    assert faults(make_report()) == []
    assert run_law_command("check-annual", {"report": make_report()}) == {"ok": True, "errors": [], "warnings": []}


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (
            changed_report("table3", "1", 0, 5),
            [("balance", "table3", None, "natural_person"), ("row_total", "table3", "1", "total")],
        ),
        (
            changed_report("table3", "3.7", 6, 6),
            [
                ("balance", "table3", None, "total"),
                ("results_total", "table3", "3.7", "total"),
                ("row_total", "table3", "3.7", "total"),
            ],
        ),
        (
            changed_report("table3", "3.5.2", 2, 1),
            [("results_total", "table3", "3.7", "research"), ("row_total", "table3", "3.5.2", "total")],
        ),
        (changed_report("table4", "review", 4, 2), [("group_total", "table4", "review", "total")]),
        # Whole numbers; rules that use an invalid cell are not checked.
        (changed_report("table3", "1", 0, -4), [("whole_number", "table3", "1", "natural_person")]),
        (changed_report("table3", "1", 0, 4.0), [("whole_number", "table3", "1", "natural_person")]),
        (changed_report("table3", "1", 0, "4"), [("whole_number", "table3", "1", "natural_person")]),
        (changed_report("table3", "1", 1, True), [("whole_number", "table3", "1", "company")]),
        (changed_report("table3", "1", 1, [1]), [("whole_number", "table3", "1", "company")]),
        (changed_report("table2", "licences", 1.5), [("whole_number", "table2", "licences", "value")]),
        (changed_report("table2", "rules", 1, -1), [("whole_number", "table2", "rules", "abolished")]),
        (changed_report("table2", "fees_10k_yuan", -0.1), [("whole_number", "table2", "fees_10k_yuan", "value")]),
        (changed_report("table2", "fees_10k_yuan", "3"), [("whole_number", "table2", "fees_10k_yuan", "value")]),
        (changed_report("table2", "fees_10k_yuan", False), [("whole_number", "table2", "fees_10k_yuan", "value")]),
        (changed_report("table2", "fees_10k_yuan", 0), []),
        # Missing: a table, a row, a cell.
        (changed_report("table2", del_), [("missing", "table2", None, None)]),
        (changed_report("table3", del_), [("missing", "table3", None, None)]),
        (changed_report("table4", None), [("missing", "table4", None, None)]),
        (changed_report("table3", []), [("missing", "table3", None, None)]),
        (changed_report("table2", "licences", del_), [("missing", "table2", "licences", None)]),
        (changed_report("table2", "licences", None), [("missing", "table2", "licences", "value")]),
        (changed_report("table2", "rules", [1, 2]), [("missing", "table2", "rules", None)]),
        (changed_report("table3", "3.6.3", del_), [("missing", "table3", "3.6.3", None)]),
        (changed_report("table3", "3.6.3", [0] * 8), [("missing", "table3", "3.6.3", None)]),
        (changed_report("table3", "3.6.3", None), [("missing", "table3", "3.6.3", None)]),
        (changed_report("table3", "3.6.3", {"total": 0}), [("missing", "table3", "3.6.3", None)]),
        (changed_report("table3", "3.6.3", 5, None), [("missing", "table3", "3.6.3", "other_organisation")]),
        (changed_report("table4", "review", 0, None), [("missing", "table4", "review", "upheld")]),
        # Unknown keys are ignored.
        (changed_report("table3", "3.9", "?"), []),
        (changed_report("year", del_), []),
        ({}, [("missing", table, None, None) for table in ("table2", "table3", "table4")]),
    ],
)
def test_inconsistencies_are_reported(report, expected):
    assert faults(report) == expected


def test_missing_row_suppresses_only_rules_that_need_it():
    report = changed_report("table3", "3.2", del_)
    report["table3"]["2"][0] = 7
    assert faults(report) == [
        ("missing", "table3", "3.2", None),
        ("balance", "table3", None, "natural_person"),
        ("row_total", "table3", "2", "total"),
    ]


def test_every_message_is_one_line():
    report = changed_report("table3", "1", [1, None, "x", -1, 0, 0, 9])
    for fault in check_annual_report(report).errors:
        assert fault.message
        assert "\n" not in fault.message


@given(st.sampled_from(list(TABLE3_ROWS)), st.integers(0, 6), st.integers(1, 5))
def test_single_wrong_cell_is_always_reported(row, column, more):
    report = make_report()
    report["table3"][row][column] += more
    found = faults(report)
    assert found
    assert len(found) == len(set(found))


# Previous year


def with_previous(**changes):
    report, previous = make_report(), make_report()
    previous["table3"]["4"] = [1, 0, 0, 0, 0, 0, 1]
    previous["table2"] |= {"rules": [0, 0, 3], "normative_documents": [9, 0, 37]}
    previous["table2"] |= changes.get("table2", {})
    previous["table3"] |= changes.get("table3", {})
    return report | {"previous": previous}


def warnings(report):
    verdict = check_annual_report(report)
    assert verdict.ok
    return [(f.rule, f.table, f.row, f.column) for f in verdict.warnings]


def test_consistent_previous_report_gives_no_warning():
    assert warnings(with_previous()) == []


def test_different_carried_over_counts_are_warned():
    report = with_previous(table3={"4": [2, 0, 0, 0, 0, 0, 2]})
    assert warnings(report) == [("carried_over", "table3", "2", c) for c in ("natural_person", "total")]


def test_different_documents_in_force_are_warned():
    report = with_previous(table2={"normative_documents": [0, 0, 36], "rules": [0, 0, 2]})
    assert warnings(report) == [("in_force", "table2", row, "in_force") for row in ("rules", "normative_documents")]


def test_missing_previous_values_are_not_compared():
    assert warnings(with_previous(table3={"4": None}, table2={"rules": [0, 0, None]})) == []
    for nothing in (None, {}):
        assert warnings(make_report() | {"previous": nothing}) == []


def test_check_does_not_modify_report():
    report = with_previous()
    before = copy.deepcopy(report)
    check_annual_report(report)
    assert report == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"1",
        b"null",
        b"{",
        b'{"a": NaN}',
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_file_without_json_object_is_refused(tmp_path, content):
    path = tmp_path / "report.json"
    path.write_bytes(content)
    with pytest.raises(LawError):
        run_law_command("check-annual", {"file": str(path)})


def test_endless_file_is_refused():
    with pytest.raises(LawError, match="过大"):
        run_law_command("check-annual", {"file": "/dev/zero"})


def test_invalid_arguments_are_refused(tmp_path):
    for args in (
        {},
        {"report": {}, "file": "x"},
        {"report": []},
        {"report": None},
        {"file": str(tmp_path)},
        {"file": "\0"},
    ):
        with pytest.raises(LawError):
            run_law_command("check-annual", args)


@pytest.mark.parametrize("previous", ["x", [], 0, False, ""])
def test_invalid_previous_report_is_warned_and_not_compared(previous):
    answer = run_law_command("check-annual", {"report": make_report() | {"previous": previous}})
    assert answer["ok"]
    assert [fault["rule"] for fault in answer["warnings"]] == ["previous"]
    assert "未作比对" in answer["warnings"][0]["message"]


def test_previous_report_may_be_none():
    assert run_law_command("check-annual", {"report": make_report() | {"previous": None}}) == run_law_command(
        "check-annual", {"report": make_report()}
    )


@pytest.mark.parametrize("digits", ["9" * 4001, "9" * 20_000, "-" + "9" * 5000])
def test_number_too_long_to_add_is_error_of_its_cell(digits, tmp_path):
    text = json.dumps(make_report()).replace('"licences": 120', f'"licences": {digits}')
    (tmp_path / "r.json").write_text(text)
    errors = run_law_command("check-annual", {"file": str(tmp_path / "r.json")})["errors"]
    assert [(e["rule"], e["row"], e["column"]) for e in errors] == [("whole_number", "licences", "value")]
    assert len(errors[0]["message"]) < 100


def test_longest_allowed_numbers_are_added(tmp_path):
    text = json.dumps(make_report()).replace('"3.7": [4', f'"3.7": [{"9" * 4000}')
    (tmp_path / "r.json").write_text(text)
    assert {e["rule"] for e in run_law_command("check-annual", {"file": str(tmp_path / "r.json")})["errors"]} == {
        "balance",
        "results_total",
        "row_total",
    }


@pytest.mark.parametrize(
    ("written", "sound"),
    [("12.5", True), ("1e999", True), ("9" * 5000, True), ("-1e999", False), ("-" + "9" * 5000, False)],
)
def test_fees_are_any_nonnegative_number(written, sound, tmp_path):
    text = json.dumps(make_report()).replace('"fees_10k_yuan": 12.5', f'"fees_10k_yuan": {written}')
    (tmp_path / "r.json").write_text(text)
    assert run_law_command("check-annual", {"file": str(tmp_path / "r.json")})["ok"] is sound
