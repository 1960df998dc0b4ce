"""Materials handed out: masked, reviewed for secrecy, the original kept back; collected by the applicant with a query code."""

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from docx import Document
from PIL import Image

from factories.intake import look_up
from factories.requests import add_applicant, do, head, register, staff
from factories.units import AppointmentFactory, BodyFactory, actor, signed_in
from gongkai.content.editions.models import Website
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.acts.chain import read_stream
from gongkai.core.files.store import NamedStoredFile, store
from gongkai.core.intake.actions import issue_code
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import make_actor_of_person
from gongkai.core.units.models import Role
from gongkai.work.requests import actions, applicant_matter, home_page
from gongkai.work.requests.actions import hand_out_material
from gongkai.work.requests.actions.reuse import list_drafted_items
from gongkai.work.requests.deidentification import find_applicant_in_files
from gongkai.work.requests.models import Letter, Material

pytestmark = [pytest.mark.django_db, pytest.mark.today("2024-01-10 10:00+08:00")]
R = date(2024, 1, 2)
GROUND = "联系人的姓名和电话属于个人隐私"
CODE = "2026000000000017"


def make_docx(text: str) -> bytes:
    made, out = Document(), BytesIO()
    made.add_paragraph(text)
    made.save(out)
    return out.getvalue()


def store_material(
    name: str = "合同.docx", text: str = "联系人：刘志强，电话13800138049。合同总价三万元。"
) -> NamedStoredFile:
    return NamedStoredFile(name, store(make_docx(text), name))


@pytest.fixture
def entry(site: Website) -> Entry:
    body = BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局", parent=site.body)
    made = register(body, R, route_wanted="page", form_wanted="electronic")
    add_applicant(made, CODE)
    return do(made, "add_materials", by=staff(body), files=[store_material()])


def mask_and_review(entry: Entry) -> Entry:
    entry = do(entry, "mask_material", material=Material.objects.get().pk)
    return do(entry, "review_secrecy", verdict="part", opinion="个人信息遮盖后可以公开")


def test_files_added_by_deputy_are_reviewed_by_neither_person(entry: Entry) -> None:
    absent = AppointmentFactory(role=Role.LEAD, body=entry.body)
    cover = AppointmentFactory(role=Role.LEAD, body=entry.body, covers=absent).person
    AppointmentFactory(role=Role.REVIEWER, body=entry.body, person=cover)
    entry = do(
        entry, "add_materials", by=make_actor_of_person(cover), files=[store_material("又一份.docx", "合同附件一份。")]
    )
    for person in (cover, absent.person):
        with pytest.raises(Refused, match="准备材料以外的人"):
            do(entry, "review_secrecy", by=make_actor_of_person(person), verdict="publish")
    do(entry, "review_secrecy", verdict="publish")


def test_files_are_on_reviewers_home_page_until_all_are_reviewed(entry: Entry) -> None:
    def shown(role: str) -> list[str]:
        lists = home_page.make_pending_request_lists(actor(role, entry.body)) or {"lists": ()}
        return [one["verb"] for one in lists["lists"] if entry in one["entries"]]

    assert (shown(Role.LEAD), shown(Role.CLERK)) == (["request.review_secrecy"], [])
    entry = do(entry, "review_secrecy", verdict="publish")
    assert shown(Role.LEAD) == []
    do(entry, "add_materials", files=[store_material("又一份.docx", "后来添的")])
    assert shown(Role.LEAD) == ["request.review_secrecy"]


def test_nothing_is_handed_out_unmasked_or_unreviewed(entry: Entry) -> None:
    for result in ("3.1", "3.2"):
        with pytest.raises(Refused, match="保密审查"):
            do(entry, "decide", result=result, ground=GROUND)
    entry = do(entry, "review_secrecy", verdict="refer", opinion="不能确定是否涉密")
    with pytest.raises(Refused, match="提请主管部门"):
        do(entry, "decide", result="3.1")
    entry = do(entry, "review_secrecy", verdict="publish")
    with pytest.raises(Refused, match="还没有遮盖：合同"):
        do(entry, "decide", result="3.2", ground=GROUND)
    entry = do(entry, "review_secrecy", verdict="part", opinion="个人信息遮盖后可以公开")
    with pytest.raises(Refused, match="请先遮盖"):
        do(entry, "decide", result="3.1")
    entry = do(entry, "mask_material", material=Material.objects.get().pk)
    entry = do(entry, "add_materials", files=[store_material("又一份.docx", "后来添的，没有审查过")])
    with pytest.raises(Refused, match="还没有经过保密审查"):
        do(entry, "decide", result="3.2", ground=GROUND)
    entry = do(entry, "drop_material", material=Material.objects.get(name="又一份.docx").pk)
    with pytest.raises(Refused, match="审查人没有看过"):  # the copy was made behind the review's back
        do(entry, "decide", result="3.2", ground=GROUND)
    entry = do(entry, "review_secrecy", verdict="part", opinion="个人信息遮盖后可以公开")
    swapped = store_material("合同.docx", "联系人：王建国，电话13900139000。")
    again = do(entry, "mask_material", material=Material.objects.get(dropped=False).pk, copy=swapped)
    with pytest.raises(Refused, match="审查人没有看过"):
        do(again, "decide", result="3.2", ground=GROUND)
    again = do(again, "review_secrecy", verdict="part", opinion="个人信息遮盖后可以公开")
    assert do(again, "decide", result="3.2", ground=GROUND).state == "answered"
    released = Material.objects.get(dropped=False)
    assert (released.released_masked, released.released) == (True, released.masked)


def test_paper_is_given_after_review_and_answer_states_how(site: Website) -> None:
    entry = register(BodyFactory(parent=site.body), R)
    for facts, why in (
        ({"told": "复印件3页，当面领取"}, "公开前应当保密审查"),
        ({"told": "", "already_public": True}, "获取该信息的方式、途径"),
    ):
        with pytest.raises(Refused, match=why):
            do(entry, "decide", result="3.1", unreviewed=True, **facts)
    with pytest.raises(Refused, match="写明审查了什么"):
        do(entry, "review_secrecy", verdict="publish")
    entry = do(entry, "review_secrecy", verdict="publish", opinion="复印件3页，不涉及国家秘密")
    with pytest.raises(Refused, match="以什么方式、途径"):
        do(entry, "decide", result="3.1", told="")
    assert do(entry, "decide", result="3.1", told="复印件3页，当面领取").state == "answered"


def test_review_of_dropped_files_does_not_cover_replacements(entry: Entry) -> None:
    entry = do(entry, "review_secrecy", verdict="publish")
    entry = do(entry, "drop_material", material=Material.objects.get().pk)
    with pytest.raises(Refused, match="公开前应当保密审查"):
        do(entry, "decide", result="3.1", form_given="paper", wishes_met="没有电子文档", told="当面领取")


@pytest.mark.parametrize(
    "facts", [{"result": "3.1", "past": True, "on": date(2024, 1, 8)}, {"result": "3.3.4", "ground": GROUND}]
)
def test_past_or_refusing_decision_releases_no_materials(entry: Entry, facts: dict[str, Any]) -> None:
    do(entry, "decide", **facts)
    assert not Material.objects.filter(released__isnull=False).exists()
    assert Material.objects.get().released_on is None


def test_full_disclosure_hands_out_originals_and_keeps_copy(entry: Entry) -> None:
    entry = do(entry, "mask_material", material=Material.objects.get().pk)
    entry = do(entry, "review_secrecy", verdict="publish")
    with pytest.raises(Refused, match="提供原件；还有遮盖副本：合同"):
        do(entry, "decide", result="3.1")
    entry = do(entry, "unmask_material", material=Material.objects.get().pk)
    entry = do(entry, "decide", result="3.1")
    found = Material.objects.get()
    assert (found.released, found.released_masked) == (found.stored, False)
    found.masked = store_material("副本.docx", "甲方：某某").stored  # reopened, masked anew, nothing decided yet
    found.save()
    assert hand_out_material(found, by=ANONYMOUS) == found.stored


def test_released_material_stays_available_after_it_is_dropped(entry: Entry) -> None:
    entry = do(do(entry, "review_secrecy", verdict="publish"), "decide", result="3.1")
    Material.objects.update(dropped=True)  # while a request that a review reopened is worked on
    assert [one.ref for one in applicant_matter.list_request_papers(entry.pk)][
        -1
    ] == f"material-{Material.objects.get().pk}"


def test_clerk_cannot_do_secrecy_review(entry: Entry) -> None:
    with pytest.raises(Refused, match="审核人"):
        do(entry, "review_secrecy", by=staff(entry.body), verdict="publish")
    reviewer = actor(Role.REVIEWER, entry.body)
    do(entry, "review_secrecy", by=reviewer, verdict="publish")
    with pytest.raises(Refused, match="审查意见"):
        do(entry, "review_secrecy", by=reviewer, verdict="withhold")


def test_automatic_copy_contains_nothing_masked(entry: Entry) -> None:
    entry = do(entry, "mask_material", material=Material.objects.get().pk, keep="刘志强")
    found = Material.objects.get()
    assert found.masked
    text = "\n".join(one.text for one in Document(BytesIO(found.masked.read())).paragraphs)
    assert "13800138049" not in text
    assert "刘志强" in text
    assert found.by_machine
    with pytest.raises(Refused, match="没有遮盖"):
        do(entry, "mask_material", material=found.pk, copy=NamedStoredFile("合同.docx", found.stored))
    do(entry, "mask_material", material=found.pk, copy=store_material("副本.docx", "合同总价三万元。"))
    assert not Material.objects.get().by_machine


def test_originals_open_only_for_those_handling_the_case_and_are_logged(entry: Entry) -> None:
    mask_and_review(entry)
    found = Material.objects.get()
    client = signed_in(Role.CLERK, entry.body)
    page = f"/admin/requests/materials/{found.pk}/"
    assert b"".join(client.get(f"{page}original/")).startswith(b"PK")
    assert list(read_stream(entry.stream))[-1].action == "requests.open_material"
    assert "<del>" in client.get(f"{page}compare/").content.decode()
    assert client.get(f"{page}elsewhere/").status_code == 404
    assert signed_in(Role.CLERK, BodyFactory()).get(f"{page}original/").status_code == 404
    with pytest.raises(Refused, match="只有承办单位"):
        actions.open_material(found, by=actor(Role.CLERK, BodyFactory()))


def test_opening_an_earlier_answer_delivers_no_later_one(entry: Entry) -> None:
    do(entry, "decide", result="3.3.5", ground=GROUND)
    first = Letter.objects.get(kind="reply")
    do(entry, "open_dispute", kind="review", organ="云岭市人民政府")
    facts = {"result": "corrected", "finding": "不属于内部事务信息", "orders_anew": True}
    do(entry, "conclude_dispute", dispute=entry.request.disputes.get().pk, **facts)
    do(do(entry, "reopen", words="云政复〔2024〕3号"), "decide", result="3.3.5", ground=GROUND)
    actions.hand_out_letter(first, by=ANONYMOUS)
    assert Entry.objects.get(pk=entry.pk).state == "answered"
    actions.hand_out_letter(Letter.objects.filter(kind="reply").last(), by=ANONYMOUS)
    assert Entry.objects.get(pk=entry.pk).state == "delivered"


def fetch(client: Client, page: str, ref: str) -> Any:
    passed = re.search(r'name="pass" value="([^"]+)"', page)
    assert passed
    return client.post("/query/paper/", {"pass": passed[1], "ref": ref})


def test_applicant_collects_letter_and_masked_copy_which_delivers_them(client: Client, entry: Entry) -> None:
    asked = do(mask_and_review(entry), "ask_third_party", who="晨光公司")
    do(asked, "take_opinion", consultation=asked.request.consultations.get().pk, opinion="agrees")
    do(entry, "decide", result="3.2", ground=GROUND, told="见材料")
    page = look_up(client, CODE, "8000").content.decode()
    letter, found = Letter.objects.get(kind="reply"), Material.objects.get()
    assert "政府信息公开申请答复书" in page
    for secret in ("李晓云", "征求第三方意见书", "合同.docx", "刘志强", GROUND):
        assert secret not in page
    answer = fetch(client, page, f"letter-{letter.pk}")
    assert answer.content.startswith(b"PK")
    assert "no-store" in answer["Cache-Control"]
    letter.refresh_from_db()
    fresh = Entry.objects.get(pk=entry.pk)
    assert (fresh.state, letter.opened_at is not None) == ("delivered", True)
    assert "首次打开" in fresh.request.deliveries.get().proof
    fetch(client, page, f"letter-{letter.pk}")
    assert fresh.request.deliveries.count() == 1
    assert fetch(client, page, f"material-{found.pk}").content == found.released.read()
    assert Material.objects.get().opened_at
    other = register(entry.body, R)
    theirs = actions.issue_receipt(other, by=head(other.body))
    to_third = Letter.objects.get(kind="third_party")
    for ref in (f"letter-{theirs.pk}", f"letter-{to_third.pk}", "material-0", "letter-x", "", "file-1"):
        assert fetch(client, page, ref).status_code == 422


def test_no_document_is_handed_out_without_last_four_digits(client: Client, entry: Entry) -> None:
    other = register(entry.body, R)
    code, _ = issue_code(None, by=ANONYMOUS, matter=f"request/{other.pk}")
    letter = actions.issue_receipt(other, by=head(other.body))
    page = look_up(client, code, "").content.decode()
    assert "请向承办单位领取" in page
    assert fetch(client, page, f"letter-{letter.pk}").status_code == 422
    with pytest.raises(Refused, match="只有收件人"):
        actions.hand_out_letter(letter, by=head(other.body))
    with pytest.raises(Refused, match="没有这份材料"):
        actions.hand_out_material(Material.objects.get(), by=ANONYMOUS)


def test_applicants_page_shows_supplements_and_fee(client: Client, entry: Entry) -> None:
    do(entry, "supplement", by=ANONYMOUS, text="我要的是装修合同")
    do(do(entry, "calculate_fee", basis="pages", count=40), "clear_fee")
    do(entry, "notify_fee")
    page = look_up(client, CODE, "8000").content.decode()
    assert "我要的是装修合同" in page, "whoever has the last four besides reads their own words"
    for words in ("信息处理费", "每页10元，计100元", "视为放弃申请", "现在停止计算"):
        assert words in page
    do(entry, "take_payment", way="柜台", receipt="云票1")
    do(entry, "set_topic", topic="财政资金")
    assert Entry.objects.get(pk=entry.pk).request.topic == "财政资金"
    applicant_matter.erase_request(entry.pk)
    assert "装修" not in entry.request.supplements.get().text.reveal()


def test_disclosed_material_is_drafted_for_publication_with_masked_copy(entry: Entry) -> None:
    entry = do(mask_and_review(entry), "decide", result="3.2", ground=GROUND, told="提供合同，联系人信息已遮盖")
    with pytest.raises(Refused, match="请选择转为主动公开的理由"):
        do(entry, "open_to_all", by=staff(entry.body), why="", title="装修合同")
    entry = do(entry, "open_to_all", by=staff(entry.body), why="several", title=f"{entry.number}的装修合同")
    item = list_drafted_items(entry)[0]
    assert (item.title, item.attribute, item.live) == ("（编号略）的装修合同", "proactive", False)
    assert "第四十四条第一款" in item.attribute_reason
    assert [(one.name, one.stored) for one in item.attachments.all()] == [
        ("提供的材料1.docx", Material.objects.get().masked)
    ]
    with pytest.raises(Refused, match="已经起草"):
        do(entry, "open_to_all", by=staff(entry.body), why="own", title="装修合同")


def test_file_naming_the_applicant_is_not_given_to_others(entry: Entry) -> None:
    other = add_applicant(register(entry.body, R), name="司徒清和", phone="")
    entry = do(entry, "drop_material", material=Material.objects.get().pk)
    entry = do(
        entry,
        "add_materials",
        by=staff(entry.body),
        files=[store_material("答复.docx", "晓云姐要的合同，总价三万元。")],
    )
    entry = do(entry, "review_secrecy", verdict="publish")
    entry = do(entry, "decide", result="3.1", form_given="electronic")
    with pytest.raises(Refused, match="材料中写有申请人：晓云姐"):
        do(entry, "open_to_all", why="own", title="装修合同")
    with pytest.raises(Refused, match="写有该件申请人：晓云姐"):
        do(entry, "answer_alike", others=[other.pk], wishes_met="按要求提供")
    assert do(entry, "open_to_all", why="own", title="装修合同", with_files=False)


def test_each_picture_is_checked_by_a_person_before_it_is_given_to_others(entry: Entry) -> None:
    other = add_applicant(register(entry.body, R), name="司徒清和", phone="")
    picture = BytesIO()
    Image.new("RGB", (400, 300), "white").save(picture, "PNG")
    scan = NamedStoredFile("扫描件.png", store(picture.getvalue(), "扫描件.png"))
    entry = do(entry, "drop_material", material=Material.objects.get().pk)
    entry = do(entry, "add_materials", by=staff(entry.body), files=[scan])
    entry = do(entry, "review_secrecy", verdict="publish")
    entry = do(entry, "decide", result="3.1", form_given="electronic")
    with pytest.raises(Refused, match="请逐张看过"):
        do(entry, "open_to_all", why="own", title="装修合同")
    with pytest.raises(Refused, match="请逐张看过"):
        do(entry, "answer_alike", others=[other.pk], wishes_met="按要求提供")
    assert do(entry, "open_to_all", why="own", title="装修合同", looked_at=True)


def test_file_metadata_is_searched_for_applicants_name(entry: Entry) -> None:
    document = Document()
    document.add_paragraph("装修合同，总价三万元。")
    document.core_properties.author = "晓云姐"
    content = BytesIO()
    document.save(content)
    stored = store(content.getvalue(), "合同.docx")
    assert find_applicant_in_files(entry.request, [("docx", stored)]) == ["晓云姐"]


def test_material_of_revoked_answer_cannot_be_collected(entry: Entry) -> None:
    entry = do(mask_and_review(entry), "decide", result="3.2", ground=GROUND)
    first = Letter.objects.get(kind="reply")
    entry = do(entry, "revoke_answer", reason="遮盖不完整，漏了一处电话", withhold=True)
    assert [one.label for one in applicant_matter.list_request_papers(entry.pk)] == ["政府信息公开答复撤销告知书"]
    for take in (
        lambda: hand_out_material(Material.objects.get(), by=ANONYMOUS),
        lambda: applicant_matter.fetch_request_paper(entry.pk, f"letter-{first.pk}"),
    ):
        with pytest.raises(Refused, match="不再提供"):
            take()
    with pytest.raises(Refused, match="还没有经过保密审查"):  # what was seen before says nothing of what was wrong
        do(entry, "decide", result="3.2", ground=GROUND)
    entry = do(mask_and_review(entry), "decide", result="3.2", ground=GROUND)
    assert hand_out_material(Material.objects.get(), by=ANONYMOUS) == Material.objects.get().masked
    assert entry.state == "answered"


def test_opening_revoked_letter_does_not_deliver_new_answer(entry: Entry) -> None:
    entry = do(mask_and_review(entry), "decide", result="3.2", ground=GROUND)
    entry = do(entry, "revoke_answer", reason="遮盖不完整，漏了一处电话")
    entry = do(mask_and_review(entry), "decide", result="3.2", ground=GROUND)
    old, new = Letter.objects.filter(kind="reply")
    applicant_matter.fetch_request_paper(entry.pk, f"letter-{old.pk}")
    assert Entry.objects.get(pk=entry.pk).state == "answered"
    applicant_matter.fetch_request_paper(entry.pk, f"letter-{new.pk}")
    assert Entry.objects.get(pk=entry.pk).state == "delivered"


def test_partly_public_information_is_reviewed_before_decision(site: Website) -> None:
    """The reviewer states which part is public: the words of an answer need a review, too (条例第十七条)."""
    entry = register(BodyFactory(parent=site.body), R)
    facts = {"result": "3.2", "ground": GROUND, "told": "见市政府网站年报栏目", "already_public": True}
    with pytest.raises(Refused, match="公开前应当保密审查"):
        do(entry, "decide", unreviewed=True, **facts)
    entry = do(entry, "review_secrecy", verdict="publish", opinion="年报已公开的部分，不涉及国家秘密")
    assert do(entry, "decide", unreviewed=True, **facts).state == "answered"


def test_information_contained_in_answer_needs_no_file(site: Website) -> None:
    entry = register(BodyFactory(parent=site.body), R, form_wanted="electronic", route_wanted="page")
    with pytest.raises(Refused, match="还没有登记拟提供的材料"):
        do(entry, "decide", result="3.1", told="2023年共改造小区12个", unreviewed=True)
    entry = do(entry, "review_secrecy", verdict="publish", opinion="改造小区的个数，不涉及国家秘密")
    with pytest.raises(Refused, match="不要提到附件"):
        do(entry, "decide", result="3.1", told="详见附件")
    assert do(entry, "decide", result="3.1", told="2023年共改造小区12个").state == "answered"


def test_only_answers_before_registration_here_need_no_review(site: Website) -> None:
    body = BodyFactory(parent=site.body)
    with time_machine.travel("2024-01-05 10:00+08:00"):
        here = register(body, R)
    facts = {"result": "3.1", "past": True, "told": "复印件3页，当面领取"}
    with time_machine.travel("2024-01-10 10:00+08:00"):
        with pytest.raises(Refused, match="公开前应当保密审查"):
            do(here, "decide", on=date(2024, 1, 9), **facts)
        here = do(here, "review_secrecy", verdict="publish", opinion="纸质件3页", on=date(2024, 1, 9))
        assert do(here, "decide", on=date(2024, 1, 9), **facts).state == "answered"
        later = register(body, R)
        assert do(later, "decide", on=date(2024, 1, 9), **facts).state == "answered"


def test_person_who_prepares_files_cannot_review_them(entry: Entry) -> None:
    first, second = head(entry.body), head(entry.body)
    own = "联系人：王晓明，电话13800138050。"
    do(entry, "add_materials", by=first, files=[store_material("甲.docx", own), store_material("乙.docx", own)])
    assert Material.objects.count() == 2  # with the fixture's: one file under two names counts once
    with pytest.raises(Refused, match="保密审查须由准备材料以外的人办理"):
        do(entry, "review_secrecy", by=first, verdict="publish")
    for material in Material.objects.all():
        do(entry, "mask_material", by=second, material=material.pk)
    with pytest.raises(Refused, match="现有材料由您登记或者遮盖"):
        do(entry, "review_secrecy", by=second, verdict="publish")
    for material in Material.objects.all():
        do(entry, "drop_material", material=material.pk)
    do(entry, "add_materials", files=[store_material("清单.docx", "改造项目清单")])
    do(entry, "review_secrecy", by=first, verdict="publish")


def test_material_opened_with_a_code_known_to_staff_is_not_seen_by_the_applicant(entry: Entry) -> None:
    do(mask_and_review(entry), "decide", result="3.2", ground=GROUND)
    hand_out_material(Material.objects.get(), by=ANONYMOUS, counts=False)
    assert Material.objects.get().opened_at is None
    assert "凭补发的查询码打开材料" in list(read_stream(entry.stream))[-1].words
    hand_out_material(Material.objects.get(), by=ANONYMOUS)
    assert Material.objects.get().opened_at
