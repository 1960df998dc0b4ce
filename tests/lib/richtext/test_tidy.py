"""一键排版: HTML pasted from Word and WPS is converted to the style of official documents."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.richtext import clean_html, tidy_html, to_plain_text
from gongkai.lib.richtext.depth import UnfitText

SAMPLES = Path(__file__).parents[2] / "samples" / "desk"


def sample(name: str, title: str) -> tuple[str, str]:
    made = tidy_html((SAMPLES / f"{name}.html").read_text(), title=title)
    return made.html, "".join(made.notes)


def test_text_pasted_from_word_is_tidied() -> None:
    html, notes = sample("word", "云岭市老旧小区改造三年行动计划")
    lines = to_plain_text(html).split("\n")
    assert lines[0] == "为改善居民居住条件，根据省政府有关要求，结合我市实际，制定本计划。"
    assert "<h2>一、总体要求</h2>" in html
    assert "<h3>（二）工作目标</h3>" in html
    assert "<h4>1.完善基础设施</h4>" in html
    assert "<strong>（一）指导思想。</strong>坚持以人民为中心" in html
    assert '<caption>表1 分年度任务</caption><thead><tr><th scope="col">年度</th>' in html
    assert '<td rowspan="2">市住房城乡<br>建设局</td>' in html
    assert '<p class="attached">附件：1.改造小区名单</p>' in html
    assert '<p class="attached">2.资金安排表</p>' in html
    assert html.endswith('<p class="signed">云岭市住房和城乡建设局</p><p class="signed">2026年11月2日</p>')
    for said in ("修订痕迹（2处）", "批注（1处）", "“内部掌握：预留10个”", "图片（1处）没有带过来"):
        assert said in notes
    for gone in ("此处待定", "内部掌握", "领导让再想想", "ZX1", "mso", "style=", "o:p", "file:"):
        assert gone not in html


def test_signature_above_a_long_annex_is_marked() -> None:
    lines = [
        "现印发给你们。",
        "云岭市人民政府",
        "2026年11月16日",
        *["本办法适用于全市。"] * 30,
        "2026年11月2日",
        "正文。",
    ]
    html = tidy_html("".join(f"<p>{line}</p>" for line in lines)).html
    assert '<p class="signed">云岭市人民政府</p><p class="signed">2026年11月16日</p>' in html
    assert html.count('class="signed"') == 3


def test_text_pasted_from_wps_is_tidied() -> None:
    html, notes = sample("wps", "关于发放临时救助金的公示")
    lines = to_plain_text(html).split("\n")
    assert lines[0].endswith("公示如下，公示期为五个工作日。")
    assert lines[0].startswith("根据")
    assert lines[1:3] == ["对公示内容有异议的，可向市民政局反映。", "监督电话：0999-1234567。"]
    assert "<caption>2026年10月临时救助发放情况表</caption>" in html
    assert '<th scope="col">街道</th>' in html
    assert "大病3户；火灾，1户" in html
    assert '<p class="signed">云岭市民政局</p><p class="signed">二〇二六年十一月三日</p>' in html
    assert "嵌套" in notes


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("第一章　总则", "<h2>第一章　总则</h2>"),
        ("第三条　本办法自2027年1月1日起施行。", "<p><strong>第三条</strong>　本办法自2027年1月1日起施行。</p>"),
        ("一、符合条件的，可以申请补贴。", "<p>一、符合条件的，可以申请补贴。</p>"),
        ("（3）登记造册", "<h5>（3）登记造册</h5>"),
        ("2.5万户居民受益", "<p>2.5万户居民受益</p>"),
        ("　　正文　　", "<p>正文</p>"),
        ("张　三　任局长。", "<p>张三任局长。</p>"),
        ("2026年11月2日", '<p class="signed">2026年11月2日</p>'),
        ("附件：1.名单", '<p class="attached">附件：1.名单</p>'),
    ],
)
def test_paragraph_level_is_set_by_its_number(text: str, html: str) -> None:
    assert tidy_html(f"<p>{text}</p>").html == html


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("各单位要高度重视，", "认真落实。", True),
        ("各单位要高度重视。", "认真落实。", False),
        ("为深入贯彻落实党中央国务院关于政务公开工作的决", "策部署，现将有关事项通知如下，请认真贯彻执行到", True),
        ("包括：", "水费", False),
        ("各单位要高度重视，", "（二）加强领导", False),
        ("石桥县水利局关于做好全县汛期各项工作的通知", "为做好全县防汛工作请各镇各部门落实下列事项", False),
    ],
)
def test_broken_lines_are_joined(before: str, after: str, joined: bool) -> None:
    more = "位。为深入贯彻落实党中央国务院关于政务公开工作"
    text = to_plain_text(tidy_html(f"<p>{before}</p><p>{after}</p><p>{more}</p>").html)
    assert (before + after in text) is joined


@pytest.mark.parametrize(
    "rows",
    [
        ["第一中学　　联系人王老师　0799-8010371", "第二中学　　联系人李老师　0799-8010372"],
        ["云岭市第一中学联系人王老师，电话07998010371", "云岭市第二中学联系人李老师，电话07998010372"],
        ["语文教师：张山、李琳、欧阳野、司马青云、王芳", "数学教师：王河、赵丽、诸葛明亮、上官飞燕、李"],
    ],
)
def test_rows_of_similar_width_are_not_joined(rows: list[str]) -> None:
    text = to_plain_text(tidy_html("".join(f"<p>{row}</p>" for row in [*rows, "特此通知。"])).html)
    assert text.split("\n") == [re.sub("　+", " ", row) for row in [*rows, "特此通知。"]]


@pytest.mark.parametrize(
    ("pasted", "text", "notes"),
    [
        (
            "<a style='mso-comment-reference:A_1'>正文</a><span style='mso-special-character:comment'>x</span>",
            "正文",
            1,
        ),
        ("<span style='font-family:Wingdings;mso-symbol-font-family:Wingdings'>&#252;</span>同意", "√同意", 0),
        ("甲<span style='color:#FFFFFF'>白</span><font color='white'>白</font>乙", "甲乙", 1),
        ("赵 小 丽、王　芳　　李　强", "赵小丽、王芳 李强", 0),
        ("学生姓名　学校　<br>刘 敏　第一小学<br>王　强　第二小学", "学生姓名 学校\n刘敏 第一小学\n王强 第二小学", 0),
        ("拟表彰学生：刘　敏　王　强　欧阳㛃", "拟表彰学生：刘敏 王强 欧阳㛃", 0),
        ("韦 强  农 敏  上官　志　强　李　刚", "韦强 农敏 上官志强 李刚", 0),
        ("主任　刘　敏　女　张　三　任局长", "主任 刘敏 女 张三 任局长", 0),
        ("<style><!-- .h{mso-hide:all} --></style>甲<span class=h>藏</span>乙\ue123", "甲乙\ue123", 2),
    ],
)
def test_word_markup_is_converted_or_noted(pasted: str, text: str, notes: int) -> None:
    done = tidy_html(f"<p>{pasted}</p>")
    assert (to_plain_text(done.html), len(done.notes)) == (text, notes)


def test_indented_line_begins_paragraph() -> None:
    text = to_plain_text(tidy_html("<p>甲方负责，</p><p>　　乙方配合。</p>").html)
    assert text == "甲方负责，\n乙方配合。"


def test_cell_does_not_span_from_table_head_to_body() -> None:
    rows = "<tr><td rowspan=2>甲</td><td>乙</td></tr><tr><td>丙</td></tr>"
    assert "<thead>" not in tidy_html(f"<table>{rows}</table>").html
    assert "</thead><tbody><tr><td>丁" in tidy_html(f"<table>{rows}<tr><td>丁</td><td>戊</td></tr></table>").html


def test_empty_row_under_merged_cell_stays() -> None:
    head, tail = "<tr><td>类</td><td>项</td></tr>", "<tr><td>3</td></tr><tr><td>乙</td><td>4</td></tr>"
    made = tidy_html(f"<table>{head}<tr><td rowspan=3>甲</td><td>1</td></tr><tr><td></td></tr>{tail}</table>").html
    assert '<td rowspan="3">甲</td><td>1</td></tr><tr><td></td></tr><tr><td>3</td></tr><tr><td>乙' in made
    made = tidy_html(f"<table>{head}<tr><td></td><td></td></tr><tr><td>乙</td><td>4</td></tr></table>").html
    assert "<tbody><tr><td>乙" in made


@pytest.mark.parametrize(
    ("html", "caption"),
    [
        ("<table><tr><td colspan=2>甲&amp;乙</td></tr>{}</table>", "<caption>甲&amp;乙</caption>"),
        ("<table><tr><td colspan=2 rowspan=3>甲</td></tr><tr></tr><tr></tr></table>", "<p>甲</p>"),
        ("<table><tr><td colspan=2 rowspan=2>甲</td></tr><tr></tr>{}</table>", "<caption>甲</caption><thead><tr><th"),
        ("<p align=center>附表1</p><table><caption>甲</caption>{}</table>", "<caption>附表1 甲</caption>"),
        ("<p align=center>附表1</p><table><tr><td></td><td></td></tr></table>", "<p>附表1</p>"),
        ("<table><caption>甲</caption><tr><td>乙</td></tr></table>", "<p>甲</p><p>乙</p>"),
        (
            "<table><tr><td><table><caption>甲</caption><tr><td>乙</td></tr></table></td><td>丙</td></tr></table>",
            "甲；乙",
        ),
    ],
)
def test_caption_of_table_is_kept(html: str, caption: str) -> None:
    rows = "<tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr>"
    assert caption in tidy_html(html.format(rows)).html


def test_lines_after_preformatted_text_are_joined() -> None:
    assert tidy_html("<PRE>一\n二</PRE><p>三\n四</p>").html == "<p>一</p><p>二</p><p>三 四</p>"


def test_frame_around_text_is_not_table() -> None:
    assert tidy_html("<table><tr><td><p>全文在一个框里。</p></td></tr></table>").html == "<p>全文在一个框里。</p>"


def test_remote_pictures_are_not_fetched() -> None:
    made = tidy_html('<p>见图<img src="https://evil.example/x.png"></p>')
    assert "img" not in made.html
    assert "图片（1处）没有带过来" in made.notes[0]


def test_stored_picture_keeps_its_position() -> None:
    mark = f"gongkai-file:{'a' * 64}"
    html = tidy_html(f'<p>前。<img src="{mark}" alt="效果图">后。</p>').html
    assert html.index("前。") < html.index(mark)
    assert 'alt="效果图"' in html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<p onclick="x()">甲</p>',
        '<a href="javascript:x()">甲</a>',
        "<svg onload=x()>",
        "<!--[if",
        "<table><tr>",
        "<p" * 5000,
    ],
)
def test_hostile_html_is_removed(hostile: str) -> None:
    html = tidy_html(hostile).html
    assert not re.search(r"script|onclick|onload|javascript", html)


@given(
    st.lists(
        st.sampled_from(
            [
                "一、总体要求",
                "（一）目标。做好工作。",
                "正文，",
                "还有一句。",
                "附件：1.名单",
                "2.表",
                "云岭市教育局",
                "2026年11月2日",
                "第一条 内容。",
            ]
        ),
        max_size=12,
    )
)
def test_tidying_is_idempotent(lines: list[str]) -> None:
    once = tidy_html("".join(f"<p>{line}</p>" for line in lines)).html
    assert tidy_html(once).html == once
    assert clean_html(once) == once


@given(st.text("一二（）、.1第条。，甲乙　 \n", max_size=80))
def test_no_word_is_lost(text: str) -> None:
    html = tidy_html(f"<p>{text}</p>").html
    assert re.sub(r"\s", "", to_plain_text(html)) == re.sub(r"\s", "", text)


@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "table><tr><td"])
def test_too_deep_nesting_is_refused_with_one_line(tag: str) -> None:
    with pytest.raises(UnfitText, match="嵌套过深"):
        tidy_html(f"<{tag}>" * 5000 + "x")
    assert "x" in tidy_html("<div>" * 90 + "x").html


@pytest.mark.parametrize(
    ("given_html", "lines"),
    [
        ("<ol><li>准备材料；</li><li><p><b>提交</b>申请。</p></li></ol>", ["1.准备材料；", "2.提交申请。"]),
        ("<ol start='4'><li>评价服务。</li><li value='9'>存档。</li></ol>", ["4.评价服务。", "9.存档。"]),
        ("<ol><li>第一条　总则。</li><li>（二）范围。</li></ol>", ["第一条　总则。", "（二）范围。"]),
        ("<ol><li>见<ol><li>下级。</li></ol></li><li>乙。</li></ol>", ["1.见", "1.下级。", "2.乙。"]),
        ("<ul><li>身份证</li><li><p>• 户口簿</p></li><li>一、合同</li></ul>", ["• 身份证", "• 户口簿", "一、合同"]),
        ("<p>1.准备</p><p>2.提交</p>", ["1.准备", "2.提交"]),
    ],
)
def test_list_items_keep_numbers(given_html: str, lines: list[str]) -> None:
    assert to_plain_text(tidy_html(given_html).html).split("\n") == lines


_FIELD = "<span style='mso-element:field-{}'></span>"


@pytest.mark.parametrize(
    ("lost", "shown", "said"),
    [
        (
            "<!--[if gte vml 1]><v:shape><v:textbox><p>联系窗口</p></v:textbox></v:shape><![endif]-->",
            "",
            ["文字（1处）没有读入正文：“联系窗口”"],
        ),
        (
            "<iframe src='/a'></iframe><input value='3'><input type='hidden' value='4'>",
            "",
            ["附件（1处）没有读入正文：“/a”", "没有填写的控件（1处）没有读入正文：“3”"],
        ),
        (
            "<div style='mso-element:comment-list'><div style='mso-element:comment'><p class=MsoCommentText>请核实</p>"
            "</div></div>",
            "",
            ["批注（1处）没有读入正文：“请核实”"],
        ),
        (
            "</p><html><head><style><!-- span.a0 {mso-hide:all} --></style></head><body><p><span class=a0>内部</span></p>",
            "",
            ["隐藏的内容（1处）没有读入正文：“内部”"],
        ),
        (
            f"<!--[if supportFields]>{_FIELD.format('begin')} EQ \\o\\ac(○,壹) {_FIELD.format('end')}<![endif]-->",
            "(壹)",
            [],
        ),
        (
            f"<!--[if supportFields]>{_FIELD.format('begin')}REF 户数{_FIELD.format('separator')}<![endif]-->312"
            f"<!--[if supportFields]>{_FIELD.format('end')}<![endif]-->",
            "312",
            [],
        ),
        (
            f"<!--[if supportFields]>{_FIELD.format('begin')}REF 户数{_FIELD.format('separator')}<![endif]-->"
            f"<!--[if supportFields]>{_FIELD.format('end')}<![endif]-->",
            "",
            ["没有结果的域（1处）没有读入正文：“REF 户数”"],
        ),
        (
            "<!--[if gte msEquation 12]><m:oMath><m:r><i><span>πr</span></i></m:r></m:oMath><![endif]-->"
            "<![if !msEquation]><img src='a.png'><![endif]>",
            "πr",
            ["公式（1处）可能不完整：“πr”"],
        ),
        ("<math><msup><mi>r</mi><mn>2</mn></msup></math>", "r^2", ["公式（1处）可能不完整：“r^2”"]),
        ("<span style='font-family:Wingdings'><span style='mso-char-type:symbol'>þ</span></span>", "☑", []),
    ],
)
def test_removed_elements_are_noted(lost: str, shown: str, said: list[str]) -> None:
    made = tidy_html(f"<p>正文。{lost}</p>")
    assert made.html == f"<p>正文。{shown}</p>"
    assert [note.split("。")[0] for note in made.notes] == said


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>姓　名：刘　敏　性　别：女</p>", "<p>姓名：刘敏 性别：女</p>"),
        ("<pre>姓名 性别\n刘 敏 女</pre>", "<p>姓名 性别</p><p>刘敏 女</p>"),
        ("<p>第<!--[if supportFields]> EQ \\o\\ac(○,壹) <![endif]-->项</p>", "<p>第(壹)项</p>"),
        (
            "<p><![if !supportFields]><i style='mso-element:field-begin'></i>PAGE<i style='mso-element:field-separator'></i><![endif]>3户</p>",
            "<p>3户</p>",
        ),
    ],
)
def test_labels_lines_and_fields_are_separated(html: str, shown: str) -> None:
    assert tidy_html(html).html == shown


def test_superscripts_and_subscripts_of_styles_are_kept() -> None:
    assert "m<sup>2</sup>" in tidy_html("<p>m<span style='position:relative; top:-4.0pt'>2</span></p>").html
    raised, lowered = "<span style='vertical-align:super'>2</span>", "<span style='mso-text-raise:-3pt'>2</span>"
    assert tidy_html(f"<p>5m{raised}，CO{lowered}</p>").html == "<p>5m<sup>2</sup>，CO<sub>2</sub></p>"
