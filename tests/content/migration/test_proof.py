"""Comparing a spreadsheet row with its saved page: proven, weak, or a draft that names the differences."""

import io
from typing import Any

import pytest

from factories.migration import PDF, PNG, zipped
from gongkai.content.migration.bundles import FileBundle, ZipSource
from gongkai.content.migration.sources.proof import prove_by_saved_page
from gongkai.content.migration.sources.sheet import make_html
from gongkai.content.migration.sources.values import FileRef, OldItem, parse_moment

PAGE = """<html><head><title>云岭市农机补贴办法 - 云岭市人民政府</title><meta name="Keywords" content="农机 补贴"></head><body>
<!-- 一律罚款。 --><script>var a = "一律罚款。"</script>
<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/zcwj/">政策文件</a> &gt; 正文</div>
<table><tr><td>发文字号：</td><td>云农发〔2019〕3号</td><td>发文机关：</td><td>云岭市农业局</td></tr></table>
<h1>云岭市农机补贴办法</h1><p>发布时间：2019-03-05 09:20　来源：云岭市农业局　【字体：大 中 小】</p>
<div id="zoom"><p>&nbsp;&nbsp;为支持 2019 年农机购置，根据国务院文件（国发〔2018〕42号），制定本办法。</p>
<p>　　不得收取押金，每亩补助５00元。</p><div class="share">分享到微信</div><p>一、补贴对象<br>农户。</p>
<table><tr><td>拖拉机</td><td>３台</td></tr></table><p><img src="a.png" alt="流程图"></p>
<p>详见<a href="/xx/1.html">说明</a>。本办法自2019年5月1日起施行。</p>
<p>附件：<a href="files/P01.pdf">补贴目录</a></p><p>云岭市农业局</p><p>二〇一九年三月一日</p></div>
<div class="footer">打印本页</div></body></html>"""
TEXT = """为支持2019年农机购置，根据国务院文件（国发[2018]42号），制定本办法。
不得收取押金，每亩补助500元。
一、补贴对象
农户。
拖拉机　3台"""
FACTS = {
    "document_number": "云农发[2019]3号",
    "issuer": "云岭市农业局",
    "written_on": "2019-03-01",
    "effective_on": "2019-05-01",
}


def bundle(page: str = PAGE, **files: bytes) -> FileBundle:
    kept = {"a.html": page.encode("gb18030"), "files/P01.pdf": PDF, "a.png": PNG, **files}
    return FileBundle(ZipSource(io.BytesIO(zipped(kept))))


def row(**facts: Any) -> OldItem:
    given = {
        "title": "云岭市农机补贴办法",
        "unit": "云岭市农业局",
        "text": TEXT,
        "fields": {},
        "files": [],
        "pictures": [],
    } | facts
    item = OldItem("第2行", title=given["title"], unit=given["unit"], html=make_html(given["text"]))
    item.published = given.get("published", parse_moment("2019-03-05 10:00"))
    item.fields = {**given["fields"], "page": "a.html"}
    item.files, item.pictures = given["files"], given["pictures"]
    return item


def find_differences(item: OldItem, page: str = PAGE, **files: bytes) -> str:
    return str(prove_by_saved_page(item, bundle(page, **files), {}).get("why", ""))


HONEST_ROWS: dict[str, dict[str, Any]] = {
    "as it was": {},
    "with its fields": {"fields": FACTS},
    "with the title again": {"text": f"云岭市农机补贴办法\n{TEXT}"},
    "lines run together": {"text": TEXT.replace("\n", "")},
    "lines broken": {"text": TEXT.replace("，", "，\n")},
    "as HTML": {"text": "<p>一、补贴对象</p><p>农户。</p><table><tr><td>拖拉机</td><td>3台</td></tr></table>"},
    "with its link": {"text": "<p>详见<a href='/xx/1.html'>说明</a>。本办法自2019年5月1日起施行。</p>"},
    "file by its name": {"files": [FileRef("P01.pdf", "files/P01.pdf")]},
    "file by the link's words": {"files": [FileRef("补贴目录.pdf", "files/P01.pdf")]},
    "its picture": {"pictures": [FileRef("流程图", "a.png")]},
    "words of its tags": {"fields": {"keywords": "农机、补贴", "summary": "不得收取押金，每亩补助500元…"}},
}


@pytest.mark.parametrize("what", HONEST_ROWS)
def test_row_that_matches_its_page_is_proven(what: str) -> None:
    item = row(**HONEST_ROWS[what])
    fields = {name: value for name, value in item.fields.items() if name != "page"}
    assert find_differences(item) == ""
    assert item.fields == fields, "nothing fell away"


OTHER_FILES = {"补贴.txt": b"x", "x/P01.pdf": PDF, "b.png": PNG}
INVENTED_ROWS: dict[str, tuple[dict[str, Any], str]] = {
    "a short line behind": ({"text": f"{TEXT}\n一律罚款。"}, "正文“一律罚款。”"),
    "a short line between": ({"text": TEXT.replace("农户。", "押金者\n农户。")}, "正文“押金者”"),
    "a line cut at its head": ({"text": "收取押金，每亩补助500元。"}, "正文“收取押金"),
    "a line cut at its end": ({"text": "为支持2019年农机购置"}, "正文“为支持"),
    "a line left out": ({"text": TEXT.replace("不得收取押金，每亩补助500元。\n", "")}, "次序相同的正文"),
    "another order": ({"text": "农户。\n一、补贴对象"}, "次序相同的正文"),
    "an amount": ({"text": TEXT.replace("500", "5000")}, "正文“不得收取押金，每亩补助5000元。”"),
    "a title that is a part": ({"title": "农机补贴办法"}, "标题"),
    "a number": ({"fields": {"document_number": "云府发〔2019〕999号"}}, "发文字号“云府发〔2019〕999号”"),
    "a number that is cited": (
        {"fields": {"document_number": "国发〔2018〕42号"}},
        "发文字号“国发〔2018〕42号”",
    ),
    "an issuer that is cited": ({"fields": {"issuer": "国务院"}}, "发文机关“国务院”"),
    "another day": ({"fields": {"written_on": "2019-03-02"}}, "成文日期“2019-03-02”"),
    "the day of publication": ({"fields": {"effective_on": "2019-03-05"}}, "施行日期“2019-03-05”"),
    "another unit": ({"unit": "云岭市公安局"}, "发布单位“云岭市公安局”"),
    "a file": ({"files": [FileRef("补贴.txt", "补贴.txt")]}, "附件“补贴.txt”"),
    "a file of the right name": ({"files": [FileRef("P01.pdf", "x/P01.pdf")]}, "附件“P01.pdf”"),
    "a picture": ({"pictures": [FileRef("流程图", "b.png")]}, "图片“b.png”"),
    "a link": (
        {"text": "<p>详见<a href='http://evil.example/'>说明</a>。本办法自2019年5月1日起施行。</p>"},
        "链接“http://evil.example/”",
    ),
    "words of a link": (
        {"text": "<p>详见<a href='/xx/1.html' title='请缴押金'>说明</a>。本办法自2019年5月1日起施行。</p>"},
        "说明“请缴押金”",
    ),
}


@pytest.mark.parametrize("what", INVENTED_ROWS)
def test_row_with_text_not_on_the_page_is_refused_with_the_difference(what: str) -> None:
    facts, words = INVENTED_ROWS[what]
    why = find_differences(row(**facts), PAGE, **OTHER_FILES)
    assert why.startswith("原网页上没有：")
    assert words in why


def test_descriptive_fields_not_on_the_page_are_dropped() -> None:
    item = row(
        fields={
            "summary": "每亩补五千",
            "keywords": "押金 五千",
            "source": "国务院",
            "kind": "normative",
            "index_number": "1",
        }
    )
    assert find_differences(item) == ""
    assert item.fields == {}
    assert item.notes == ["原网页上没有，未带来：内容概述、主题词、信息来源、类别、索引号。"]


def test_time_of_day_is_taken_from_the_page() -> None:
    item = row()
    assert find_differences(item) == ""
    assert item.published == parse_moment("2019-03-05 09:20")


def test_date_in_a_file_name_proves_nothing() -> None:
    item = row()
    item.fields["page"] = "t20190305_1.html"
    undated = PAGE.replace("发布时间：2019-03-05 09:20", "")
    assert "发布日期" in find_differences(item, PAGE, **{"t20190305_1.html": undated.encode()})


def test_page_content_missing_from_the_row_makes_it_weak() -> None:
    found = prove_by_saved_page(row(), bundle(), {})
    assert found["how"] == "weak"
    assert "不在表中" in str(found["weak"])
