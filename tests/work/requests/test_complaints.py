"""Complaints: received by the 政务公开办, forwarded to the unit, answered in writing, rectified; so are errors found by reviews."""

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from docx import Document

from factories.intake import code_in, filled, look_up, post
from factories.requests import do, register
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.models import Website
from gongkai.core.acts.action import ACTIONS_BY_NAME, Refused
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.acts.chain import read_stream
from gongkai.core.files.store import NamedStoredFile, store
from gongkai.core.intake.forms.tokens import new_token
from gongkai.core.intake.models import Party
from gongkai.core.ledger.actions import comment
from gongkai.core.ledger.forms import get_form
from gongkai.core.ledger.models import Attachment, Entry, Rectification
from gongkai.core.ledger.queries import visible_to
from gongkai.core.outbox.models import Message
from gongkai.core.units.models import Body, Role
from gongkai.work.requests import home_page, panels
from gongkai.work.requests.complaints import actions, public
from gongkai.work.requests.complaints.rules import get_complaint_handler
from gongkai.work.requests.models import Complaint, Dispute
from gongkai.work.requests.views.cases import COMPLAINT_FORM_NAME

pytestmark = pytest.mark.django_db
SAID = "去年申请的信息至今没有答复，打电话也没有人接。"
FOUND = "经核查，该申请逾期12个工作日未答复，责令限期答复并改进登记工作。"


@pytest.fixture
def office(site: Website) -> Body:
    made: Body = site.body
    return made


@pytest.fixture
def unit(office: Body) -> Body:
    return BodyFactory(name="云岭市水利局", short_name="市水利局", parent=office.parent or office)


def send(client: Client, unit: Body, **data: Any) -> str:
    who = {"name": "赵晓梅", "phone": "13800138000"}
    facts = {"against": str(unit.pk), "about": "not_answered", "text": SAID, **who, **data}
    return code_in(post(client, filled(client, "complaint", **facts), "complaint"))


def entry_of() -> Entry:
    return Entry.objects.get(kind="complaint")


def test_complaint_is_sent_forwarded_answered_collected_and_rectified(client: Client, unit: Body) -> None:
    code = send(client, unit)
    entry = entry_of()
    (listed,) = home_page.make_pending_request_lists(actor(Role.CHIEF, entry.body))["lists"]  # type: ignore[index]
    assert (listed["entries"], listed["verb"]) == ([entry], "complaint.answer")
    assert not home_page.make_pending_request_lists(actor(Role.CHIEF, unit))
    assert entry.body == get_complaint_handler(unit)
    assert entry.due_at
    assert SAID not in entry.title
    clerk, chief = actor(Role.CLERK, unit), actor(Role.CHIEF, entry.body)
    assert not visible_to(clerk).filter(pk=entry.pk).exists()
    with pytest.raises(Refused):
        actions.request_statement(entry, by=clerk)
    entry = actions.request_statement(entry, by=chief)
    assert visible_to(clerk).filter(pk=entry.pk).exists()
    assert public.list_reasons_unless_complaint_reader(clerk, entry.pk)
    with pytest.raises(Refused, match="被投诉单位"):
        actions.give_statement(entry, by=chief, text="由我们来说明")
    entry = actions.give_statement(entry, by=clerk, text="因经办人调离，交接时遗漏。")
    entry = actions.give_statement(actions.request_statement(entry, by=chief), by=clerk, text="登记簿已找到。")
    assert Complaint.objects.get().statement == "因经办人调离，交接时遗漏。\n登记簿已找到。"
    entry = actions.extend_complaint_period(entry, by=chief, days=5, reason="需要调取登记簿")
    with pytest.raises(Refused, match="整改期限"):
        actions.answer_complaint(entry, by=chief, found="true", text=FOUND)
    until = date(2099, 1, 31)
    entry = actions.answer_complaint(entry, by=chief, found="true", text=FOUND, mend_by=until)
    assert (entry.state, entry.outcome) == ("answered", "true")
    mending = Rectification.objects.select_related("entry").get()
    assert (mending.source_ref, mending.entry.body) == (f"complaint/{entry.pk}", unit)
    page = look_up(client, code, "8000").content.decode()
    assert "政府信息公开投诉答复书" in page
    assert "赵晓梅" not in page + str(list(read_stream(entry.stream)))
    passed = re.search(r'name="pass" value="([^"]+)"', page)
    assert passed
    given = client.post("/query/paper/", {"pass": passed[1], "ref": "answer"}).content
    text = "\n".join(one.text for one in Document(BytesIO(given)).paragraphs)
    for words in ("赵晓梅：", "属实", "责令限期答复", entry.number):
        assert words in text
    assert client.post("/query/paper/", {"pass": passed[1], "ref": "other"}).status_code == 422
    public.erase_complaint(entry.pk)
    with pytest.raises(Refused, match="保存期满"):
        actions.open_complaint_answer(Complaint.objects.get(), by=ANONYMOUS)


def test_unit_complained_about_cannot_read_complainant(client: Client, unit: Body) -> None:
    send(client, unit)
    entry = entry_of()
    Complaint.objects.filter(pk=entry.pk).update(text="本人赵晓梅，晓梅多次申请，赵女士没有收到答复。")
    entry = entry_of()
    chief = actor(Role.CHIEF, entry.body)
    entry = actions.request_statement(entry, by=chief, words="请说明晓梅的申请怎样办理")
    assert "投诉人的申请" in Message.objects.filter(subject__startswith="请说明情况").first().body
    shown = panels.make_complaint_panel(entry, actor(Role.CLERK, unit))
    assert shown["text"] == "本人投诉人，投诉人多次申请，投诉人没有收到答复。"
    paper = NamedStoredFile("赵晓梅的身份证.txt", store(b"...", "id.txt"))
    comment(entry, by=chief, text="核对过身份", files=[paper])
    path = f"/admin/ledger/attachment/{Attachment.objects.get().pk}/"
    note = get_form(ACTIONS_BY_NAME["ledger.comment"])({"text": "赵女士来电"}, entry=entry, by=chief)
    assert not note.is_valid()
    assert "<mark>投诉人</mark>来电" in str(note.said), "who is complained of reads the note"
    assert get_form(ACTIONS_BY_NAME["ledger.comment"])({"text": "已经核对"}, entry=entry, by=chief).is_valid()
    readers = [(signed_in(Role.CLERK, unit), 404), (signed_in(Role.CHIEF, entry.body), 200)]
    readers += [(signed_in(role, entry.body), 404) for role in (Role.AUDITOR, Role.REVIEWER)]
    for reader, status in readers:
        page = reader.get(f"/admin/ledger/{entry.pk}/").content.decode()
        assert ("赵晓梅的身份证" in page, reader.get(path).status_code) == (status == 200, status)
    said = "经查，赵女士的申请没有在期限内答复。"
    form = get_form(ACTIONS_BY_NAME["complaint.answer"])({"found": "untrue", "text": said}, entry=entry, by=chief)
    assert not form.is_valid()
    assert "<mark>投诉人</mark>的申请" in str(form.said)
    entry = actions.answer_complaint(entry, by=chief, found="true", text=said, mend_by=date(2099, 1, 31))
    assert Rectification.objects.get().demand == said.replace("赵女士", "投诉人")
    assert entry.complaint.answer == said


def test_complaint_may_name_only_requests_of_that_unit(client: Client, unit: Body) -> None:
    theirs, others = register(unit), register(BodyFactory())
    with pytest.raises(Refused, match="没有这个编号"):
        actions.register_complaint(unit, by=ANONYMOUS, about="answer", text=SAID, number=others.number)
    made = actions.register_complaint(unit, by=ANONYMOUS, about="answer", text=SAID, number=theirs.number)
    assert made.complaint.request_id == theirs.pk
    again = actions.register_complaint(unit, by=ANONYMOUS, about="charged", text=SAID, number=theirs.number)
    chief = actor(Role.CHIEF, get_complaint_handler(unit))
    assert panels.make_complaint_panel(again, chief)["same"] == [made], "who handles one is told of the other"
    client = signed_in(Role.CHIEF, get_complaint_handler(unit))
    assert f'还有投诉：<a href="{made.url}">' in client.get(again.url).content.decode()
    actions.withdraw_complaint(made, by=ANONYMOUS)
    assert Entry.objects.get(pk=made.pk).state == "withdrawn"


def test_appeal_about_institution_goes_to_supervising_unit(client: Client, unit: Body) -> None:
    with pytest.raises(Refused, match="哪个公共企事业单位"):
        actions.register_complaint(unit, by=ANONYMOUS, about="institution", text=SAID)
    code = send(client, unit, about="institution", institution="云岭市自来水公司", text="收费标准一直没有公布。")
    entry, clerk = entry_of(), actor(Role.CLERK, unit)
    free = actions.register_complaint(
        unit, by=ANONYMOUS, about="institution", text=SAID, institution="收我家水费的赵敏"
    )
    assert free.title == "申诉市水利局主管的公共企事业单位：没有按规定公开", "only a name stands in a title"
    assert (entry.body, entry.title) == (unit, "申诉云岭市自来水公司：没有按规定公开")
    with pytest.raises(Refused, match="主管部门直接调查"):
        actions.request_statement(entry, by=clerk)
    entry = actions.answer_complaint(entry, by=clerk, found="true", text=FOUND, mend_by=entry.due_at.date())
    assert Rectification.objects.get().entry.body == unit
    assert "公共企事业单位信息公开申诉答复书" in look_up(client, code, "8000").content.decode()


def test_appeal_registered_by_unit_itself_is_visible_to_office(unit: Body) -> None:
    """An appeal is about an institution, so this does not bypass the supervisors, who are notified of it."""
    clerk, chief = actor(Role.CLERK, unit), actor(Role.CHIEF, get_complaint_handler(unit))
    facts = {"about": "institution", "text": SAID}
    with pytest.raises(Refused, match="是行政机关"):
        actions.register_complaint(unit, by=clerk, institution="市水利局", **facts)
    entry = actions.register_complaint(unit, by=clerk, institution="云岭市自来水公司", **facts)
    assert visible_to(chief).filter(pk=entry.pk).exists()
    assert Message.objects.filter(key=f"complaint/{entry.pk}/own", person=chief.person_id).exists()
    entry = actions.register_complaint(unit, by=chief, institution="云岭市供热公司", **facts)
    assert not Message.objects.filter(key=f"complaint/{entry.pk}/own").exists()


def test_complaint_by_telephone_is_registered_with_code(unit: Body) -> None:
    client = signed_in(Role.CHIEF, get_complaint_handler(unit))
    data = {"against": unit.pk, "about": "charged", "channel": "counter", "text": SAID, "name": "赵晓梅",
            "phone": "13800138000", "once": new_token(COMPLAINT_FORM_NAME)}  # fmt: skip
    page = client.post("/admin/requests/complaints/register/", data, follow=True).content.decode()
    assert "查询码" in page
    entry = entry_of()
    assert Party.objects.get(matter=f"complaint/{entry.pk}").name.reveal() == "赵晓梅"
    page = client.get(f"/admin/ledger/{entry.pk}/").content.decode()
    assert SAID in page
    assert "登记投诉" in client.get("/admin/requests/complaints/register/").content.decode()
    assert client.get(f"/admin/requests/complaints/{entry.pk}/answer/").status_code == 404
    assert signed_in(Role.CLERK, unit).get(f"/admin/ledger/{entry.pk}/").status_code == 404


def test_error_found_by_review_becomes_rectification(unit: Body) -> None:
    with time_machine.travel("2024-01-10 10:00+08:00", tick=False):
        entry = do(register(unit, date(2024, 1, 2)), "decide", result="3.4.1", ground="经检索没有找到")
        for number in ("1", "2", "3"):
            do(entry, "open_dispute", kind="review", organ="云岭市人民政府", number=number)
        kept, wrong, noted = Dispute.objects.order_by("pk")
        do(entry, "conclude_dispute", dispute=kept.pk, result="upheld")
        assert not Rectification.objects.exists()
        finding = "没有尽到合理检索义务"
        facts = {"result": "corrected", "finding": finding, "mend_by": date(2024, 2, 1)}
        do(entry, "conclude_dispute", dispute=wrong.pk, **facts)
        mending = Rectification.objects.select_related("entry").get()
        assert (mending.what, mending.entry.body) == (finding, unit)
        do(entry, "conclude_dispute", dispute=noted.pk, result="upheld", finding="答复引用的条文有误")
        assert Rectification.objects.count() == 2, "what was found beside a result that was upheld"
    page = signed_in(Role.LEAD, unit).get(f"/admin/ledger/{entry.pk}/").content.decode()
    assert mending.entry.number in page


def test_complaint_for_office_without_staff_here_is_redirected(client: Client, office: Body, unit: Body) -> None:
    """The general office's own handler is the office above, which has nobody here: a receipt would be a false promise."""
    province = BodyFactory(name="云州省人民政府", kind="government")
    above = BodyFactory(name="云州省人民政府办公厅", kind="general_office", parent=province, phone="0800-12345")
    office.parent = province
    office.save()
    assert get_complaint_handler(Body.objects.get(pk=office.pk)) == above
    facts = {"against": str(office.pk), "about": "not_answered", "text": SAID, "name": "赵晓梅", "phone": "13800138000"}
    page = post(client, filled(client, "complaint", **facts), "complaint").content.decode()
    assert "云州省人民政府办公厅" in page
    assert "0800-12345" in page
    assert not Entry.objects.filter(kind="complaint").exists()
    with pytest.raises(Refused, match="直接向它提出"):
        actions.register_complaint(Body.objects.get(pk=office.pk), by=ANONYMOUS, about="not_answered", text=SAID)
