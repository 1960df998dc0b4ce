"""Public inquiries: the answer base first, then form, query code and answer; nothing shown to others."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from factories.consultation import draft_answer, released_answer
from factories.foreign_files import word
from factories.intake import filled, look_up, post, seen_preview, sent
from factories.units import actor
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Cover, Movement, MovementWords
from gongkai.core.acts.seal import verify_log
from gongkai.core.files.losses import find_losses
from gongkai.core.intake.models import Party
from gongkai.core.intake.uploads import store_upload
from gongkai.core.outbox.jobs import send_due
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.work.consultation import actions, answer_index
from gongkai.work.consultation.mailbox.uploads import read_uploaded_files
from gongkai.work.consultation.models import Inquiry, KnownAnswer

pytestmark = pytest.mark.django_db
ASKED = {
    "category": "consultation",
    "title": "公租房怎样申请",
    "text": "我叫李晓云，电话13800138000，想问公租房怎样申请。",
    "name": "李晓云",
    "phone": "13800138000",
    "email": "li@example.cn",
}


@pytest.fixture(autouse=True)
def fresh_index():
    for live in (answer_index.PUBLIC_INDEX, answer_index.STAFF_INDEX):
        live.clear()


def test_answer_page_shows_known_answers_and_links_to_form(client: Client, site, housing) -> None:
    known = released_answer(housing)
    draft_answer(housing, question="公租房租金多少")
    page = client.get("/answers/?q=公租房").content.decode()
    assert known.question in page
    assert "租金多少" not in page
    typed = client.get("/answers/suggest/?q=公租房").content.decode()
    assert (f'data-url="/answers/{known.pk}/?q=' in typed, "租金多少" in typed) == (True, False)
    assert client.get("/answers/suggest/?q=公").content.strip() == b""
    assert ("/forms/ask/?title=" in page, "比较接近的问答" in page) == (True, True)
    assert "没有找到相近的答复" in client.get("/answers/?q=夜市什么时候恢复").content.decode()
    near = released_answer(housing, question=f"请问{known.question}")
    own = client.get(f"/answers/{known.pk}/").content.decode()
    assert ("向户籍所在地街道办事处申请" in own, near.question in own) == (True, True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gongkai.ui.portal.views.answers.PAGE_SIZE", 1)
        pages = [client.get(f"/answers/?page={number}").content.decode() for number in (1, 2)]
    assert {f'href="/answers/{one.pk}/"' in page for page in pages for one in (known, near)} == {True, False}
    assert 'href="?page=2"' in pages[0], "no list is cut without a pager"
    KnownAnswer.objects.filter(pk=near.pk).update(valid_until=timezone.localdate() - timedelta(days=1))
    assert near.question not in client.get(f"/answers/{known.pk}/").content.decode(), "its day has passed"
    draft = KnownAnswer.objects.exclude(pk__in=[known.pk, near.pk]).get()
    assert client.get(f"/answers/{draft.pk}/").status_code == 404


def test_identity_number_in_text_is_pointed_out_before_sending(client: Client, site) -> None:
    said = filled(client, "ask", **{**ASKED, "text": "请问怎么办，我的身份证11010119900307751X。"})
    page = post(client, said, "ask").content.decode()
    assert "身份证号码“11010119900307751X”" in page
    assert 'name="seen_answers"' in page
    assert not Inquiry.objects.exists()
    post(client, {**said, "seen_answers": "1"}, "ask")
    assert Inquiry.objects.exists()


def test_message_to_a_merged_government_reaches_its_successor(client: Client, site) -> None:
    city = Body.objects.create(name="云岭新市政府", kind=site.body.kind)
    Body.objects.filter(pk=site.body.pk).update(merged_into=city, active_to=timezone.localdate())
    post(client, filled(client, "ask", **ASKED) | {"seen_answers": "1"}, "ask")
    assert Inquiry.objects.get().entry.body == city


def test_inquiry_takes_few_queries_and_log_is_valid(client: Client, site) -> None:
    for name in ("甲办", "乙办"):
        actor(Role.CHIEF, Body.objects.create(name=name, kind=BodyKind.GENERAL_OFFICE, parent=site.body))
    said = [
        filled(client, "ask", **{**ASKED, "category": "complaint", "title": f"路灯{n}", "text": f"第{n}号路灯不亮。"})
        for n in range(2)
    ]
    post(client, said[0], "ask")
    before = Movement.objects.count()
    with CaptureQueriesContext(connection) as asked:
        post(client, said[1], "ask")
    # Website changes are checked once a second. Two queries are the savepoint, one looks for earlier messages of the person,
    # one for a merger of the unit, one reads the text for the receipt; the number of 政务公开办 makes no difference.
    own = [one["sql"] for one in asked.captured_queries if "editions_treestamp" not in one["sql"]]
    assert len(own) <= 29, own
    assert (
        Message.objects.filter(key__startswith="inquiry.received:").count() == 8
    )  # two messages, two persons, two channels
    made = Inquiry.objects.latest("pk")
    moves = list(Movement.objects.order_by("pk")[before:])
    assert [one.action for one in moves] == [
        "inquiry.open",
        "inquiry.register",
        "intake.register_party",
        "intake.issue_code",
    ]
    assert [one.seq for one in moves if one.stream == made.matter] == [1, 2]
    covered = {cover.table for cover in Cover.objects.filter(movement=moves[-1])}
    assert covered >= {"ledger_entry", "consultation_inquiry", "intake_party", "outbox_letter"}
    assert verify_log().ok


def test_rating_counts_once_a_day_for_each_address_and_asks_why_not(client: Client, site, housing) -> None:
    known, other = released_answer(housing), released_answer(housing, question="公租房租金多少")
    for _ in range(3):
        client.post(f"/answers/{known.pk}/rate/", {"helped": "yes"})
    known.refresh_from_db()
    assert (known.helpful, known.unhelpful) == (1, 0)
    assert client.post(f"/answers/{known.pk}/rate/", {"helped": "x"}).status_code == 404
    asked = client.post(f"/answers/{other.pk}/rate/", {"helped": "no"}, follow=True).content.decode()
    assert "为什么没有帮助" in asked
    for _ in range(2):
        client.post(f"/answers/{other.pk}/rate/", {"helped": "outdated"})
    other.refresh_from_db()
    assert (other.unhelpful, other.whys) == (1, "内容过时1")


def test_inquiry_is_answered_read_by_code_and_mail_and_rated(client: Client, site) -> None:
    lossy = word('<w:p><w:r><w:t>见公式</w:t></w:r><m:oMath xmlns:m="x"><m:r><m:t>a</m:t></m:r></m:oMath></w:p>')
    files = [SimpleUploadedFile("李晓云.docx", lossy), SimpleUploadedFile("断.pdf", b"%PDF-1.4 cut")]
    code = sent(client, "ask", **{**ASKED, "name": "李 晓 云"})
    inquiry = Inquiry.objects.get()
    assert inquiry.entry.body == site.body
    assert Party.objects.get().name.reveal() == "李晓云"
    for file in files:
        store_upload(file, matter=inquiry.matter)
    assert read_uploaded_files() == {"read": 2, "with_losses": 2}
    assert read_uploaded_files()["read"] == 0
    lines = find_losses(inquiry.entry.stream).lines
    assert lines[-1] == "第2个文件：不能读取，请下载后打开核对。"
    assert lines[0].startswith("第1个文件：")
    assert "李晓云" not in str(lines)
    assert Party.objects.get().matter == inquiry.matter
    page = look_up(client, code, "8000").content.decode()
    assert "正在确定由哪个单位办理" in page
    assert ASKED["text"] in page
    clerk, lead = actor(Role.CLERK, site.body), actor(Role.LEAD, site.body)
    entry = actions.assign_inquiry(inquiry.entry, by=lead, body=site.body)
    with pytest.raises(Refused, match="已对照原文件核对"):
        actions.draft_answer(entry, by=clerk, answer="请向户籍所在地街道办事处申请。")
    entry = actions.draft_answer(entry, by=clerk, answer="请向户籍所在地街道办事处申请。", losses_seen=True)
    assert "街道办事处" not in look_up(client, code, "8000").content.decode()
    entry = actions.approve_draft_answer(entry, by=lead)
    page = look_up(client, code, "8000").content.decode()
    assert "街道办事处" in page
    assert "评价答复" in page
    send_due()
    assert any("街道办事处" in message.body and message.to == ["li@example.cn"] for message in mail.outbox)


def test_log_and_staff_messages_contain_nothing_of_the_asker(client: Client, site) -> None:
    actor(Role.CLERK, site.body)
    sent(client, "ask", **{**ASKED, "title": "李晓云13800138000问公租房"})
    said = f"{list(Movement.objects.values())}{list(MovementWords.objects.values())}{list(Message.objects.values())}"
    for secret in ("13800138000", "li@example.cn", ASKED["text"]):
        assert secret not in said


def test_code_opens_own_words_with_last_digits_if_given(client: Client, site) -> None:
    code = sent(client, "ask", **ASKED)
    wrong = look_up(client, code, "0000").content.decode()
    assert "没有查到" in wrong
    assert ASKED["text"] not in wrong
    nobody = {**ASKED, "name": "", "phone": "", "email": "", "text": "公交车站的座椅什么时候修好？"}
    assert nobody["text"] in look_up(client, sent(client, "ask", **nobody), "").content.decode()


def test_answered_inquiry_becomes_known_answer_without_asker(client: Client, site) -> None:
    from factories.units import signed_in

    sent(client, "ask", **ASKED)
    inquiry = Inquiry.objects.get()
    lead = actor(Role.LEAD, site.body)
    entry = actions.assign_inquiry(inquiry.entry, by=lead, body=site.body)
    entry = actions.draft_answer(
        entry, by=actor(Role.CLERK, site.body), answer="李晓云您好，请向街道申请，咨询王小明13900139000。"
    )
    actions.approve_draft_answer(entry, by=lead, words="办事窗口的联系电话")
    page = signed_in(Role.CLERK, site.body).get(f"/admin/answers/new/?inquiry={inquiry.pk}").content.decode()
    assert ">\n请向街道申请" in page  # nobody is addressed by name
    assert "13900139000" not in page
    with pytest.raises(Refused, match="李女士"):
        actions.write_answer(site.body, by=lead, question="李女士问公租房", answer="向街道申请。", source=inquiry)
    client, path = signed_in(Role.CLERK, site.body), f"/admin/answers/new/?inquiry={inquiry.pk}"
    typed = {"body": site.body.pk, "question": "李女士问公租房怎样申请", "answer": "向街道申请。"}
    page = client.post(path, typed).content.decode()
    assert "<mark>某某</mark>问公租房" in page
    client.post(path, {**typed, **seen_preview(page)})
    assert KnownAnswer.objects.get().question == "某某问公租房怎样申请"
    assert actions.rate_inquiry_answer(Inquiry.objects.get().entry, by=ANONYMOUS, satisfaction="satisfied")
