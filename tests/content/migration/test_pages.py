"""Recognition of saved pages: meta tags, fact tables, breadcrumbs, containers, text density, files."""

import zipfile
from pathlib import Path

import pytest
from django.utils import timezone

from factories.migration import OLD_SITE, page, save_pages
from gongkai.content.migration.bundles import EmptySource, FileBundle, FolderSource, ZipSource, open_bundle
from gongkai.content.migration.source_rows import list_stored_url_forms, shorten_old_url
from gongkai.content.migration.sources.pages import decode_html, iterate_page_names, read_page
from gongkai.content.migration.sources.values import OldItem, find_date_in_url, parse_moment
from gongkai.core.spreadsheets.errors import UnreadableFile

EMPTY = FileBundle(EmptySource())


def read_html(html: str, place: str = "a.html", **facts: str) -> OldItem:
    return read_page(html.encode(), place, EMPTY, **facts)


def format_published(item: OldItem) -> str:
    return timezone.localtime(item.published).strftime("%Y-%m-%d %H:%M") if item.published else ""


def test_page_with_meta_tags_of_government_sites() -> None:
    item = read_page(page(), "art/2019/a.html", EMPTY, base=OLD_SITE)
    assert item.title == "关于做好2019年防汛工作的通知"
    assert format_published(item) == "2019-03-05 09:20"
    assert item.unit == "云岭市住房和城乡建设局"
    assert item.column == ("政务公开", "通知公告")
    assert item.old == ["http://www.old.yunling.gov.cn/art/2019/a.html"]
    assert "各县区人民政府" in item.html
    for foreign in ("var a", "分享到微信", "版权所有", "相关：", "<h1"):
        assert foreign not in item.html


def test_gb18030_declared_as_gb2312_is_read() -> None:
    text, note = decode_html(page("镕㙍䶮㼆的公示"))
    assert "镕㙍䶮㼆" in text
    assert not note


@pytest.mark.parametrize(
    "data",
    [
        "\ufeff<p>通知</p>".encode(),
        '<meta charset="utf-8"><p>通知</p>'.encode("gb18030"),
        '<meta charset="gb2312"><p>通知</p>'.encode(),
        "<p>通知</p>".encode("utf-16"),
        '<meta charset="x-no-such">通知'.encode(),
    ],
)
def test_wrongly_declared_charset_is_corrected(data: bytes) -> None:
    assert "通知" in decode_html(data)[0]


def test_saved_pictures_and_files_are_attached(tmp_path: Path) -> None:
    bundle = open_bundle(str(save_pages(tmp_path, 1)))
    item = read_page(bundle.read("art/2019/art_1.html"), "art/2019/art_1.html", bundle, base=OLD_SITE)
    assert [f.ref for f in item.pictures] == ["art/2019/W020190305.png"]
    assert [(f.name, f.ref) for f in item.files] == [
        ("关于做好2019年防汛工作的通知（之1）清单.pdf", "art/2019/P020190305.pdf")
    ]
    assert item.files[0].old == "http://www.old.yunling.gov.cn/art/2019/P020190305.pdf"
    assert 'href="http://www.old.yunling.gov.cn/art/2018/1/2/art_1_1.html"' in item.html
    assert not item.notes


def test_missing_files_and_pictures_are_noted() -> None:
    item = read_page(page(), "a.html", EMPTY, base=OLD_SITE)
    assert [note.partition("：")[0] for note in item.notes] == [
        "附件没有保存在文件夹中，未带来",
        "图片没有保存在文件夹中，未带来",
    ]


DISCLOSURE = """<html><head><title>云岭市住房发展规划 - 云岭市人民政府</title></head><body>
<table class="xxgk"><tr><td>索 引 号：</td><td>530999/2019-00012</td><td>发文机关：</td><td>云岭市人民政府</td></tr>
<tr><td>标&nbsp;&nbsp;题：</td><td>云岭市住房发展规划</td><td>成文日期：</td><td>2019年2月1日</td></tr>
<tr><td>发文字号：</td><td>云府〔2019〕3号</td><td>发布日期：</td><td>2019年02月11日</td></tr>
<tr><td>主 题 词：</td><td></td><td>生效日期：</td><td>2019年3月1日</td></tr></table>
<div class="zw"><p>第一条　为完善住房供应体系，结合本市实际，制定本规划，请认真执行。</p>
<p>第二条　市住房和城乡建设局负责本规划的组织实施和监督检查工作。</p></div>
<div class="list"><a href="1.html">一条很长很长的其他文章的标题链接</a><a href="2.html">另一条很长很长的其他文章的标题</a></div>
</body></html>"""


def test_disclosure_page_with_fact_table_and_unknown_container() -> None:
    item = read_html(DISCLOSURE)
    assert (item.title, format_published(item)) == ("云岭市住房发展规划", "2019-02-11 00:00")
    assert item.fields["index_number"] == "530999/2019-00012"
    assert item.fields["document_number"] == "云府〔2019〕3号"
    assert item.fields["issuer"] == "云岭市人民政府"
    assert (item.fields["written_on"], item.fields["effective_on"]) == ("2019-02-01", "2019-03-01")
    assert "keywords" not in item.fields
    assert "第一条" in item.html
    assert "第二条" in item.html
    assert "链接" not in item.html


def test_header_and_footer_are_left_out_even_of_short_texts() -> None:
    foot = "<footer><p>主办单位：青溪县人民政府　联系电话：0799-5201234　网站标识码：5399020001　云ICP备53990200号</p></footer>"
    text = "<article><h1>青溪县启动森林防火</h1><div><p>青溪县今日启动秋冬季森林防火工作。</p></div></article>"
    html = read_html(
        f"<html><body><nav><p>首页和要闻动态，政务公开，办事服务，互动交流</p></nav>{text}{foot}</body></html>"
    ).html
    assert "今日启动" in html
    assert "主办单位" not in html


def test_blocks_become_paragraphs() -> None:
    item = read_html(
        "<body><h1>一则通知的标题</h1><p>发布时间：2018-01-02 来源：市政府办</p><div id='content'>"
        "<div>第一段的文字，说明事由和要求。<span hidden>藏字</span></div><div>第二段的文字，说明时间和地点。<div>里面一段。</div>后面的话</div>"
        "<table><tr><td><div>单元格</div></td></tr></table></div></body>"
    )
    assert item.html.count("<p>") >= 4
    assert (item.unit, format_published(item)) == ("市政府办", "2018-01-02 00:00")
    assert "藏字" not in item.html
    assert "网页上看不见的文字未带来：藏字" in item.notes


@pytest.mark.parametrize(
    ("part", "kept", "note"),
    [
        ("<p style='display:none'>内部意见</p>", False, "网页上看不见的文字未带来：内部意见"),
        ("<p class='x'>内部意见</p>", False, "网页上看不见的文字未带来：内部意见"),
        ("<p>补助<strike>内部意见</strike>五百元。</p>", False, "网页上划去的文字未带来：内部意见"),
        ("<p>补助<b style='text-decoration: line-through'>内部意见</b></p>", False, "网页上划去的文字未带来：内部意见"),
        ("<p>补助<span style='color:#fff'>内部意见</span></p>", False, "网页上看不见的文字未带来：内部意见"),
        (
            "<div class='tab-con' hidden>内部意见</div>",
            True,
            "网页上隐藏、可能由脚本打开的部分已带来，请核对：内部意见",
        ),
        ("<iframe src='map.html'></iframe>", False, "页面中有视频、音频或嵌入的网页，未带来。"),
        ("<p>补助＝<math><mi>人数</mi><mo>×</mo></math></p>", False, "公式写成了一行文字，可能不完整，请核对：人数×"),
        (
            "<!--[if gte msEquation 12]><m:oMath><m:r>圆面积</m:r></m:oMath><![endif]-->",
            False,
            "公式（1处）可能不完整：“圆面积”。请对照原文件核对。",
        ),
        (
            "<style>#content::after{content:'内部意见'}</style>",
            False,
            "文字（1处）没有读入正文：“内部意见”。请对照原文件核对。",
        ),
        ("<p>填写：<textarea>内部意见</textarea></p>", False, "页面中有表单，表单和填写的内容未带来。"),
    ],
)
def test_hidden_or_struck_out_text_is_left_out_and_noted(part: str, kept: bool, note: str) -> None:
    item = read_html(
        "<head><style>.x{display:none}</style></head><body><h1>一则通知的标题</h1><div id='content'>"
        f"<p>第一段的文字，说明事由和要求。</p>{part}<p>第二段的文字，说明时间和地点，请照办。</p></div></body>"
    )
    assert ("内部意见" in item.html) is kept
    assert note in item.notes


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<html></html>",
        "<body><ul>"
        + "".join(f"<li><a href='{n}.html'>一条新闻的标题链接{n}</a></li>" for n in range(30))
        + "</ul></body>",
        "<body><div class='menu'><a href='/'>首页</a></div></body>",
    ],
)
def test_lists_and_empty_pages_are_not_items(html: str) -> None:
    assert read_html(html).unknown


def test_date_found_only_in_the_url_is_noted_as_uncertain() -> None:
    item = read_html(
        "<h1>标题文字</h1><div id='zoom'>一段足够长的正文文字，没有写明日期。</div>", "x/t20190305_12.html"
    )
    assert format_published(item) == "2019-03-05 00:00"
    assert item.notes == ["发布时间只在网址中，按网址认定，请核对。", "没有认出栏目。"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("2019-03-05 09:20:30", "2019-03-05 09:20"),
        ("2019年3月5日", "2019-03-05 00:00"),
        ("2019.3.5 9时20分", "2019-03-05 09:20"),
        ("20190305", "2019-03-05 00:00"),
        ("发布时间：二〇一九年三月十五日", "2019-03-15 00:00"),
        ("2019-03-05T09:20:30+08:00", "2019-03-05 09:20"),
        ("2019-02-30", ""),
        ("昨天", ""),
    ],
)
def test_parse_moment_reads_formats_of_old_pages(words: str, found: str) -> None:
    moment = parse_moment(words)
    assert (timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else "") == found


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("/art/2019/3/5/art_1_2.html", True),
        ("/t20190305_1.html", True),
        ("/a/20199905_.html", False),
        ("/x", False),
    ],
)
def test_find_date_in_url(address: str, found: bool) -> None:
    assert (find_date_in_url(address) is not None) == found


OWN_HOSTS = {"www.yunling.gov.cn"}


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("http://www.yunling.gov.cn/a/b.html", "/a/b.html"),
        ("http://www.yunling.gov.cn:80/view.asp?id=33&x=1#top", "/view.asp?id=33&x=1"),
        ("http://zf.yunling.gov.cn/a.html", "//zf.yunling.gov.cn/a.html"),
        ("http://www.yunling.gov.cn/%E9%80%9A%E7%9F%A5.html", "/通知.html"),
        ("/a.html", "/a.html"),
        ("http://www.yunling.gov.cn/", ""),
        ("http://zf.yunling.gov.cn", ""),
        ("ftp://x/a", ""),
        ("javascript:alert(1)", ""),
        ("http://[bad", ""),
        ("http://www.yunling.gov.cn/" + "a" * 400, ""),
    ],
)
def test_old_addresses_keep_their_query_and_foreign_host(url: str, path: str) -> None:
    assert shorten_old_url(url, OWN_HOSTS) == path


def test_lookup_forms_of_a_request_start_with_the_most_exact() -> None:
    assert list_stored_url_forms("ZF.yunling.gov.cn:80", "/a", "id=1") == [
        "//zf.yunling.gov.cn/a?id=1",
        "/a?id=1",
        "//zf.yunling.gov.cn/a",
        "/a",
    ]


class _WindowsEntry(zipfile.ZipInfo):
    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gb18030"), 0


def test_gbk_names_in_a_windows_zip_are_decoded(tmp_path: Path) -> None:
    names = ["通知.html", "附件/一.doc"]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as bundle:
        for name in names:
            bundle.writestr(_WindowsEntry(name), b"x")
    assert FileBundle(ZipSource(tmp_path / "a.zip")).all == names


def test_bundles_refuse_paths_outside_and_missing_sources(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out.txt").write_text("x")
    bundle = FileBundle(FolderSource(tmp_path / "in"))
    with pytest.raises(UnreadableFile):
        bundle.read("../out.txt")
    with pytest.raises(UnreadableFile):
        ZipSource(tmp_path / "out.txt")
    with pytest.raises(UnreadableFile):
        open_bundle(str(tmp_path / "nothing"))


def test_files_of_a_page_saved_by_a_browser_are_not_pages(tmp_path: Path) -> None:
    (tmp_path / "通知_files").mkdir()
    (tmp_path / "通知_files" / "frame.html").write_text("x")
    (tmp_path / "通知.html").write_text("x")
    (tmp_path / "view.asp@id=3").write_text("x")
    assert list(iterate_page_names(FileBundle(FolderSource(tmp_path)))) == ["view.asp@id=3", "通知.html"]


@pytest.mark.parametrize(
    "part",
    [
        '<a href="http://[bad">下一页</a>',
        '<link rel="canonical" href="http://[bad">',
        '<meta name="url" content="http://[bad">',
        '<img src="b.png" data-src="http://[bad/a.png">',
        f"<title>{'-' * 200_000}</title>",
    ],
)
def test_malformed_urls_and_endless_titles_do_not_stop_the_reading(part: str) -> None:
    text = "维修资金管理中心本月公布收支情况，请各小区业主核对。" * 5
    data = f"{part}<h1>收支公告</h1><p>{text}{part}<a href='//b.cn/1.html'>1</a></p>".encode()
    for url in ("", "http://[bad"):
        assert text[:20] in read_page(data, "a.html", EMPTY, base="http://a.gov.cn/", url=url).html


def test_deep_and_long_pages_are_read() -> None:
    deep = "<div>" * 50_000 + "文字" * 20
    assert read_html(deep).place == "a.html"
    assert read_html("<p>" + "字" * 200_000 + "</p>").place == "a.html"
