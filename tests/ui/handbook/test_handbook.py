"""The handbook: complete pages, valid links, searchable in users' words, linked from every office page, readable without an appointment."""

import csv
import re
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from docx import Document
from wagtail.admin.menu import SubmenuMenuItem, admin_menu

from factories.units import BodyFactory, signed_in
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME
from gongkai.core.units.models import Role
from gongkai.ui.handbook.contents import HANDBOOK_FOLDER, load_page_names, load_pages, load_parts, read_page_source
from gongkai.ui.handbook.markup import RenderOptions, render_tokens
from gongkai.ui.handbook.pictures import PICTURES_FOLDER, load_pictures, read_png_size
from gongkai.ui.handbook.search import find_explaining_page, search_handbook
from gongkai.ui.handbook.views import render_handbook_docx

ADDRESSES = Path(__file__).parents[2] / "browser" / "addresses.tsv"


def exists_in_handbook(place: str) -> bool:
    """Return True if the handbook has the page, and the heading if one is named."""
    name, _, anchor = place.partition("#")
    page = load_pages().get(name)
    return page is not None and (not anchor or anchor in {section.anchor for section in page.sections})


def test_every_file_is_a_page_with_a_summary() -> None:
    names = [page.name for part in load_parts() for page in part.pages]
    assert sorted(names) == sorted(path.stem for path in (HANDBOOK_FOLDER / "pages").glob("*.md"))
    for page in load_pages().values():
        assert 10 <= len(page.summary) <= 120, page.name
        assert len({section.anchor for section in page.sections}) == len(page.sections), page.name
        assert page.name == "terms" or page.headings[-1].title in {"办不成怎么办", "还有问题找谁"}, page.name


def test_links_and_places_point_to_existing_headings() -> None:
    for name in load_pages():
        for link in re.findall(r"\]\(([^)/]+)\)", read_page_source(name)):
            target = re.sub(r"^([a-z-]+)\.md", r"\1", link)
            assert exists_in_handbook(f"{name}{target}" if target.startswith("#") else target), f"{name}: {link}"
    for place, target in {**load_page_names("places"), **load_page_names("roles")}.items():
        assert exists_in_handbook(target), place
    assert set(load_page_names("roles")) == set(Role.values)


def test_each_table_of_a_page_has_a_name_of_its_own() -> None:
    for page in load_pages().values():
        html = render_tokens(page.tokens, RenderOptions(lambda name, anchor: f"#{anchor}"))
        names = re.findall(r'role="region" aria-label="([^"]*)"', html)
        assert len(names) == html.count("<table") == len(set(names)), page.name
        assert not [name for name in names if re.match("，|表格", name)], page.name


def read_docx_text() -> str:
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(render_handbook_docx())).paragraphs)


def test_changed_legal_period_is_shown_and_found_without_restart(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def read() -> list[bool]:
        section = next(one for one in load_pages()["inspection"].sections if "找错" in one.text)
        found = [hit.section.text for hit in search_handbook(f"{section.title} 找错")]
        docx = read_docx_text()
        return ["4个工作日内答复" in text for text in (section.text, "".join(found), docx)]

    assert read() == [False, False, False]
    (own := tmp_path / "law.toml").write_text("fault.reply = 4\n")
    monkeypatch.setenv("GONGKAI_LAW_SETTINGS", str(own))
    assert read() == [True, True, True]


def test_every_office_url_is_explained() -> None:
    begins = [begin for begin in load_page_names("places") if begin]
    with ADDRESSES.open(encoding="utf-8") as file:
        routes = {row["route"].removeprefix("admin/") for row in csv.DictReader(file, delimiter="\t")}
    missing = {route for route in routes if not route.startswith("help/") and not route.startswith(tuple(begins))}
    assert missing == set()
    missing = {name for name in ENTRY_KINDS_BY_NAME if f"kind:{name}" not in load_page_names("places")}
    assert missing <= {"trial"}, "trial: the kind of other tests"


def test_menu_targets_are_explained() -> None:
    todo = [*admin_menu.registered_menu_items]
    for item in todo:
        todo += item.menu.registered_menu_items if isinstance(item, SubmenuMenuItem) else []
        place = str(getattr(item, "url", "")).partition("?")[0].removeprefix("/admin/")
        assert exists_in_handbook(find_explaining_page(place)), item.name


#: Questions in clerks' words, and the pages of which one must be among the first three hits.
ASKED = [
    ("公众号两周没更新", "other"),
    ("怎么提交任务", "tasks"),
    ("本周到期", "start"),
    ("忘记密码", "people"),
    ("任务分错了", "tasks"),
    ("领导出差谁签", "people signers lead"),
    ("收到一件依申请公开怎么办", "requests"),
    ("答复来不及了能不能延期", "requests"),
    ("发出去的稿子有错字怎么撤下来", "publishing trouble"),
    ("怎么加一个新同事", "people"),
    ("同事调走了他手上的事怎么办", "people"),
    ("群众打电话来问政策怎么登记", "hotline"),
    ("红灯是什么意思", "lights"),
    ("稿子卡在审核没人审", "publishing signers"),
    ("年报什么时候要交", "annual"),
    ("申请人材料不全怎么补正", "requests"),
    ("怎么把文件导出成Excel", "start"),
    ("导入通知识别错了怎么改", "notices"),
    ("网站上的栏目好久没更新被通报了", "inspection"),
    ("换了手机验证码收不到", "people officers"),
    ("申请人要复议了", "requests"),
    ("怎么收费", "requests"),
    ("稿子里有身份证号发不出去", "publishing"),
    ("文件废止了怎么标", "other"),
    ("12345转来的单子怎么回", "hotline"),
    ("这件事不归我们单位管", "inquiries tasks requests"),
    ("怎么看别的单位进度", "lead chief"),
    ("怎么催下面的单位", "chief start"),
    ("考核打分在哪里", "chief"),
    ("收到整改通知怎么办", "inspection"),
    ("怎么发布政策解读", "other"),
    ("给领导看的汇总表怎么打印", "lead chief"),
    ("群众留言要不要公开", "inquiries"),
    ("定时发布能不能设", "publishing"),
    ("上传附件太大传不上去", "trouble"),
    ("手机上能不能用", "signers"),
    ("密码输错被锁了", "trouble"),
    ("单位改名了怎么办", "people"),
    ("怎么改网站首页电话", "chief hotline"),
    ("备份在哪里看", "officers"),
    ("领导不同意这个稿子怎么改", "signers publishing"),
    ("附件忘记传了能补吗", "tasks publishing"),
    ("怎么查某个人以前申请过什么", "requests hotline"),
    ("延期批了没有", "tasks requests"),
    ("栏目负责人换了", "people chief"),
    ("年报数字跟去年对不上", "annual"),
    ("微信发的算不算公开", "tasks publishing other"),
    ("怎么把公示期到了的下架", "publishing"),
    ("信访件转过来要不要登记", "hotline inquiries terms"),
    ("我没有审核权限", "clerk people start"),
    ("涉密的文件能不能放网上", "signers publishing"),
    ("同一个人老是申请怎么办", "requests"),
    ("消息太多怎么清理", "lights start trouble"),
    ("放假期间到期怎么算", "lights"),
    ("怎么给下级县发通知", "notices"),
    ("电话没人接被扣分了", "hotline inspection"),
    ("稿子能不能指定时间发出来", "publishing"),
    ("解读要和文件一起发吗", "other"),
    ("系统很慢打不开", "trouble"),
    ("怎么打印答复书", "requests"),
    ("帮助", "start"),
    ("销号是什么", "terms"),
    ("清单", "demands"),
    ("要求对照", "demands"),
]


def test_common_questions_find_their_pages() -> None:
    for asked, wanted in ASKED:
        answered = {answer.page.name for answer in search_handbook(asked, 3)}
        assert answered & set(wanted.split()), f"{asked}: {answered}"
    assert all(exists_in_handbook(place) for place in load_page_names("asked"))


def test_unrelated_words_find_nothing() -> None:
    for words in ("青山路片区征收补偿方案", "2026年教师资格认定公告", "王小明"):
        assert search_handbook(words) == []


def test_docx_contains_all_pages() -> None:
    text = read_docx_text()
    for page in load_pages().values():
        assert page.title in text
        assert page.sections[-1].text.splitlines()[-1][:20] in text


@pytest.mark.django_db
def test_pages_in_office_link_to_the_next() -> None:
    client = signed_in(Role.CLERK, BodyFactory())
    contents = client.get("/admin/help/").content.decode()
    assert "您的岗位" in contents
    first, second = list(load_pages())[:2]
    answer = client.get(f"/admin/help/{first}/").content.decode()
    assert f'/admin/help/{second}/"' in answer
    assert '<b class="hb-said">「今天要办」</b>' in answer
    assert '<th scope="col">' in answer
    assert client.get("/admin/help/nowhere/").status_code == 404
    assert client.get("/admin/help/handbook.docx").headers["Content-Disposition"].startswith("attachment")
    assert "没有找到" in client.get("/admin/help/", {"q": "阿巴阿巴"}).content.decode()
    assert 'href="/admin/help/tasks/' in client.get("/admin/find/", {"q": "怎么提交任务"}).content.decode()
    ledger = client.get("/admin/ledger/").content.decode()
    assert re.search(r'class="gk-help[^>]*href="/admin/help/', ledger)


@pytest.mark.django_db
def test_public_page_is_on_the_site(client: Client, site: object) -> None:
    answer = client.get("/help/").content.decode()
    assert "<h1>怎样查信息、问问题、提申请</h1>" in answer
    assert 'href="/forms/complaint/"' in answer
    assert "handbook/pictures/" not in answer, "links lead to the pages themselves"
    assert 'href="/help/">使用帮助' in client.get("/about/").content.decode()
    assert not re.findall(r"\]\([^)]*\.md", read_page_source("public")), "the public cannot read the other pages"


@pytest.mark.django_db
def test_any_signed_in_user_reads_handbook_and_nobody_else(client: Client, django_user_model: type) -> None:
    assert client.get("/admin/help/").headers["Location"].startswith("/admin/login/")
    client.force_login(django_user_model.objects.create_user("nobodys"))
    answer = client.get("/admin/help/start/")
    assert answer.status_code == 200
    assert "hb-plain" in answer.content.decode()
    assert client.get("/admin/ledger/").status_code == 403
    whole = client.get("/admin/help/all/").content.decode()
    assert "12345工单" in whole
    assert 'href="/admin/inquiries/orders/' not in whole, "nobody without a post may open it"
    whole = signed_in(Role.CLERK, BodyFactory()).get("/admin/help/all/").content.decode()
    assert 'href="/admin/inquiries/orders/' in whole
    assert "财政预决算" in whole
    assert 'href="/tables/budget/"' not in whole, "a table without public rows has no page"


MAX_PICTURES_BYTES = 4_000_000
_USED = re.compile(r"!\[([^\]]*)\]\(pictures/([a-z-]+)\.png\)")


def list_used_pictures() -> list[tuple[str, str, str]]:
    """Return page, alternative text and name of each picture in the pages."""
    return [(page, alt, name) for page in load_pages() for alt, name in _USED.findall(read_page_source(page))]


def test_every_picture_is_used_and_has_its_files() -> None:
    assert sorted(name for _, _, name in list_used_pictures()) == sorted(load_pictures())
    files = {picture.file(phone=phone) for picture in load_pictures().values() for phone in (False, True)}
    assert set(PICTURES_FOLDER.iterdir()) == files
    assert sum(file.stat().st_size for file in files) <= MAX_PICTURES_BYTES


def test_picture_marks_are_named_in_text_and_alternatives_exist() -> None:
    for page, alt, name in list_used_pictures():
        assert 8 <= len(alt) <= 60, name
        beside = read_page_source(page).replace(f"![{alt}]", "")
        for mark in load_pictures()[name].marks:
            assert mark in beside, f"{page}: {name} marks {mark}"


def test_picture_is_a_figure_for_desktop_and_phone_outside_paragraphs() -> None:
    html = render_tokens(load_pages()["start"].tokens, RenderOptions(lambda page, anchor: "#"))
    assert html.count("<figure") == html.count("<source media=") == 4
    assert "<p><figure" not in html
    assert "<br" not in html
    width, height = read_png_size(load_pictures()["today"].file())
    assert f'width="{width}" height="{height}" alt="「今天要办」' in html
    assert "<figcaption>① 提交</figcaption>" in html


def test_docx_has_every_picture_with_alternative_text() -> None:
    document = Document(BytesIO(render_handbook_docx()))
    said = {shape._inline.docPr.get("descr") for shape in document.inline_shapes}
    assert said == {alt for _, alt, _ in list_used_pictures()}
