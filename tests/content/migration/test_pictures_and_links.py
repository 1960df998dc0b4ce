"""Pictures and links of migrated texts: they are carried over, or the row reports what is missing."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from factories.migration import PNG, approve_and_process, page, read_run, row, sheet, view_row
from gongkai.content.editions.models import Address, Column, Document, Website
from gongkai.content.migration.bundles import FileBundle
from gongkai.content.migration.models import MoveRow, MoveRun
from gongkai.content.migration.queries import describe_row
from gongkai.content.migration.sources.pages import read_page, set_text_from_cell, set_text_from_file
from gongkai.content.migration.sources.pages.links import PageContext
from gongkai.content.migration.sources.sheet import OLD_ITEMS_SHEET, make_html, make_item
from gongkai.content.migration.sources.values import OldItem
from gongkai.core.acts.models import Movement
from gongkai.core.spreadsheets import read_table as read_sheet
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.lib.richtext import to_plain_text

pytestmark = pytest.mark.django_db

OLD = "http://www.old.yunling.gov.cn/"
PICTURE = "<p>见下图。</p><p><IMG alt=\"流程\" SRC='图/流程.png'></p>"
SAVED_TEXT = '<div class="TRS_Editor"><p>见下图。</p><p><img src="{}" alt="流程"></p></div>'


def current_path(document: int) -> str:
    path: str = Address.objects.get(document=document, current=True).path
    return path


def public_html(document: int) -> str:
    return Client().get(current_path(document)).content.decode()


def make_folder(root: Path, saved: str = SAVED_TEXT.format("图/流程.png")) -> Path:
    (root / "图").mkdir()
    (root / "图" / "流程.png").write_bytes(PNG)
    head = "<title>云岭市住房发展年度计划（第1号）</title>"
    facts = '<meta name="PubDate" content="2018-05-02"><p>云岭市住房和城乡建设局</p>'
    (root / "旧.html").write_text(f"<html><head>{head}</head><body>{facts}{saved}</body></html>")
    return root


def read_row(site: Website, chief: Actor, root: Path, **facts: Any) -> MoveRow:
    given = row(1, **{"page": "旧.html", "text": PICTURE} | facts)
    run = read_run(site, chief, sheet=sheet(given), bundle=root, prove=False)
    found: MoveRow = run.rows.get()
    return found


class TestCell:
    def test_picture_of_a_cell_is_published(
        self, site: Website, plans: Column, housing: Body, chief: Actor, tmp_path: Path
    ) -> None:
        from gongkai.content.migration import actions
        from gongkai.content.migration.run_steps import work_on_run

        found = read_row(site, chief, make_folder(tmp_path))
        assert (found.state, found.source["how"]) == ("held", "sheet"), "somebody must look at the picture"
        mark = found.data["pictures"][0]["digest"]
        run = approve_and_process(found.run, chief)
        held = run.rows.get()
        actions.decide_row(held, by=chief, how="keep", looked=view_row(held, chief))
        work_on_run(run, seconds=60)
        document = Document.objects.get()
        text = public_html(document.pk)
        assert "gongkai-file" not in text
        assert f'<img src="/files/{document.pk}/1/{mark}" loading="lazy" alt="流程">' in text
        assert Client().get(f"/files/{document.pk}/1/{mark}").status_code == 200

    def test_missing_or_unreadable_picture_makes_the_row_bad(
        self, site: Website, housing: Body, chief: Actor, tmp_path: Path
    ) -> None:
        root, cases = (
            make_folder(tmp_path),
            {
                "图/没有.png": "图片没有保存在文件夹中，未带来：图/没有.png",
                "http://www.old.gov.cn/silicon-valley.jpg": "图片没有保存在文件夹中",
                "data:image/png;base64,iVBORw0KGgo=": "图片写在网页之内",
                "旧.html": "图片的格式不能在网页上显示",
                "/upload/2019/流程.png": "图片没有保存在文件夹中，未带来：/upload/2019/流程.png",
                "流程.png": "图片只写了文件名，是“图/流程.png”的请写明路径，未带来：流程.png",
                "图/空.png": "是空文件",
                "图/别的.png": "“别的.png”内容与扩展名不符",
                "图/半个.png": "“半个.png”图片打不开，可能已损坏或没有传完整",
            },
        )
        for name, data in (("空", b""), ("别的", b"<html>404</html>"), ("半个", PNG[: len(PNG) // 2])):
            (root / "图" / f"{name}.png").write_bytes(data)
        rows = [row(n, page="旧.html", text=f'见下图。\n<img src="{one}">') for n, one in enumerate(cases, 1)]
        run = read_run(site, chief, sheet=sheet(*rows), bundle=root, prove=False)
        for found, (source, why) in zip(run.rows.order_by("number"), cases.items(), strict=True):
            assert (found.state, why in describe_row(found)) == ("bad", True), (source, describe_row(found))

    def test_picture_on_the_saved_page_but_not_in_the_row_is_reported(
        self, site: Website, housing: Body, chief: Actor, tmp_path: Path
    ) -> None:
        found = read_row(site, chief, make_folder(tmp_path), text="<p>见下图。</p>")
        assert found.source["weak"] == ["原网页的正文另有1幅图片不在表中"]


class FakeBundle(FileBundle):
    """A bundle that contains the named files."""

    def __init__(self, *names: str) -> None:
        self.all = list(names or ["图/a.png"])
        self._by_path = {name: name for name in self.all}
        self._by_name = {name.rpartition("/")[2]: [name] for name in self.all}


@pytest.mark.parametrize(
    ("place", "link", "found"),
    [
        ("", "a.png", ""),
        ("", "图\\a.png", "图/a.png"),
        ("图/1.html", "a.png", "图/a.png"),
        ("图/1.html", "a.png?v=3", "图/a.png"),
        ("旧/1.html", "a.png", ""),
        ("旧/1.html", "图/a.png", ""),
        ("旧/1.html", "../图/a.png", "图/a.png"),
        ("旧/1.html", "/图/a.png", "图/a.png"),
        ("旧/1.html", "https://old.yunling.gov.cn/图/a.png", "图/a.png"),
        ("旧/1.html", "http://img.gov.cn/图/a.png", ""),
        ("", "http://img.gov.cn/a.png", ""),
    ],
)
def test_file_of_the_same_name_in_another_folder_is_not_used(place: str, link: str, found: str) -> None:
    assert PageContext(place, f"{OLD}art/1.html", FakeBundle()).find_file(link) == found


@pytest.mark.parametrize(
    ("link", "saved", "found"),
    [
        ("a.png", "1/2.files/a.png", True),
        ("a.png", "1/2_files/a.png", True),
        ("a.png", "1/2/a.png", True),
        ("a.png", "1/3.files/a.png", False),
        ("/show.png?id=5", "show.png", False),
        ("/show.png?id=5", "show.png?id=5", True),
        ("/show.png?id=5", "show.png@id=5", True),
        ("/3.html?from=top", "3.html", True),
    ],
)
def test_bare_name_is_resolved_in_the_folder_saved_with_the_page(link: str, saved: str, found: bool) -> None:
    assert PageContext("1/2.html", f"{OLD}1/2.html", FakeBundle(saved)).find_file(link) == (saved if found else "")


@pytest.mark.parametrize(
    ("base", "link", "saved", "found"),
    [
        (f"{OLD}upload/", "a.png", "upload/a.png", True),
        ("../upload/", "a.png", "upload/a.png", True),
        ("/upload/", "a.png", "1/a.png", False),
        ("/upload/", "2_files/a.png", "1/2_files/a.png", True),
        ("http://img.gov.cn/upload/", "a.png", "upload/a.png", False),
        (".", "a.png", "1/a.png", True),
    ],
)
def test_links_are_resolved_against_the_base_element(base: str, link: str, saved: str, found: bool) -> None:
    text = f'<p>为做好今年的防汛工作，请各单位落实责任，及时报送情况。<img src="{link}"></p><a href="x.html">附</a>'
    page = f'<html><head><base href="{base}"></head><body><div class="TRS_Editor">{text}</div></body></html>'
    item = read_page(page.encode(), "1/2.html", FakeBundle(saved), url=f"{OLD}1/2.html")
    assert [one.ref for one in item.pictures] == ([saved] if found else [])
    where = {f"{OLD}upload/": "upload/", "/upload/": "upload/", "../upload/": "upload/", ".": "1/"}.get(base)
    assert (f'href="{OLD}{where}x.html"' if where else f'href="{base}x.html"') in item.html


def test_linked_file_of_a_cell_is_attached_or_reported() -> None:
    item = read_cell('<p>附件：<a href="图/a.pdf">名单</a>、<a href="/u/b.pdf">表</a>。</p>', "图/a.pdf")
    assert [one.ref for one in item.files] == ["图/a.pdf"]
    assert "附件没有保存在文件夹中，未带来：表（/u/b.pdf）" in item.notes


@pytest.mark.parametrize(
    ("html", "files", "lost"),
    [
        ('<a href="图/a.png">大图</a>', ["大图.png"], ""),
        ('<a href="图/a.png"><img src="图/a.png"></a>', [], ""),
        ('<a href="/upload/a.PNG">大图</a>', [], "附件没有保存在文件夹中，未带来：大图（/upload/a.PNG）"),
        ('<a href="/upload/a.webp">大图</a>', [], "附件没有保存在文件夹中，未带来：大图（/upload/a.webp）"),
    ],
)
def test_linked_picture_is_attached_or_reported(html: str, files: list[str], lost: str) -> None:
    text = "为做好今年的防汛工作，请各单位落实责任，及时报送情况。"
    page = f'<html><body><div class="TRS_Editor"><p>{text}{html}</p></div></body></html>'
    item = read_page(page.encode(), "旧.html", FakeBundle(), url=f"{OLD}art/1.html")
    assert [one.name for one in item.files] == files
    assert [note for note in item.notes if "附件" in note] == ([lost] if lost else [])
    assert ("<a" in item.html) == bool(lost)


def read_cell(html: str, *saved: str) -> OldItem:
    item = OldItem("1")
    set_text_from_cell(item, html, PageContext("", "", FakeBundle(*saved), typed=True))
    return item


PICTURE_MARKUPS = [
    '<img src="wait.gif" data-lazy-src="{}">',
    '<img data-file="{}" src="data:image/gif;base64,R0">',
    '<img srcset="small.gif 1x, {} 2x">',
    '<picture><source srcset="{} 2x"><img></picture>',
    '<embed src="{}">',
    '<object data="{}" type="image/png">请升级</object>',
    '<svg width="600"><image xlink:href="{}"/></svg>',
    '<v:shape><v:imagedata src="{}" o:title="图"/></v:shape>',
    '<input type="image" src="{}">',
    "<div style=\"height:300px;background-image:url('{}')\"></div>",
    "<span style=\"content:url('{}')\"></span>",
    '<noscript><img src="{}"></noscript>',
    '<image src="{}">',
]


class TestPictureMarkup:
    @pytest.mark.parametrize("way", PICTURE_MARKUPS)
    def test_saved_picture_is_carried_over_and_missing_one_reported(self, way: str) -> None:
        item = read_cell(f"<p>见下图。{way.format('图/a.png')}附后。</p>")
        assert [one.ref for one in item.pictures] == ["图/a.png"]
        assert (item.lost, item.html.count("<img"), to_plain_text(item.html).count("附后")) == ([], 1, 1)
        item = read_cell(f"<p>见下图。{way.format('/upload/icons/图.png')}附后。</p>")
        assert [("/upload/icons/图.png" in line, "未带来" in line) for line in item.problems] == [(True, True)]
        assert (item.html.count("<img"), to_plain_text(item.html).count("附后")) == (0, 1)

    @pytest.mark.parametrize(
        ("html", "why"),
        [
            ("<svg><path d='M0 0'/></svg>", "图片写在网页之内"),
            ("<canvas width='600'></canvas>", "图片写在网页之内"),
            ("<ul style='list-style-image:url(b.png)'><li>甲</li></ul>", "图片是列表的符号，未带来：b.png"),
            ("<img src='图/a.png' style='content:url(b.png)'>", "图片是样式中的内容，未带来：b.png"),
            ("<img alt='图1'>", "图片没有写明网址，未带来：图1"),
            ("<p style='background:url(b.png)'>文字</p>", "图片是文字的背景，未带来：b.png"),
            ("<table><tr><td background='图/a.png'>文字</td></tr></table>", "图片是文字的背景"),
            ("<img src='/upload/2019/ico-1/missing.jpg'>", "图片没有保存在文件夹中"),
        ],
    )
    def test_unsupported_picture_is_reported(self, html: str, why: str) -> None:
        assert [why in line for line in read_cell(html).problems] == [True]

    @pytest.mark.parametrize(
        ("html", "taken", "noted"),
        [
            ("<img src='图/a.png' data-error='404.png' onerror='this.src=\"404.png\"'>", "图/a.png", False),
            ("<img src='图/a.png' data-thumb='thumb.png' lowsrc='thumb.png'>", "图/a.png", False),
            ("<img src='图/a.png' data-other='b.png'>", "图/a.png", True),
            ("<img src='thumb.png' data-original='/upload/图/a.png'>", "", False),
            ("<img src='图/a.png' data-original='/upload/large.png'>", "", False),
            ("<img src='图/a.png' data-original='/upload/a.png'>", "图/a.png", False),
            ("<img src='图/a.png' data-url='http://www.old.gov.cn/art/3.html'>", "图/a.png", False),
            ("<img src='图/a.png' file='流程图.v2' data-file='/upload/12/3'>", "图/a.png", False),
            ("<picture><source data-srcset='/upload/x.png 2x'><img src='thumb.png'></picture>", "", False),
            ("<picture><source srcset='/upload/x.webp 2x'><img src='图/a.png'></picture>", "图/a.png", False),
        ],
    )
    def test_real_picture_is_preferred_to_placeholders(self, html: str, taken: str, noted: bool) -> None:
        item = read_cell(f"<p>见图。{html}</p>", "图/a.png", "404.png", "thumb.png", "b.png")
        assert [one.ref for one in item.pictures] == ([taken] if taken else [])
        assert ([("/upload/" in one) for one in item.problems], len(item.notes)) == (
            [] if taken else [True],
            int(noted),
        )

    @pytest.mark.parametrize(
        "words",
        [
            "[img]图/a.png[/img]",
            "[IMG=图/a.png]",
            "（图：图/a.png）",
            "&lt;img src='图/a.png'&gt;",
            "![流程](图/a.png)",
            "<p>&lt;img src='图/a.png'&gt;</p><p><img src='图/a.png'></p>",
        ],
    )
    def test_picture_in_bbcode_or_escaped_markup_is_reported(self, words: str) -> None:
        assert ["图/a.png" in line and "未带来" in line for line in read_cell(words).problems] == [True]

    def test_poster_of_a_video_is_reported(self) -> None:
        assert read_cell("<p>甲</p><video poster='图/a.png'></video>").notes[1:] == ["视频的封面图未带来：图/a.png"]

    @pytest.mark.parametrize(
        "html",
        [
            "<img src='/i/doc.gif' width='16' height='16'>",
            "<svg width='16px' height='16px'><path d='M0 0'/></svg>",
            "<img src='/i/dot.gif'>甲<img src='/i/dot.gif'>乙<img src='/i/dot.gif'>",
            "<img src='/ueditor/dialogs/attachment/fileTypeImages/icon_doc.gif'>",
        ],
    )
    def test_small_icons_are_noted_not_reported(self, html: str) -> None:
        item = read_cell(html)
        assert (item.problems, ["小图标" in line for line in item.notes]) == ([], [True])

    def test_text_after_an_unclosed_embed_is_kept(self) -> None:
        item = read_cell("<p>甲</p><embed src='a.swf'><p>乙</p></div><p>丙<img src='图/a.png'></p>")
        assert to_plain_text(item.html).split() == ["甲", "乙", "丙"]
        assert item.notes == ["页面中有视频、音频或嵌入的网页，未带来。"]


def test_text_with_inline_tags_is_treated_as_html() -> None:
    assert make_html("见<b>图</b>\n1 < 2<img src=a.png>") == "<p>见<b>图</b></p><p>1 < 2<img src=a.png></p>"
    assert make_html("见图\n1 < 2 <3") == "<p>见图</p><p>1 &lt; 2 &lt;3</p>"


@pytest.mark.parametrize(
    ("picture", "why"), [(None, "图片没有保存在文件夹中"), (b"<html>404</html>", "内容与扩展名不符")]
)
def test_saved_page_without_its_picture_is_weak(
    picture: bytes | None,
    why: str,
    site: Website,
    housing: Body,
    plans: Column,
    chief: Actor,
    tmp_path: Path,
) -> None:
    (tmp_path / "a.html").write_bytes(page())
    if picture is not None:
        (tmp_path / "W020190305.png").write_bytes(picture)
    run = read_run(site, chief, bundle=tmp_path, body=housing)
    assert run.pictures == {"named": 1, "taken": 0}
    found = run.rows.get()
    assert found.source["how"] == "weak"
    assert [(why in one, "W020190305.png" in one) for one in found.source["weak"]] == [(True, True)]


def make_two_pages(root: Path, *links: str) -> Path:
    """Save two pages; the first links to the second."""
    (root / "art").mkdir()
    text = "为做好今年的防汛工作，请各单位落实责任，详见"
    text += "、".join(f'<a href="{link}" title="第二篇">第二篇通知</a>' for link in links)
    (root / "art" / "1.html").write_bytes(page("第一篇通知", text=text).replace(b"<img", b"<no"))
    (root / "art" / "2.html").write_bytes(page("第二篇通知").replace(b"<img", b"<no"))
    return root


def document_of(run: MoveRun, title: str) -> int:
    number = run.rows.get(title=title).document_id
    assert number is not None
    return int(number)


class TestLinks:
    def test_link_to_a_migrated_page_is_rewritten(
        self, site: Website, plans: Column, housing: Body, chief: Actor, tmp_path: Path
    ) -> None:
        links = ("2.html#two", "./2.html#two", "/art/2.html#two", f"{OLD}art/2.html#two")
        run = approve_and_process(read_run(site, chief, bundle=make_two_pages(tmp_path, *links), body=housing), chief)
        target = current_path(document_of(run, "第二篇通知"))
        text = public_html(document_of(run, "第一篇通知"))
        assert text.count(f'href="{target}#two" title="第二篇"') == len(links)
        assert f'href="{OLD}art/1/1.html"' not in text

    def test_link_of_a_page_without_url_is_noted(
        self, site: Website, plans: Column, housing: Body, chief: Actor, tmp_path: Path
    ) -> None:
        run = read_run(site, chief, bundle=make_two_pages(tmp_path, "2.html"), body=housing)
        MoveRun.objects.update(base="")
        from gongkai.content.migration.bundles import open_bundle
        from gongkai.content.migration.source_rows import open_source

        run.refresh_from_db()
        item = open_source(run, open_bundle(run.files_at)).item(0)
        assert any("个链接没有带来" in note for note in item.notes)

    def test_link_in_a_cell_leads_to_the_other_row(
        self, site: Website, plans: Column, housing: Body, chief: Actor
    ) -> None:
        links = ("/view.asp?id=2", "view.asp?id=2", f"{OLD}view.asp?id=2", "原网页/3.html")
        named = "、".join(f'<a href="{link}">第二号</a>' for link in links)
        text = f"<p>为改善居民居住条件，制定本计划，见{named}。</p>"
        run = read_run(site, chief, sheet=sheet(row(1, text=text), row(2)))
        approve_and_process(run, chief)
        assert Movement.objects.filter(stream=run.stream, action="publishing.finish_migration").exists()
        first, second = run.rows.order_by("number")
        assert (first.state, second.state) == ("moved", "moved"), (first.words, first.source)
        assert public_html(first.document_id).count(f'href="{current_path(second.document_id)}"') >= len(links)


FILE_TEXT = "为做好今年的防汛工作，请各单位落实责任，及时报送情况。"


@pytest.mark.parametrize(
    ("base", "saved", "pictures", "lost"),
    [
        ("", ["a/x.png"], ["a/x.png"], []),
        (f"{OLD}upload/2019/", ["a/x.png"], [], ["图片没有保存在文件夹中，未带来：x.png"]),
    ],
)
def test_links_of_a_text_file_are_resolved_against_its_base(
    base: str, saved: list[str], pictures: list[str], lost: list[str]
) -> None:
    head = f'<head><base href="{base}"></head>' if base else ""
    item = OldItem("1")
    data = f'<html>{head}<body><p>{FILE_TEXT}</p><img src="x.png"></body></html>'.encode()
    set_text_from_file(item, data, PageContext("a/t1.html", f"{OLD}art/1.html", FakeBundle(*saved)))
    assert ([one.ref for one in item.pictures], item.problems) == (pictures, lost)


@pytest.mark.parametrize(
    ("saved", "files", "notes"),
    [
        ("a/f.pdf", ["a/f.pdf"], []),
        ("b/f.pdf", [], ["附件没有保存在文件夹中，未带来：名单（f.pdf）"]),
    ],
)
def test_linked_file_of_a_text_file_is_attached_or_reported(saved: str, files: list[str], notes: list[str]) -> None:
    item = OldItem("1")
    data = f'<html><body><p>{FILE_TEXT}<a href="f.pdf">名单</a></p></body></html>'.encode()
    set_text_from_file(item, data, PageContext("a/t1.html", f"{OLD}art/1.html", FakeBundle(saved)))
    assert ([one.ref for one in item.files], item.notes) == (files, notes)


def make_item_of_row(saved: list[str], **facts: Any) -> OldItem:
    table = read_sheet(sheet(row(1, **facts)), OLD_ITEMS_SHEET)
    assert not table.errors
    return make_item(table.rows[0], FakeReadableBundle(*saved))


class FakeReadableBundle(FakeBundle):
    """A bundle whose files all contain the same text."""

    def read(self, name: str) -> bytes:
        return f"<html><body><p>{FILE_TEXT}</p></body></html>".encode()


@pytest.mark.parametrize(
    ("facts", "saved", "ref"),
    [
        ({}, "附件1.docx", "附件1.docx"),
        ({"files": ["b\\附件1.docx"]}, "b/附件1.docx", "b/附件1.docx"),
        ({"page": "b/1.html"}, "b/附件1.docx", "b/附件1.docx"),
        ({"text": "", "text_file": "b/1.html"}, "b/附件1.docx", "b/附件1.docx"),
        ({}, "b/附件1.docx", ""),
        ({"page": "a/1.html"}, "b/附件1.docx", ""),
    ],
)
def test_attachment_without_path_is_sought_in_the_folder_of_its_row(
    facts: dict[str, Any], saved: str, ref: str
) -> None:
    facts = {"files": ["附件1.docx"]} | facts
    item = make_item_of_row([saved, "a/1.html", "b/1.html"], **facts)
    assert [one.ref for one in item.files] == ([ref] if ref else [])
    name = facts["files"][0]
    why = "不在文件夹中，请放入文件，或者改正文件名。" if "/" in name else f"只写了文件名，请写明路径，如“{saved}”。"
    assert item.problems == ([] if ref else [f"附件“{name}”{why}"])


def test_page_and_text_without_path_are_not_sought_elsewhere() -> None:
    item = make_item_of_row(["b/1.html", "b/2.html"], text="", text_file="1.html", page="2.html")
    assert item.problems == ["正文文件“1.html”只写了文件名，请写明路径，如“b/1.html”。"]
    assert item.notes == ["原网页“2.html”只写了文件名，请写明路径，如“b/2.html”。"]
    item = make_item_of_row(["b/1.html", "b/2.html"], text="", text_file="1.html", page="b/2.html")
    assert (item.problems, item.notes, item.fields["page"]) == ([], [], "b/2.html")
    assert FILE_TEXT in item.html
