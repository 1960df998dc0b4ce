from gongkai.ui.templatetags.ui import ended


def test_what_somebody_wrote_ends_with_one_stop() -> None:
    assert {ended(words) for words in ("汇总", "汇总。", "汇总；", "汇总. ")} == {"汇总。"}
    assert ended("为什么？") == "为什么？"
