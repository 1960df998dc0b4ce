"""Evaluations that run only on request, tested with a few rows: they count right and wrong results correctly."""

import json
from pathlib import Path

import pytest
from benchmarks import answering_rush
from benchmarks.kept_kills import Reader
from benchmarks.unseen import answers, sites

KNOWN_ANSWERS = (
    ("路灯", "路灯不亮向谁反映？", "路灯不亮请拨打城管热线，两个工作日内派人修理。"),
    ("公租房", "公租房怎样申请？", "公租房向户籍所在街道的便民服务中心申请，须带身份证和收入证明。"),
    ("公积金", "公积金贷款需要哪些材料？", "申请住房公积金贷款须带身份证、购房合同和首付款收据。"),
)
FAULTS = (
    {"kind": "dead_link", "url": "/a.html", "page": "/list.html", "detail": ""},
    {"kind": "empty_column", "url": "/empty/", "page": "/", "detail": ""},
)


def _make_finding(indicator: str, url: str) -> dict[str, object]:
    return {"indicator": indicator, "url": url, "also": [], "evidence": {}, "what": "打不开"}


def test_fault_is_found_unless_also_reported_on_the_clean_site(
    tmp_path: Path,
) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "gold.json").write_text(json.dumps({"faults": FAULTS}))
    dead, empty, invented = (
        _make_finding("link.inner", "http://127.0.0.1:80/a.html"),
        _make_finding("column.empty", "/empty/"),
        _make_finding("column.empty", "/full/"),
    )
    reports = {"planted": [dead, empty, invented], "clean": [empty]}
    for copy, findings in reports.items():
        (tmp_path / f"one-{copy}.json").write_text(json.dumps({"findings": findings}))
    assert sites.measure(tmp_path, tmp_path) == {
        "one: planted": 2,
        "one: found": 1,
        "one: false on the planted site": 1,
        "one: false on the clean twin": 1,
    }


def test_pages_with_one_path_are_distinguished_by_query() -> None:
    assert sites.normalize_address("http://127.0.0.1:80/show.jsp?id=7&print=1") == sites.normalize_address(
        "/show.jsp?id=7"
    )
    assert sites.normalize_address("/show.jsp?id=7") != sites.normalize_address("/show.jsp?id=8")
    fault = {"kind": "search_error", "url": "/search.jsp?q=水库", "page": "/index.jsp", "detail": ""}
    assert sites.is_found(fault, [_make_finding("search.not_found", "/search.jsp?q=森林")])


def test_answer_is_right_if_it_is_the_expected_one(tmp_path: Path) -> None:
    base = [{"id": name, "title": title, "text": text} for name, title, text in KNOWN_ANSWERS]
    asked = [
        {"id": 1, "kind": "plain", "asked": KNOWN_ANSWERS[0][1], "gold": KNOWN_ANSWERS[0][1]},
        {"id": 2, "kind": "plain", "asked": KNOWN_ANSWERS[1][1], "gold": KNOWN_ANSWERS[2][1]},
        {"id": 3, "kind": "strange", "asked": "护照丢了在国外怎么补办", "gold": None},
    ]
    (tmp_path / "base.json").write_text(json.dumps(base))
    (tmp_path / "questions.json").write_text(json.dumps(asked))
    found = answers.measure(tmp_path)
    assert (found["questions"], found["answerable"]) == (3, 2)
    assert (
        found["confident"],
        found["confident and right"],
        found["unanswerable: nothing near is said"],
    ) == (2, 1, 1)


def test_rush_with_a_lost_message_is_refused() -> None:
    assert answering_rush.check_states(5, {"registered": 5})
    with pytest.raises(SystemExit, match="registered': 4"):
        answering_rush.check_states(5, {"registered": 4, "query codes": 5})


def test_reader_lists_pages_that_show_a_text_again() -> None:
    reader = Reader(0, "", ("/text.html", "/"), "标题")
    reader.seen = [(1.0, "/text.html", True), (1.5, "/", True), (2.0, "/text.html", False), (2.5, "/", False)]
    assert (reader.last(), reader.first_all(), reader.came_back()) == (1.5, 1.5, [])
    reader.seen.append((3.0, "/", True))
    assert (reader.last(), reader.came_back()) == (3.0, ["/"])
