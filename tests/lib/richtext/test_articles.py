"""Splitting a text into articles, and their anchors on the page."""

import re

import pytest

from gongkai.lib.richtext.articles import anchor_articles, split_articles


def paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


@pytest.mark.parametrize(
    ("lines", "labels"),
    [
        (("为了。", "第一条　甲", "第二条 乙", "续"), ["", "第一条", "第二条"]),
        (("第一条　甲", "第一条之一　乙", "第二条　丙"), ["第一条", "第一条之一", "第二条"]),
        (("第十条　甲", "第一百零二条　乙"), ["第十条", "第一百零二条"]),
        (("第一章　总则", "第一条　甲", "第二章　附则", "第二条　乙"), ["", "第一条", "第二条"]),
        (("一、甲", "（一）子", "二、乙"), ["一", "二"]),
        (("一、将第五条修改为", "“第五条　新的", "二、删去第六条"), ["一", "二"]),
        (("第一条　甲", "第二条　乙", "附件：表"), ["第一条", "第二条", "附件"]),
        (("各单位：", "现通知如下。"), [""]),
        (("第一条　甲", "第二条　乙", "第一条　重复"), ["第一条", "第二条"]),
        ((), []),
    ],
)
def test_text_is_split_into_articles(lines: tuple[str, ...], labels: list[str]) -> None:
    found = split_articles(paragraphs(*lines))
    wanted = labels if lines[:1] != ("第一章　总则",) else labels[1:]
    assert [one.label for one in found] == wanted
    said = "\n".join(one.text for one in found)
    assert all(line in said for line in lines if not line.startswith(("第一章", "第二章")))


def test_anchors_of_page_equal_those_of_articles() -> None:
    html = "<h2>第一章　总则</h2><p><strong>第一条</strong>　甲</p><p>第二条　乙</p><p>第二条　再</p>"
    named = re.findall(r'id="([^"]+)"', anchor_articles(html))
    assert named == [one.anchor for one in split_articles(html)] == ["tiao-1", "tiao-2"]
    assert split_articles(html)[0].chapter == "第一章　总则"
    assert re.sub(r' id="[^"]+"', "", anchor_articles(html)) == html
