import re
from dataclasses import replace
from hashlib import sha256
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from factories.ledger import EntryFactory, submit
from factories.publishing import public
from factories.units import actor
from gongkai.content.editions.actions import withdraw
from gongkai.core.files.store import store_upload as keep
from gongkai.core.ledger import actions
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME
from gongkai.core.ledger.models import Audience, Comment, Entry, Evidence
from gongkai.core.units.models import Role
from gongkai.ui.office.history import HistoryEvents
from gongkai.ui.office.offered_actions import find_next_offer_of_others, find_next_own_offer

pytestmark = pytest.mark.django_db


def entry_url(entry, rest="") -> str:
    return f"/admin/ledger/{entry.pk}/{rest}"


def test_link_to_entry_shows_title_only_to_permitted_readers(as_, city) -> None:
    entry = EntryFactory(body=city.finance, audience=Audience.PARTIES)
    template = Template("{% load entries %}{% entry_link entry %}")
    stem = Template("{% load entries %}{% row_link entry 'ledger_entry' words='依据' %}")

    def shown_to(by, template=template) -> str:
        return template.render(Context({"request": SimpleNamespace(user=by), "entry": entry}))

    assert entry.url in (link := shown_to(city.clerk))
    assert entry.number in link
    assert shown_to(city.other) == "其他单位办理的事项"
    assert shown_to(city.clerk, stem) == f'<a href="{entry.url}">依据</a>'
    assert shown_to(city.other, stem) == "依据"


#: One row for each reason to see an entry of the office 预算科 or not; `ledger/test_queries.py` covers the others.
#: One urging message goes to all clerks of a unit; figures are of the user's units, unless the user supervises.
@pytest.mark.parametrize(
    ("role", "audience", "sees", "urges", "counts"),
    [
        ("clerk", Audience.CHIEF, False, False, False),
        ("other", Audience.STAFF, True, False, False),
        ("other", Audience.PARTIES, False, False, False),
        ("budget_clerk", Audience.CHIEF, True, False, True),
        ("chief", Audience.CHIEF, True, False, True),
        ("chief", Audience.PARTIES, True, True, True),
    ],
)
def test_visibility_of_entry_in_every_channel(as_, city, role, audience, *, sees, urges, counts) -> None:
    entry = EntryFactory(body=city.finance, office=city.budget, audience=audience, red=True)
    actions.comment(entry, by=city.chief, text="附件", files=[keep(SimpleUploadedFile("规划.pdf", b"%PDF-1"))])
    file = entry.attachments.get()
    client = as_(getattr(city, role))
    addresses = [entry_url(entry), entry_url(entry, "beside/"), entry_url(entry, "act/ledger.comment/")]
    for address in [*addresses, f"/admin/ledger/attachment/{file.pk}/"]:
        assert client.get(address).status_code == (200 if sees else 404), address
    assert (entry.title in client.get("/admin/ledger/?light=all").content.decode()) is sees
    assert (entry.title in client.get("/admin/ledger/urging/?light=red").content.decode()) is urges
    assert bool(client.get("/admin/statistics/").context["accounts"]) is counts


def test_public_sees_nothing(client, city) -> None:
    entry = EntryFactory(body=city.finance, audience=Audience.STAFF)
    for path in ("", "act/trial.submit/", "beside/"):
        answer = client.get(entry_url(entry, path))
        assert (answer.status_code, "login" in answer.url) == (302, True)


def test_page_names_next_step_and_who_takes_it(as_, city, monkeypatch) -> None:
    kind = replace(ENTRY_KINDS_BY_NAME["trial"], onward=("trial.accept",))
    monkeypatch.setitem(ENTRY_KINDS_BY_NAME, "trial", kind)
    entry = EntryFactory(body=city.finance, state="submitted")
    assert "下一步：同意销号。" in as_(city.clerk).get(entry_url(entry)).content.decode()
    # The outcome of an open decision is not predicted.
    monkeypatch.setitem(ENTRY_KINDS_BY_NAME, "trial", replace(kind, awaited={"trial.accept": "审核是否销号"}))
    assert "下一步：审核是否销号。" in as_(city.clerk).get(entry_url(entry)).content.decode()
    assert "下一步：" not in as_(city.chief).get(entry_url(entry)).content.decode()


def test_submitter_has_no_next_step_while_entry_waits(city, monkeypatch) -> None:
    kind = replace(
        ENTRY_KINDS_BY_NAME["trial"], onward=("trial.accept", "ledger.comment"), waiting=frozenset({"submitted"})
    )
    entry = EntryFactory(body=city.finance, state="submitted")
    for waiting, main in ((frozenset(), "ledger.comment"), (kind.waiting, None)):
        monkeypatch.setitem(ENTRY_KINDS_BY_NAME, "trial", replace(kind, waiting=waiting))
        offer = find_next_own_offer(entry, city.clerk)
        assert (offer and offer.action.name) == main
    assert find_next_offer_of_others(entry, city.clerk).action.name == "trial.accept"


def test_file_is_downloaded_and_cannot_run(as_, city) -> None:
    entry = EntryFactory(body=city.finance)
    actions.comment(entry, by=city.clerk, text="x", files=[keep(SimpleUploadedFile("公告 表.pdf", b"%PDF-1"))])
    answer = as_(city.clerk).get(f"/admin/ledger/attachment/{entry.attachments.get().pk}/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == b"%PDF-1"


def test_page_offers_allowed_actions_and_explains_others(as_, city) -> None:
    entry = EntryFactory(body=city.finance)
    page = as_(city.clerk).get(entry_url(entry))
    assert page.context["allowed"][0].action.label == "提交"
    text = page.content.decode()
    assert "当前状态为“办理中”，不能“同意销号”" in text
    assert "只有牵头单位或者政务公开办可以办理" in text


def test_action_form_performs_action_and_redirects(as_, city) -> None:
    entry = EntryFactory(body=city.finance)
    client = as_(city.clerk)
    form = client.get(entry_url(entry, "act/trial.submit/"))
    assert 'name="version" value="1"' in form.content.decode()
    assert ">提交</h1>" in form.content.decode()
    answer = client.post(entry_url(entry, "act/trial.submit/"), {"version": 1, "words": "已在专栏公开"})
    assert answer.status_code == 302
    assert answer.url == entry_url(entry)
    page = client.get(entry_url(entry)).content.decode()
    assert "待审核" in page
    assert "已在专栏公开" in page


def test_stale_form_gets_conflict_and_keeps_typed_values(as_, city) -> None:
    entry = EntryFactory(body=city.finance)
    submit(entry, by=city.clerk)
    as_(city.chief).post(entry_url(entry, "act/trial.return/"), {"version": 2, "words": "缺链接"})
    answer = as_(city.chief).post(entry_url(entry, "act/trial.accept/"), {"version": 2, "words": "我写的意见"})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "刚刚已由他人处理" in text
    assert "我写的意见" in text
    assert 'name="version" value="3"' in text
    assert Entry.objects.get(pk=entry.pk).state == "returned"


def test_refusal_is_shown_above_the_form(as_, city) -> None:
    entry = EntryFactory(body=city.finance)
    answer = as_(city.clerk).post(entry_url(entry, "act/ledger.add_evidence/"), {"url": "javascript:alert(1)"})
    assert "http:// 或 https://" in answer.content.decode()
    answer = as_(city.clerk).post(entry_url(entry, "act/ledger.add_evidence/"), {})
    assert "只填一项" in answer.content.decode()
    assert not Evidence.objects.exists()


def test_forbidden_action_is_explained_and_foreign_ones_have_no_form(as_, city) -> None:
    entry = EntryFactory(body=city.finance)
    page = as_(city.clerk).get(entry_url(entry, "act/trial.accept/")).content.decode()
    assert "现在还不能这样做" in page
    assert "<textarea" not in page
    assert entry_url(entry, "act/trial.submit/") in page.split("现在可以办理")[1]
    for name in ("units.rename", "ledger.redate", "nothing"):
        assert as_(city.chief).get(entry_url(entry, f"act/{name}/")).status_code == 404


def test_evidence_and_comments_with_files_are_added_by_form(as_, city) -> None:
    entry = EntryFactory(body=city.finance)
    client = as_(city.clerk)
    upload = SimpleUploadedFile("截图.png", b"\x89PNG\r\n\x1a\n")
    client.post(entry_url(entry, "act/ledger.add_evidence/"), {"file": upload, "words": "栏目截图"})
    assert Evidence.objects.get().title == "截图.png"
    files = [SimpleUploadedFile("甲.txt", b"a"), SimpleUploadedFile("乙.txt", b"b")]
    client.post(entry_url(entry, "act/ledger.comment/"), {"text": "两个附件", "files": files})
    assert Comment.objects.get().attachments.count() == 2
    for name, content, reason in (("a.exe", b"MZ", "不能上传"), ("断.pdf", b"%PDF-1 cut", "“断.pdf”打不开，已损坏")):
        bad = client.post(
            entry_url(entry, "act/ledger.comment/"), {"text": "坏", "files": SimpleUploadedFile(name, content)}
        )
        assert reason in bad.content.decode()
    assert Comment.objects.count() == 1
    files = [SimpleUploadedFile("丙.txt", b"c"), SimpleUploadedFile("断.pdf", b"%PDF-1 cut")]
    kept = client.post(entry_url(entry, "act/ledger.comment/"), {"text": "一个坏的", "files": files}, follow=True)
    assert re.search("“断.pdf”打不开，[^<]*；没有收下，其他文件已收下。", kept.content.decode())
    assert Comment.objects.latest("pk").attachments.count() == 1
    page = client.get(entry_url(entry)).content.decode()
    assert "栏目截图" in page
    assert "甲.txt" in page


def test_evidence_that_is_no_longer_public_is_not_linked(as_, plans, housing) -> None:
    document, clerk = public(housing, [plans], title="云岭市停车规划"), actor(Role.CLERK, housing)
    path, entry = f"/columns/{plans.pk}/1.html", EntryFactory(body=housing)
    Evidence.objects.create(
        entry=entry,
        kind="edition",
        title="停车规划",
        url=path,
        edition=document.editions.get().pk,
        captured_at=timezone.now(),
    )
    assert f'href="{path}"' in as_(clerk).get(entry_url(entry)).content.decode()
    withdraw(document, by=actor(Role.LEAD, housing), reason="内容有误")
    page = as_(clerk).get(entry_url(entry)).content.decode()
    assert "（现在没有公开）" in page
    assert f'href="{path}"' not in page


def test_evidence_is_judged_from_the_page(as_, city) -> None:
    entry = EntryFactory(body=city.finance)
    one = actions.add_evidence(entry, by=city.clerk, url="https://www.yunling.gov.cn/1")
    address = entry_url(entry, "act/ledger.judge_evidence/")
    assert f"{address}?evidence={one.pk}" in as_(city.chief).get(entry_url(entry)).content.decode()
    form = as_(city.chief).get(f"{address}?evidence={one.pk}").content.decode()
    assert f'name="evidence" value="{one.pk}"' in form
    as_(city.chief).post(address, {"evidence": one.pk, "holds": "0", "words": "链接打不开"})
    one.refresh_from_db()
    assert (one.lead, one.judged_by, one.words) == ("fails", city.chief.name, "链接打不开")
    assert address not in as_(city.clerk).get(entry_url(entry)).content.decode()


def test_refused_action_leaves_no_file(as_, city, settings) -> None:
    from gongkai.core.files.storage import get_files_storage, get_store_path

    entry = EntryFactory(body=city.finance, grey=True)
    upload = SimpleUploadedFile("单独.txt", b"only here")
    answer = as_(city.clerk).post(entry_url(entry, "act/ledger.add_evidence/"), {"file": upload})
    assert "已经办结" in answer.content.decode()
    assert not get_files_storage().exists(get_store_path(sha256(b"only here").hexdigest()))


def test_action_redirects_only_to_own_site(as_, city) -> None:
    entry = EntryFactory(body=city.finance)
    answer = as_(city.clerk).post(
        entry_url(entry, "act/ledger.comment/"), {"text": "x", "next": "https://evil.example/"}
    )
    assert answer.url == entry_url(entry)


def test_entry_page_uses_constant_number_of_queries(as_, city, django_assert_max_num_queries) -> None:
    entry = EntryFactory(body=city.finance)
    actions.comment(entry, by=city.clerk, text="一", files=[keep(SimpleUploadedFile("a.pdf", b"%PDF-1"))])
    actions.add_evidence(entry, by=city.clerk, file=keep(SimpleUploadedFile("a.pdf", b"%PDF-1")))
    client = as_(city.clerk)
    client.get(entry_url(entry))
    with CaptureQueriesContext(connection) as few:
        client.get(entry_url(entry))
    for n in range(26):
        actions.comment(entry, by=city.clerk, text=f"{n}", files=[keep(SimpleUploadedFile("a.pdf", b"%PDF-1"))])
        actions.add_evidence(entry, by=city.clerk, file=keep(SimpleUploadedFile("a.pdf", b"%%PDF-1 %d" % n)))
    with django_assert_max_num_queries(len(few)):
        newest = client.get(entry_url(entry)).content.decode()
    assert len(few) < 40
    assert "?history=2" in newest, "a long history goes on on another page"
    assert len(HistoryEvents(entry)[50:]) == len(HistoryEvents(entry)) - 50 > 0
