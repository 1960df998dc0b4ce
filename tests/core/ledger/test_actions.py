from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from factories.ledger import EntryFactory, accept, submit
from factories.units import BodyFactory, OfficeFactory, actor
from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.acts.chain import read_stream
from gongkai.core.acts.models import Movement
from gongkai.core.files.store import store_upload as keep
from gongkai.core.ledger import actions
from gongkai.core.ledger.actions.evidence import DUPLICATE_COMMENT_WINDOW
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME
from gongkai.core.ledger.models import Audience, ClockEvent, Comment, Entry, Evidence, EvidenceKind, EvidenceVerdict
from gongkai.core.outbox.models import Message
from gongkai.core.units.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return BodyFactory(government=True)


@pytest.fixture
def entry(city):
    return EntryFactory(body=BodyFactory(name="云岭市财政局", parent=city))


@pytest.fixture
def clerk(entry):
    return actor(Role.CLERK, entry.body)


@pytest.fixture
def chief(city):
    return actor(Role.CHIEF, city)


@pytest.fixture
def stranger(city):
    return actor(Role.CLERK, BodyFactory(name="云岭市水利局", parent=city))


def make_pdf_upload(name="专项规划.pdf", content=b"%PDF-1.4 x"):
    return SimpleUploadedFile(name, content)


def test_changed_title_of_a_task_is_logged(entry, clerk, chief, stranger, monkeypatch) -> None:
    with pytest.raises(Refused, match="不在这里修改"):
        actions.set_title(entry, by=chief, title="别的")
    monkeypatch.setitem(ENTRY_KINDS_BY_NAME, entry.kind, replace(ENTRY_KINDS_BY_NAME[entry.kind], ordered_in="title"))
    for by, title, why in (
        (stranger, "公开专项规划", "只有承办单位"),
        (clerk, "规", "写成2至60个字"),
        (clerk, entry.title, "没有变化"),
    ):
        with pytest.raises(Refused, match=why):
            actions.set_title(entry, by=by, title=title)
    before = entry.title
    actions.set_title(entry, by=clerk, title=" 公开专项规划 ")
    assert Entry.objects.get(pk=entry.pk).title == "公开专项规划"
    assert f"由“{before}”改为“公开专项规划”" in list(read_stream(entry.stream))[-1].words


def test_comment_stores_its_files_and_keeps_the_version(entry, clerk) -> None:
    made = actions.comment(entry, by=clerk, text=" 已联系信息中心 ", files=[keep(make_pdf_upload())])
    assert made.text == "已联系信息中心"
    (attached,) = made.attachments.all()
    assert attached.name == "专项规划.pdf"
    assert attached.stored.read() == b"%PDF-1.4 x"
    fresh = Entry.objects.get(pk=entry.pk)
    assert fresh.version == 1
    assert fresh.moved_at
    assert [m.action for m in read_stream(entry.stream)] == ["ledger.comment"]
    submit(entry, by=clerk, version=1)  # a form that was open meanwhile still goes through


def test_comment_needs_text_and_is_not_stored_twice(entry, clerk, chief) -> None:
    """A repeated request is refused; the same text ten minutes later is accepted."""
    made = actions.comment(entry, by=clerk, text="已联系信息中心")
    with pytest.raises(Refused, match="刚才已经留下"):
        actions.comment(entry, by=clerk, text=" 已联系信息中心 ")
    actions.comment(entry, by=chief, text="已联系信息中心")
    Comment.objects.filter(pk=made.pk).update(at=made.at - DUPLICATE_COMMENT_WINDOW)
    actions.comment(entry, by=clerk, text="已联系信息中心")
    with pytest.raises(Refused, match="请填写备注内容"):
        actions.comment(entry, by=clerk, text="  ")


def test_reader_or_stranger_cannot_comment(entry, stranger) -> None:
    auditor = actor(Role.AUDITOR, entry.body)
    with pytest.raises(Refused, match="只查看"):
        actions.comment(entry, by=auditor, text="已查看")
    clerk = actor(Role.CLERK, entry.body)
    both = replace(auditor, posts=(*auditor.posts, *clerk.posts))
    assert actions.comment(entry, by=both, text="已办理").text == "已办理"
    with pytest.raises(Refused, match="没有查看这条记录的权限"):
        actions.comment(entry, by=stranger, text="路过")


def test_same_file_under_two_names_is_one_piece_of_evidence(entry, clerk) -> None:
    one, two = keep(make_pdf_upload("甲.pdf", b"%PDF-1 same")), keep(make_pdf_upload("乙.pdf", b"%PDF-1 same"))
    assert one.stored == two.stored
    added = actions.add_new_evidence(entry, by=clerk, urls=["https://a.cn/1", "https://a.cn/1"], files=[one, two])
    assert [bool(facts["url"]) for facts in added] == [True, False]
    with pytest.raises(Refused, match="已经是这件事项的佐证"):
        actions.add_evidence(entry, by=clerk, file=two, title="另一个名称")
    first = entry.evidence.get(digest=one.digest)
    actions.withdraw_evidence(entry, by=clerk, evidence=first.pk)
    assert actions.add_evidence(entry, by=clerk, file=two).title == "乙.pdf"


def test_evidence_is_exactly_one_url_or_file(entry, clerk) -> None:
    by_address = actions.add_evidence(entry, by=clerk, url="https://www.yunling.gov.cn/a.html", title="规划")
    by_file = actions.add_evidence(entry, by=clerk, file=keep(make_pdf_upload()))
    by_edition = actions.add_evidence(
        entry, by=clerk, edition=7, title="专项规划", machine=EvidenceVerdict.HOLDS, digest="ab"
    )
    assert [e.kind for e in (by_address, by_file, by_edition)] == [
        EvidenceKind.ADDRESS,
        EvidenceKind.FILE,
        EvidenceKind.EDITION,
    ]
    assert by_file.attachment.digest == by_file.digest
    assert Entry.objects.get(pk=entry.pk).version == 4
    with pytest.raises(Refused, match="佐证须是"):
        actions.add_evidence(entry, by=clerk)
    for wrong in ("javascript:alert(1)", "www.yunling.gov.cn", "https://", "http://[2001"):
        with pytest.raises(Refused, match="http"):
            actions.add_evidence(entry, by=clerk, url=wrong)


def test_evidence_given_with_another_action_is_not_judged_by_its_author(entry, chief) -> None:
    actions.comment(entry, by=chief, text="见网页")
    address = {"kind": "address", "title": "网页", "url": "https://a.cn/3", "captured_at": timezone.now()}
    given = Evidence.objects.create(entry=entry, added_by=chief.name, **address)
    with pytest.raises(Refused, match="由您添加"):
        actions.judge_evidence(entry, by=chief, evidence=given.pk, holds=True)


def test_evidence_can_be_withdrawn_until_verified(entry, clerk, chief) -> None:
    one = actions.add_evidence(entry, by=clerk, url="https://a.cn/1")
    two = actions.add_evidence(entry, by=clerk, url="https://a.cn/2")
    actions.withdraw_evidence(entry, by=clerk, evidence=one.pk)
    with pytest.raises(Refused, match="已经撤回"):
        actions.withdraw_evidence(entry, by=clerk, evidence=one.pk)
    with pytest.raises(Refused, match="只有牵头单位"):
        actions.judge_evidence(entry, by=clerk, evidence=two.pk, holds=True)
    with pytest.raises(Refused, match="不符的原因"):
        actions.judge_evidence(entry, by=chief, evidence=two.pk, holds=False)
    actions.judge_evidence(entry, by=chief, evidence=two.pk, holds=True)
    with pytest.raises(Refused, match="已经核验属实"):
        actions.withdraw_evidence(entry, by=clerk, evidence=two.pk)


def test_office_of_another_body_is_refused(entry, clerk) -> None:
    own, other = OfficeFactory(body=entry.body), OfficeFactory()
    actions.set_office(entry, by=clerk, office=own)
    assert Entry.objects.get(pk=entry.pk).office == own
    with pytest.raises(Refused, match="没有变化"):
        actions.set_office(entry, by=clerk, office=own)
    with pytest.raises(Refused, match="现有的处室"):
        actions.set_office(entry, by=clerk, office=other)


def test_only_the_chief_office_lifts_its_restricted_audience(entry, chief, clerk) -> None:
    lead = actor(Role.LEAD, entry.body)
    with pytest.raises(Refused, match="只有承办单位负责人"):
        actions.set_audience(entry, by=clerk, audience=Audience.CHIEF, reason="涉及举报人")
    with pytest.raises(Refused, match="理由"):
        actions.set_audience(entry, by=lead, audience=Audience.CHIEF, reason=" ")
    actions.set_audience(entry, by=lead, audience=Audience.CHIEF, reason="涉及举报人")
    with pytest.raises(Refused, match="放宽"):
        actions.set_audience(entry, by=lead, audience=Audience.STAFF, reason="误设")
    assert actions.set_audience.why_not(Entry.objects.get(pk=entry.pk), by=lead), "it is not offered either"
    actions.set_audience(entry, by=chief, audience=Audience.STAFF, reason="误设")
    assert Entry.objects.get(pk=entry.pk).audience == Audience.STAFF


def test_urging_notifies_clerk_and_lead_once_a_day(entry, chief, clerk) -> None:
    lead = actor(Role.LEAD, entry.body)
    actions.urge(entry, by=chief, words="请本周内办结")
    told = Message.objects.filter(channel="screen")
    assert {m.person_id for m in told} == {clerk.person_id, lead.person_id}
    assert "请本周内办结" in told[0].body
    with pytest.raises(Refused, match="今天已经催办过"):
        actions.urge(entry, by=chief)
    with pytest.raises(Refused, match="只有牵头单位"):
        actions.urge(entry, by=clerk)


def test_closed_entry_accepts_only_comments(entry, clerk, chief) -> None:
    submit(entry, by=clerk)
    accept(entry, by=chief)
    actions.comment(entry, by=clerk, text="存档")
    for verb, facts in (
        (actions.add_evidence, {"url": "https://a.cn/"}),
        (actions.urge, {}),
        (actions.set_office, {"office": None}),
    ):
        with pytest.raises(Refused, match="已经办结"):
            verb(entry, by=chief, **facts)


def test_second_of_two_concurrent_actions_is_a_conflict(entry, clerk, chief) -> None:
    submit(entry, by=clerk)
    version = Entry.objects.get(pk=entry.pk).version
    accept(entry, by=chief, version=version)
    with pytest.raises(Conflict, match="刚刚已由他人处理"):
        accept(entry, by=chief, version=version)
    assert Movement.objects.filter(stream=entry.stream, action="trial.accept").count() == 1


def test_moved_due_date_is_notified_and_explained(entry, clerk) -> None:
    later = entry.due_at + timedelta(days=2)
    from gongkai.core.units.actors import SYSTEM

    ClockEvent.objects.create(
        entry=entry, kind="assigned", on=entry.opened_at.date(), until=later.date(), by="试", recorded_at=timezone.now()
    )
    actions.redate(entry, by=SYSTEM, why="工作日历调整")
    (movement,) = read_stream(entry.stream)
    assert "工作日历调整，到期日由" in movement.words
    assert Message.objects.filter(person=clerk.person_id, channel="screen").count() == 1
    with pytest.raises(Refused, match="系统自动"):
        actions.redate(entry, by=clerk, why="")
