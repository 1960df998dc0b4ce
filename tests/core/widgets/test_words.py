"""Text helpers: final stops, titles in 《》, phone links."""

import pytest

from gongkai.core.widgets.templatetags.ui import cited_title, dialled, ended


def test_ended_adds_one_full_stop() -> None:
    assert {ended(words) for words in ("汇总", "汇总。", "汇总；", "汇总. ")} == {"汇总。"}
    assert ended("为什么？") == "为什么？"


@pytest.mark.parametrize("title", ["停车办法", "《停车办法》"])
def test_cited_title_adds_title_marks_once(title: str) -> None:
    assert cited_title(title) == "《停车办法》"
    assert cited_title(f"关于印发《{title.strip('《》')}》的通知") == "《关于印发〈停车办法〉的通知》"


def test_phone_number_becomes_a_link_and_other_text_is_escaped() -> None:
    link = '<a class="gk-nowrap" href="tel:0799-8001234">0799-8001234</a>'
    assert dialled("窗口：0799-8001234（<上午>）") == f"窗口：{link}（&lt;上午&gt;）"
    assert dialled("请到窗口") == "请到窗口"
