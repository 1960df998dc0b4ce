"""What is measured on request alone, over a few rows: it counts what is right as right, and what is wrong as wrong."""

import json
from pathlib import Path

import pytest
from benchmarks import answering_rush
from benchmarks.kept_kills import Reader
from benchmarks.unseen import answers, sites

BASE = (
    ("路灯", "路灯不亮向谁反映？", "路灯不亮请拨打城管热线，两个工作日内派人修理。"),
    ("公租房", "公租房怎样申请？", "公租房向户籍所在街道的便民服务中心申请，须带身份证和收入证明。"),
    ("公积金", "公积金贷款需要哪些材料？", "申请住房公积金贷款须带身份证、购房合同和首付款收据。"),
)
FAULTS = (
    {"kind": "dead_link", "url": "/a.html", "page": "/list.html", "detail": ""},
    {"kind": "empty_column", "url": "/empty/", "page": "/", "detail": ""},
)


def _said(indicator: str, url: str) -> dict[str, object]:
    return {"indicator": indicator, "url": url, "also": [], "evidence": {}, "what": "打不开"}


def test_a_fault_counts_as_found_at_its_place_unless_the_clean_twin_is_said_to_have_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "gold.json").write_text(json.dumps({"faults": FAULTS}))
    dead, empty, invented = (
        _said("link.inner", "http://127.0.0.1:80/a.html"),
        _said("column.empty", "/empty/"),
        _said("column.empty", "/full/"),
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


def test_pages_of_one_path_are_told_apart_by_their_query() -> None:
    assert sites.place("http://127.0.0.1:80/show.jsp?id=7&print=1") == sites.place("/show.jsp?id=7")
    assert sites.place("/show.jsp?id=7") != sites.place("/show.jsp?id=8")
    fault = {"kind": "search_error", "url": "/search.jsp?q=水库", "page": "/index.jsp", "detail": ""}
    assert sites.found_by(fault, [_said("search.not_found", "/search.jsp?q=森林")])


def test_an_answer_is_right_where_it_is_the_one_that_was_meant(tmp_path: Path) -> None:
    base = [{"id": name, "title": title, "text": text} for name, title, text in BASE]
    asked = [
        {"id": 1, "kind": "plain", "asked": BASE[0][1], "gold": BASE[0][1]},
        {"id": 2, "kind": "plain", "asked": BASE[1][1], "gold": BASE[2][1]},
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


def test_a_rush_of_which_a_message_is_lost_says_nothing_of_its_time() -> None:
    assert answering_rush.all_of(5, {"registered": 5})
    with pytest.raises(SystemExit, match="registered': 4"):
        answering_rush.all_of(5, {"registered": 4, "query codes": 5})


def test_a_text_that_was_gone_and_is_shown_again_is_told() -> None:
    reader = Reader(0, "", ("/text.html", "/"), "标题")
    reader.seen = [(1.0, "/text.html", True), (1.5, "/", True), (2.0, "/text.html", False), (2.5, "/", False)]
    assert (reader.last(), reader.first_all(), reader.came_back()) == (1.5, 1.5, [])
    reader.seen.append((3.0, "/", True))
    assert (reader.last(), reader.came_back()) == (3.0, ["/"])
