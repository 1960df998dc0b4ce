"""Running text as clerks type it: a place behind a label goes to its task, tasks run together in one paragraph are cut."""

import pytest

from gongkai.notices.told_apart import told_apart

CASES = (
    (
        "a channel between labels",
        "1．公开招生政策。\n责任单位：市教育局\n公开渠道：政府网站、公示栏\n完成时限：5月底前",
        "1．公开招生政策（公开渠道：政府网站、公示栏）。\n责任单位：市教育局\n完成时限：5月底前",
    ),
    (
        "a column of the site",
        "1．公开招生政策。\n责任单位：市教育局\n公开栏目：教育信息",
        "1．公开招生政策（公开路径：政府网站>教育信息）。\n责任单位：市教育局",
    ),
    (
        "two tasks in one paragraph",
        "1．公开预算。责任单位：市财政局。2．公开审计结果。责任单位：市审计局。",
        "1．公开预算。责任单位：市财政局。\n2．公开审计结果。责任单位：市审计局。",
    ),
    (
        "one unit for two points stays",
        "1．公开预算。2．公开决算。（市财政局）",
        "1．公开预算。2．公开决算。（市财政局）",
    ),
    (
        "numbers that do not count on stay",
        "1．公开预算。（市财政局）5．公开决算。（市财政局）",
        "1．公开预算。（市财政局）5．公开决算。（市财政局）",
    ),
    ("a channel with no task above it stays", "公开渠道：政府网站", "公开渠道：政府网站"),
)


@pytest.mark.parametrize(("typed", "apart"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_running_text_is_told_apart(typed: str, apart: str) -> None:
    assert told_apart(typed) == apart
    assert told_apart(apart) == apart
