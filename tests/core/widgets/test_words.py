import pytest

from gongkai.core.widgets.templatetags.ui import cited_title, dialled, ended


def test_what_somebody_wrote_ends_with_one_stop() -> None:
    assert {ended(words) for words in ("汇总", "汇总。", "汇总；", "汇总. ")} == {"汇总。"}
    assert ended("为什么？") == "为什么？"


@pytest.mark.parametrize("title", ["停车办法", "《停车办法》"])
def test_a_title_is_marked_once(title: str) -> None:
    assert cited_title(title) == "《停车办法》"
    assert cited_title(f"关于印发《{title.strip('《》')}》的通知") == "《关于印发〈停车办法〉的通知》"


def test_a_number_calls_and_what_stands_around_it_is_words() -> None:
    link = '<a class="gk-nowrap" href="tel:0799-8001234">0799-8001234</a>'
    assert dialled("窗口：0799-8001234（<上午>）") == f"窗口：{link}（&lt;上午&gt;）"
    assert dialled("请到窗口") == "请到窗口"
