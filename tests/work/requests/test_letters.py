"""Letters: created with their action, filled in, numbered, frozen, encrypted; custom templates of a unit."""

import re
from datetime import date
from io import BytesIO

import pytest
import time_machine
from django.test import TestCase
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn

from factories.foreign_files import packed
from factories.requests import add_applicant, do, register, staff
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.acts.chain import read_stream
from gongkai.core.ledger import legal_changes
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actions import merge
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.lib.writing.docx_templates import PLACEHOLDER_PATTERN, InvalidTemplate, fill_docx, list_placeholders
from gongkai.work.requests import actions
from gongkai.work.requests.letters import (
    LETTER_FIELDS,
    LETTER_KINDS,
    decrypt_letter,
    describe_provision,
    describe_remedies,
    make_blank_template,
)
from gongkai.work.requests.models import Consultation, Decision, Dispute, Letter, Request
from gongkai.work.requests.results import REQUEST_RESULTS, get_provision_of_result

pytestmark = [pytest.mark.django_db, pytest.mark.today("2024-01-10 10:00+08:00")]
R = date(2024, 1, 2)
GROUND = "公开后会泄露企业的商业秘密"


@pytest.fixture
def entry() -> Entry:
    city = BodyFactory(name="云岭市人民政府", kind="government")
    made = register(BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局", parent=city), R)
    return add_applicant(made)


def letter_text(letter: Letter) -> str:
    return "\n".join(one.text for one in Document(BytesIO(decrypt_letter(letter))).paragraphs)


def test_answer_letter_contains_ground_provision_and_remedies(entry: Entry) -> None:
    do(entry, "decide", result="3.3.4", ground=GROUND)
    letter = Letter.objects.get()
    text = letter_text(letter)
    for part in ("李晓云：", GROUND, "第十五条", "云岭市人民政府申请行政复议", "15日内", "2024年1月2日", letter.number):
        assert part in text
    assert letter.number == "市住建局依申请〔2024〕1号"
    assert "李晓云".encode() not in bytes(letter.content)
    assert list(read_stream(entry.stream))[-1].facts["letter"] == letter.digest


@pytest.mark.parametrize(
    ("wish", "points"), [("我眼睛不好，请用大字打印", 22), ("请把字印大一点", 22), ("请快一些", 16)]
)
def test_letter_is_in_large_type_on_request(entry: Entry, wish: str, points: int) -> None:
    city = BodyFactory(name="云岭市水务局", short_name="市水务局", parent=entry.body.parent)
    asked = add_applicant(register(city, R, wishes=wish))
    do(asked, "give_receipt")
    written = Document(BytesIO(decrypt_letter(asked.request.letters.get())))
    addressee = next(one for one in written.paragraphs if one.text.startswith("李晓云"))
    assert (addressee.runs[0].font.size or written.styles["Normal"].font.size).pt == points
    assert [one.text for one in written.paragraphs if wish in one.text], "the letter repeats the wish"


def test_letter_of_merged_unit_is_issued_by_successor(entry: Entry) -> None:
    heir = BodyFactory(name="云岭市自然资源局", short_name="市资源局", parent=entry.body.parent, phone="0799-8010370")
    merge(entry.body, by=SYSTEM, into=heir)
    do(entry, "decide", result="3.3.4", ground=GROUND)
    letter = Letter.objects.get()
    assert letter.number == "市资源局依申请〔2024〕1号"
    assert "住房和城乡建设局" not in letter_text(letter)
    assert heir.name in letter_text(letter)
    assert heir.phone in letter_text(letter)


def test_letters_cite_request_and_start_of_period(entry: Entry) -> None:
    with time_machine.travel("2024-01-03 10:00+08:00", tick=False):
        do(entry, "ask_correction", items="请写明年度。", days=7)
    asked = Entry.objects.get(pk=entry.pk).request.wanted.reveal().rstrip("。")
    assert f"所申请的内容为：{asked}。经审查，申请内容不明确" in letter_text(Letter.objects.get())
    with time_machine.travel("2024-01-05 10:00+08:00", tick=False):
        do(Entry.objects.get(pk=entry.pk), "take_correction", wanted="2023年老旧小区改造验收报告")
    do(Entry.objects.get(pk=entry.pk), "decide", result="3.3.4", ground=GROUND)
    text = letter_text(Letter.objects.get(kind="reply"))
    assert "所申请的内容为：2023年老旧小区改造验收报告。本机关于2024年1月5日收到补正后的申请" in text


def test_remedies_require_review_first_if_disclosure_is_refused(entry: Entry) -> None:
    assert "6个月" in describe_remedies(REQUEST_RESULTS["3.4.1"], entry.body)
    assert "6个月" not in describe_remedies(REQUEST_RESULTS["3.2"], entry.body)


def test_every_statutory_step_has_letter_unless_recorded_later(entry: Entry) -> None:
    do(entry, "give_receipt")
    do(entry, "ask_third_party", who="晨光公司")
    do(entry, "take_opinion", consultation=Consultation.objects.get().pk, opinion="agrees")
    do(entry, "ask_agency", who="市财政局")
    do(entry, "take_opinion", consultation=Consultation.objects.last().pk, opinion="agrees")
    do(entry, "extend", days=5, reason="需要汇总多个年度数据")
    do(do(entry, "calculate_fee", basis="pages", count=40), "clear_fee")
    do(entry, "notify_fee")
    with time_machine.travel("2024-03-20 10:00+08:00"):
        do(entry, "abandon")
    other = register(entry.body, R)
    do(other, "ask_correction", items="请写明年份", days=10)
    do(register(entry.body, R), "transfer", body=BodyFactory(name="云岭市财政局"))
    unseen = register(entry.body, R)
    with pytest.raises(Refused, match="保密审查"):  # given today is reviewed today, entered afterwards or not
        do(unseen, "decide", result="3.1", past=True)
    do(unseen, "decide", result="3.4.1", ground="本机关没有制作", past=True)
    made = {one.kind: letter_text(one) for one in Letter.objects.all()}
    assert set(made) == {*LETTER_KINDS} - {"reply", "revoked", "revoked_told", "third_party_told"}
    for kind, said in made.items():
        assert not re.search("[，。；：、][，。；、]", said), (kind, said)
    assert "100元" in made["fee"]
    assert "经审查，您申请的数量明显超过合理范围（一件申请涉及文件数百页）。根据" in made["fee"]
    assert "晨光公司：" in made["third_party"]
    assert "2024年2月" in made["extension"]
    assert "（含当日）以前作出" in made["extension"]
    assert "缴纳方式：市财政局一楼收费窗口" in made["fee"]
    assert "2024年1月10日向您发出收费通知。缴纳期限（20个工作日）于2024年2月" in made["abandoned"]
    assert "《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）的规定" in made["abandoned"]
    assert "自收到本告知书之日起6个月内" in made["abandoned"]
    for part in (
        "第三十六条第（五）项",
        "理由：该信息由其他单位制作。",
        "负责公开该信息的是云岭市财政局",
        "转办后的编号：申请2024-",
    ):
        assert part in made["transfer"], part
    assert not [kind for kind, text in made.items() if PLACEHOLDER_PATTERN.search(text)]


@pytest.mark.usefixtures("entered_years")
def test_letters_and_actions_use_periods_of_law_in_force(entry: Entry) -> None:
    facts = {"value": 10, "since": date(2024, 1, 5), "until": None, "transition": "start", "source": "示例修订令"}
    first, second = actor(Role.ADMINISTRATOR, entry.body), actor(Role.CHIEF, entry.body)
    for key in ("request.third_party", "request.extension"):
        change = legal_changes.enter_figure(None, by=first, key=key, **facts)
        with TestCase.captureOnCommitCallbacks(execute=True):
            legal_changes.confirm(change, by=second)
    for one, parties, most in ((entry, 15, 20), (register(entry.body, date(2024, 1, 8)), 10, 10)):
        do(one, "ask_third_party", who="晨光公司")
        assert f"请自收到本意见书之日起{parties}个工作日内" in letter_text(one.request.letters.get())
        page = signed_in(Role.CLERK, one.body).get(f"/admin/ledger/{one.pk}/act/request.extend/").content.decode()
        assert f"延长的期限最长不得超过{most}个工作日" in page


def test_second_answer_cites_first_one_and_competent_court(entry: Entry) -> None:
    Body.objects.filter(pk=entry.body.parent_id).update(court="云岭铁路运输法院")
    Body.objects.filter(pk=entry.body_id).update(phone="0799-8001001", disclosure_office="办公室")
    entry = do(entry, "decide", result="3.4.1", ground=GROUND, not_responsible=True)
    first = Letter.objects.get()
    assert "第三十六条第（五）项的规定，本机关答复如下：您申请公开的信息不属于本机关负责公开。" in letter_text(first)
    assert get_provision_of_result("3.4.1") == "《条例》第三十六条第（四）项"
    do(entry, "open_dispute", kind="review", organ="云岭市人民政府", number="云政复〔2024〕3号")
    case = Dispute.objects.get().pk
    do(entry, "conclude_dispute", dispute=case, result="corrected", finding="实际掌握该信息", orders_anew=True)
    entry = do(do(entry, "reopen", words="云政复〔2024〕3号"), "decide", result="3.4.2", ground=GROUND)
    text = letter_text(Letter.objects.last())
    assert f"本机关原答复（{first.number}）经行政复议由云岭市人民政府（云政复〔2024〕3号）纠正，责令重新处理" in text
    assert "依法向云岭铁路运输法院提起行政诉讼" in text
    assert "联系方式：办公室，电话0799-8001001。" in text
    do(do(entry, "revoke_answer", reason="适用条款有误"), "decide", result="3.1")
    assert "由本机关撤销，以本答复为准" in letter_text(Letter.objects.last())


def test_unit_uses_own_template_and_reverts_to_default(entry: Entry) -> None:
    own = Document()
    paragraph = own.add_paragraph("编号{{编")
    paragraph.add_run("号}}，")
    paragraph.add_run("答复：{{结果}}").bold = True
    link = paragraph._p.makeelement(qn("w:hyperlink"))
    link.append(paragraph.runs[-1]._r)
    paragraph._p.append(link)
    own.add_table(1, 1).cell(0, 0)._tc.grid_span = 10**9
    out = BytesIO()
    own.save(out)
    by = staff(entry.body)
    actions.set_letter_template(entry.body, by=by, kind="reply", name="答复.docx", content=out.getvalue())
    do(entry, "decide", result="3.1")
    letter = Letter.objects.get()
    assert letter_text(letter) == f"编号{entry.number}，答复：予以公开"
    assert letter.template
    actions.drop_letter_template(entry.body, by=by, kind="reply")
    with pytest.raises(Refused):
        actions.drop_letter_template(entry.body, by=by, kind="reply")


def test_template_with_unknown_or_no_fields_is_refused(entry: Entry) -> None:
    by = staff(entry.body)
    for text, why in (("{{姓名}}", "不认识"), ("没有字段", "没有字段"), ("字段在脚注", "脚注")):
        own, out = Document(), BytesIO()
        own.add_paragraph(text)
        if why == "脚注":
            notes = Part(
                PackURI("/word/footnotes.xml"), "application/xml", b"<w:t>{{</w:t><w:t>x}}</w:t>", own.part.package
            )
            own.part.relate_to(notes, RELATIONSHIP_TYPE.FOOTNOTES)
        own.save(out)
        with pytest.raises(Refused, match=why):
            actions.set_letter_template(entry.body, by=by, kind="reply", name="x", content=out.getvalue())
    types = b'<Types ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
    macros = packed({"[Content_Types].xml": types, "_rels/.rels": "<Relationships/>"})
    locked = re.sub(rb"(PK\x01\x02.{4}).", b"\\1\x01", macros, flags=re.DOTALL)
    reasons = {b"": "不是", b"PK\x03\x04broken": "文件已损坏", b"%PDF-1.4": "不是", macros: "启用宏", locked: "有密码"}
    for bad, why in reasons.items():
        with pytest.raises(InvalidTemplate):
            fill_docx(bad, {})
        with pytest.raises(Refused, match=why):
            actions.set_letter_template(entry.body, by=by, kind="reply", name="x", content=bad)
    with pytest.raises(Refused, match="只有受理单位"):
        actions.set_letter_template(BodyFactory(), by=by, kind="reply", name="x", content=b"")


def test_template_that_expands_too_much_is_refused() -> None:
    document, out = Document(), BytesIO()
    document.add_paragraph("一").runs[0]._r.t_lst[0].text = "一" * 2_100_000
    document.save(out)
    assert len(out.getvalue()) < 100_000
    with pytest.raises(InvalidTemplate, match="太大"):
        list_placeholders(out.getvalue())


def test_default_templates_use_only_known_fields() -> None:
    body = BodyFactory()
    for kind in LETTER_KINDS:
        assert set(list_placeholders(make_blank_template(kind, body))) <= set(LETTER_FIELDS), kind


def test_letters_open_only_for_those_handling_the_case_and_are_logged(entry: Entry) -> None:
    do(entry, "decide", result="3.1")
    letter = Letter.objects.get()
    client = signed_in(Role.CLERK, entry.body)
    answer = client.get(f"/admin/requests/letters/{letter.pk}/")
    assert b"".join(answer).startswith(b"PK")
    assert list(read_stream(entry.stream))[-1].action == "requests.open_letter"
    stranger = signed_in(Role.CLERK, BodyFactory())
    assert stranger.get(f"/admin/requests/letters/{letter.pk}/").status_code == 404
    Letter.objects.filter(pk=letter.pk).update(digest="0" * 64)
    with pytest.raises(Refused, match="摘要值"):
        actions.open_letter(Letter.objects.get(), by=staff(entry.body))


def test_answer_recounts_previous_steps(entry: Entry) -> None:
    do(entry, "ask_third_party", who="晨光公司")
    do(entry, "take_opinion", consultation=Consultation.objects.get().pk, opinion="agrees")
    do(entry, "extend", days=5, reason="需要汇总多个年度数据")
    do(do(entry, "calculate_fee", basis="pages", count=40), "clear_fee")
    do(do(entry, "notify_fee"), "take_payment", way="转账", receipt="XJ-9")
    do(entry, "decide", result="3.1", told="复印件40页")
    said = letter_text(Letter.objects.get(kind="reply"))
    assert "告知延长答复期限5个工作日。" in said
    assert "书面征求第三方的意见，所需时间不计算在答复期限内。" in said
    assert "信息处理费100元已于" in said
    assert "文件\n" not in said


@pytest.mark.parametrize(
    ("route", "form", "said"),
    [
        ("page", "electronic", "可以在查询页面下载（电子文档）"),
        ("mail", "paper", "随本答复书邮寄（纸质）"),
        ("page", "paper", "请到本机关领取（纸质）"),
        ("email", "", "发送到您填写的电子邮箱"),
        ("mail", "reading", "请到本机关查阅、抄录"),
    ],
)
def test_letter_names_route_of_delivery(route: str, form: str, said: str) -> None:
    made = Decision(request=Request(route_wanted=route), form_given=form)
    assert describe_provision(made) == said
