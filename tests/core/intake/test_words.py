"""Text of people outside is never stored in the clear: not in database bytes, log, messages or files."""

import io
import json
import re
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from openpyxl import load_workbook

from factories.consultation import inquiry
from factories.intake import PNG, filled, post
from factories.participation import open_consultation, start_survey
from factories.requests import REQUESTED_INFORMATION, register
from factories.units import BodyFactory, PersonFactory, actor, signed_in
from gongkai.content.editions.models import Column, Website
from gongkai.core.acts import covering_check, row_coverage
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.acts.models import Movement
from gongkai.core.acts.seal import verify_log
from gongkai.core.intake import encryption_job
from gongkai.core.intake.forms import PUBLIC_FORMS_BY_NAME
from gongkai.core.intake.matters import MATTER_KINDS_BY_NAME
from gongkai.core.intake.models import Sending, Upload
from gongkai.core.intake.uploads import store_upload
from gongkai.core.ledger import outside_texts
from gongkai.core.ledger.jobs.registry import map_jobs_by_name
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.outside_texts import search_limit_note, search_outside_texts, set_subjects
from gongkai.core.outbox.models import Message
from gongkai.core.spreadsheets.models import ImportRun, ImportTouch
from gongkai.core.units.models import Body, Role
from gongkai.core.vault.sealing import FERNET_TOKEN_PREFIX
from gongkai.work.consultation.actions import answer_with_known_answer, assign_inquiry
from gongkai.work.consultation.models import Inquiry
from gongkai.work.requests.actions import add_supplement
from gongkai.work.requests.models import Request

pytestmark = pytest.mark.django_db
NAME, PHONE, ID = "陆文渊", "13987654321", "110101199003077459"
PERSONAL_TEXT = f"我叫{NAME}，电话{PHONE}，身份证号{ID}，"


def serialize_database() -> bytes:
    """Return all bytes of the database as in its file, including free pages and the open transaction."""
    connection.ensure_connection()
    return bytes(connection.connection.serialize())


def find_secrets(content: bytes) -> list[str]:
    """Return which of the three secrets occur in some bytes, as text or JSON."""
    ways = {one: (one.encode(), json.dumps(one).strip('"').encode()) for one in (NAME, PHONE, ID)}
    return [one for one, spelled in ways.items() if any(way in content for way in spelled)]


def make_input(field: forms.Field, name: str) -> Any:
    """Return a value for a field that contains the three secrets wherever text is allowed."""
    own = {
        "name": NAME,
        "phone": PHONE,
        "id_number": ID,
        "email": "lu@example.cn",
        "address": PERSONAL_TEXT,
        "fax": "0591-88886666",
        "postcode": "350001",
    }
    if isinstance(field, forms.ModelChoiceField):
        first = field.queryset.first()  # type: ignore[union-attr]
        return str(first.pk) if first else ""
    if isinstance(field, forms.MultipleChoiceField):
        return []
    if isinstance(field, forms.ChoiceField):
        chosen = [str(key) for key, _ in field.choices if str(key)]  # type: ignore[union-attr]
        return {"kind": "person" if "person" in chosen else chosen[0]}.get(name, chosen[0])
    if isinstance(field, forms.BooleanField):
        return "1"
    longest = getattr(field, "max_length", None) or 500
    return own.get(name) or f"{PERSONAL_TEXT}想问{name}这一栏要写什么，请答复。"[:longest]


@pytest.fixture
def unit(site: Website) -> Body:
    return BodyFactory(name="云岭市水务局", short_name="市水务局", parent=site.body)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the file's bytes")
def test_database_bytes_contain_no_input_of_public_forms(
    client: Client, unit: Body, housing: Body, plans: Column
) -> None:
    """Every public form, and everything that can be sent later on the page of a matter."""
    open_consultation(housing, plans)
    start_survey(housing, plans)
    for body in (unit, housing, plans.website.body):
        actor(Role.CLERK, body)  # who is told of what comes
    sent: list[str] = []
    for name, definition in PUBLIC_FORMS_BY_NAME.items():
        data = {key: make_input(field, key) for key, field in definition.form().fields.items()}
        data |= (
            {"number": "", "institution": f"{NAME}{PHONE}的学校", "seen_answers": "1"}
            if name == "complaint"
            else {"seen_answers": "1"}
        )
        files = {"files": SimpleUploadedFile(f"{NAME}{ID}.png", PNG, "image/png")} if definition.files else {}
        answer = post(client, {**filled(client, name), **data, **files}, name)
        assert answer.status_code == 200, (
            name,
            re.findall(r"<li>\s*<a\s+href=.#id_[^<]*</a>|<li>[^<]*</li>", answer.content.decode()),
        )
        sent.append(Sending.objects.latest("pk").matter)
    assert sorted(one.partition("/")[0] for one in sent) == sorted(
        {"inquiry", "request", "complaint", "fault", "comment", "firm", "survey_reply"}
    )
    acted = 0
    for matter in sent:
        kind, _, number = matter.partition("/")
        for offered in MATTER_KINDS_BY_NAME[kind].follow_ups:
            if offered.name in {"withdraw", "leave", "pay"} or not offered.ready(int(number)):
                continue
            filled_in = offered.form({key: make_input(field, key) for key, field in offered.form.base_fields.items()})
            assert filled_in.is_valid(), (matter, offered.name, filled_in.errors)
            offered.act(int(number), filled_in.cleaned_data)
            acted += 1
    assert acted >= 2
    store_upload(SimpleUploadedFile(f"{NAME}.png", PNG), matter=sent[0])
    assert find_secrets(serialize_database()) == []
    assert Message.objects.exists()


def read_page(role: Role, body: Body, address: str) -> str:
    """Return the text of a page or of a spreadsheet for a role."""
    answer = signed_in(role, body).get(address, follow=True)
    assert answer.status_code == 200, address
    if "spreadsheet" not in answer.headers.get("Content-Type", ""):
        return str(answer.content.decode())
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return " ".join(str(cell.value) for page in load_workbook(io.BytesIO(content)) for row in page for cell in row)


def test_handling_unit_reads_and_searches_text_and_others_see_it_masked(
    site: Website, unit: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = f"{PERSONAL_TEXT}申请公开供水管网改造的资金安排"
    request = register(unit, wanted=wanted, channel="mail")
    add_supplement(request, by=actor(Role.CLERK, unit), text=f"{PERSONAL_TEXT}另附说明")
    asked = inquiry(unit, title=f"{NAME}问水费{PHONE}", text=f"{PERSONAL_TEXT}水费为什么涨了？")
    for entry in (request, asked.entry):
        assert not find_secrets(entry.title.encode())
        page = f"/admin/ledger/{entry.pk}/"
        assert PHONE in read_page(Role.CLERK, unit, page)
        assert find_secrets(read_page(Role.AUDITOR, site.body, page).encode()) == []
    for address in ("/admin/requests/", "/admin/requests/?export=1", "/admin/ledger/?light=all"):
        assert NAME in read_page(Role.CLERK, unit, address), address
        assert find_secrets(read_page(Role.AUDITOR, site.body, address).encode()) == [], address
    taken = Movement.objects.get(action="intake.export_words")  # the auditor's was masked: nothing to record
    assert (taken.facts["rows"], taken.stream.startswith("exports/")) == (1, True)
    rows = Entry.objects.all()
    clerk, auditor = actor(Role.CLERK, unit), actor(Role.AUDITOR, site.body)
    assert set(search_outside_texts(rows, clerk, PHONE)) == {request.pk, asked.pk}
    assert search_outside_texts(rows, auditor, PHONE) == []
    for role, body, found in ((Role.CLERK, unit, True), (Role.AUDITOR, site.body, False)):
        assert (request.number in read_page(role, body, f"/admin/requests/?q={PHONE}")) is found
    check_search_limit_notice(unit, site.body, monkeypatch)


def check_search_limit_notice(unit: Body, other: Body, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the search limit, each list says that older matters were not searched."""
    register(other, wanted="别的单位后来收到的一件申请")
    clerk, auditor = actor(Role.CLERK, unit), actor(Role.AUDITOR, other)
    monkeypatch.setattr(outside_texts, "MAX_DECRYPTED_ENTRIES", 1)
    assert len(search_outside_texts(Entry.objects.all(), clerk, PHONE)) == 2, "others' newer ones take nobody's place"
    assert not search_limit_note(Entry.objects.all(), clerk)
    monkeypatch.setattr(outside_texts, "MAX_DECRYPTED_ENTRIES", 0)
    assert not search_limit_note(Entry.objects.all(), auditor), "who works on none is told of none"
    lists = ("requests/?q={}", "ledger/?light=all&q={}", "find/?q={}", "ledger/?light=all&q=申请2026-")
    shown = [
        outside_texts.SEARCH_LIMIT_NOTE in read_page(Role.CLERK, unit, "/admin/" + address.format(PHONE))
        for address in lists
    ]
    assert shown == [True, True, True, False], "a number is looked for among all"
    assert outside_texts.SEARCH_LIMIT_NOTE in read_page(Role.CHIEF, other, f"/admin/ledger/urging/?q={PHONE}")


def test_list_loads_its_encrypted_words_in_one_query(unit: Body, django_assert_num_queries: Any) -> None:
    for number in range(3):
        register(unit, wanted=f"第{number}批供水管网改造清单和资金安排")
    clerk = actor(Role.CLERK, unit)
    rows = list(Entry.objects.select_related("body"))
    with django_assert_num_queries(1):
        set_subjects(rows, clerk)
    assert {row.heading for row in rows} == {f"第{number}批供水管网改造清单和资金安排" for number in range(3)}


def write_unencrypted(entry: Entry, table: str, title: str, **words: str) -> None:
    """Write words and title unencrypted, as before the encryption, without noting the rows."""
    columns = ", ".join(f"{name} = %s" for name in words)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {columns} WHERE entry_id = %s", [*words.values(), entry.pk])
        cursor.execute("UPDATE ledger_entry SET title = %s WHERE id = %s", [title, entry.pk])


def write_before_encryption(unit: Body) -> None:
    """Store requests, an inquiry, a message and an import as before the encryption."""
    requests = [register(unit, wanted=REQUESTED_INFORMATION) for _ in range(3)]
    asked = inquiry(unit).entry
    for entry in requests:
        write_unencrypted(
            entry,
            "requests_request",
            f"{PERSONAL_TEXT}申请",
            wanted=f"{PERSONAL_TEXT}申请公开清单",
            wishes=PERSONAL_TEXT,
        )
    write_unencrypted(asked, "consultation_inquiry", f"{NAME}问水费", subject="", text=f"{PERSONAL_TEXT}水费涨了")
    facts = {"subject": f"新的咨询：{NAME}问水费", "body": f"“{NAME}问水费”等待分办。", "link": asked.url}
    Message.objects.create(person=PersonFactory(), channel="inbox", key="k", **facts)
    run = ImportRun.objects.create(importer="requests", file_name="登记簿.xlsx", content=b"", file_digest="-")
    kept = {"label": f"{PERSONAL_TEXT}申请", "after": {"title": f"{PERSONAL_TEXT}申请", "kind": "request"}}
    row = {"position": 1, "model": "ledger.entry", "object_pk": requests[0].pk, "verb": "made"}
    ImportTouch.objects.create(run=run, **row, **kept)


def test_old_texts_are_encrypted_in_batches_and_covered_by_the_log(
    site: Website, unit: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_before_encryption(unit)
    assert Request.objects.first().wanted.reveal() == f"{PERSONAL_TEXT}申请公开清单", "read until it is encrypted"  # type: ignore[union-attr]
    monkeypatch.setattr(encryption_job, "ROWS_PER_TRANSACTION", 2)
    monkeypatch.setattr(encryption_job, "MAX_RUN_SECONDS", -1)
    assert encryption_job.encrypt_existing_texts() == {"sealed": 0}, "no time: nothing done, nothing lost"
    table = next(one for one in encryption_job.list_encrypted_text_tables() if one.model is Request)
    first = encryption_job.seal_words(None, by=SYSTEM, table=table, progress={})
    assert (first["now"], first["whole"]) == (2, False)
    monkeypatch.setattr(encryption_job, "MAX_RUN_SECONDS", 60)
    assert encryption_job.encrypt_existing_texts() == {"sealed": 2}, "it goes on where it was stopped"
    assert encryption_job.encrypt_existing_texts() == {"sealed": 0}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wanted FROM requests_request UNION SELECT text FROM consultation_inquiry UNION SELECT subject FROM consultation_inquiry"
        )
        assert all(token.startswith(FERNET_TOKEN_PREFIX) for (token,) in cursor.fetchall())
    inquired = Inquiry.objects.get()
    assert (inquired.subject.reveal(), inquired.text.reveal()) == (f"{NAME}问水费", f"{PERSONAL_TEXT}水费涨了")
    said = [
        *Entry.objects.values_list("title", flat=True),
        *Message.objects.values_list("subject", "body").filter(key="k").get(),
    ]
    said += [str(one) for one in ImportTouch.objects.values("label", "after")]
    assert find_secrets(" ".join(said).encode()) == []
    row_coverage.cover_existing_rows()
    assert [
        one
        for checked in covering_check.check_covered_tables()
        for one in checked.broken
        if "申请" in one or "咨询" in one or "记录" in one
    ] == []
    assert verify_log().ok
    with connection.cursor() as cursor:
        cursor.execute("UPDATE requests_request SET wanted = (SELECT text FROM consultation_inquiry)")
    assert any(
        "requests_request" in one for checked in covering_check.check_covered_tables() for one in checked.broken
    ), "words put elsewhere are named"


def test_rewritten_database_file_is_logged_once(unit: Body) -> None:
    encryption_job.record_clean_file(None, by=SYSTEM)
    assert Movement.objects.filter(stream=encryption_job.FILE, action="intake.write_file_anew").count() == 1
    assert map_jobs_by_name()["seal_words"].work is encryption_job.encrypt_existing_texts


def test_similar_questions_and_routing_use_decrypted_text(site: Website, unit: Body) -> None:
    """The software reads the question; lists for people do not show it."""
    from factories.consultation import released_answer
    from gongkai.work.consultation import queries, search_learning
    from gongkai.work.consultation.queries import find_similar_inquiries

    known = released_answer(unit, question="公租房怎样申请")
    entry = assign_inquiry(inquiry(site.body).entry, by=actor(Role.LEAD, site.body), body=unit)
    done = answer_with_known_answer(entry, by=actor(Role.CLERK, unit), known=known).inquiry
    assert [pair.asked for pair in search_learning.list_training_pairs()] == [done.question]
    assert find_similar_inquiries(done.text.reveal(), [done]) == [done]
    assert [body for body, _ in queries.propose_units(done.text.reveal())] == [unit]
    assert Upload.objects.count() == 0
