"""Rules of an inspection that need no site: the name of the state, data of lists, views of a list, kinds of pages left."""

from datetime import date

import pytest

from gongkai.inspection.site.checks.wording import state_names
from gongkai.inspection.site.data_lists import entries_in
from gongkai.outbound.crawling.addresses import plainer
from gongkai.outbound.crawling.traps import Traps


@pytest.mark.parametrize(
    ("text", "slips"),
    [
        ("《中华人民共合国行政许可法》", 1), ("中华人共和国", 1), ("中华人民国共和国", 1), ("中化人民共和国", 1),
        ("中华人民共和国", 0), ("中华民国时期", 0), ("老挝人民民主共和国", 0), ("中华全国总工会", 0),
    ],
)  # fmt: skip
def test_a_misspelt_name_of_the_state_is_found(text: str, slips: int) -> None:
    assert len(list(state_names(text))) == slips


@pytest.mark.parametrize(
    "data",
    [
        '{"data": [{"title": "关于开展防汛检查的通知", "url": "/tz/1.html", "pubDate": "2026-11-02"}]}',
        'show({"rows": [{"docTitle": "关于开展防汛检查的通知", "link": "../tz/1.html", "fbsj": 1793577600}]})',
        'var list = [["关于开展防汛检查的通知", "/tz/1.html", "2026-11-02"]];',
    ],
)
def test_the_data_of_a_list_is_read(data: str) -> None:
    entries = entries_in(data.encode(), "http://www.yunling.gov.cn/tz/index.html", date(2026, 11, 24)) or []
    found = [(entry.address, entry.title, entry.day) for entry in entries]
    assert found == [("http://www.yunling.gov.cn/tz/1.html", "关于开展防汛检查的通知", date(2026, 11, 2))]


def test_what_is_no_data_is_not_read() -> None:
    assert entries_in(b"<html><ul></ul></html>", "http://a.cn/", date(2026, 11, 24)) is None


def test_a_list_in_another_order_is_known() -> None:
    assert plainer("http://a.cn/list?cid=3&sort=hits&page=1") == [
        "http://a.cn/list?cid=3&page=1",
        "http://a.cn/list?cid=3",
    ]
    assert plainer("http://a.cn/list?cid=3") == []


def test_a_kind_of_page_that_hardly_brings_anything_new_is_left() -> None:
    traps = Traps()
    for number in range(traps.WINDOW):
        traps.note("a/#", barren=False, new=number % 20 == 0)
    assert traps.left("a/#") == "同类网页几乎都相同"
    assert traps.left("b/#") == ""
