"""Public text entered by one user contains no personal data: the actions that write the rows of [checked] refuse it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from architecture.test_public_words import LISTED
from factories.policies import record
from factories.tables import table
from factories.units import BodyFactory, PersonFactory, actor
from gongkai.content.policies import actions as policies
from gongkai.core.acts.action import Refused
from gongkai.core.acts.public_words import refuse_personal_rows
from gongkai.core.files.models import StoredFile
from gongkai.core.units import actions as units
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Office, Role
from gongkai.oversight.gathering import actions as gathering
from gongkai.work.consultation.actions import phones, service_windows
from gongkai.work.directory import actions as directory
from gongkai.work.directory.models import CatalogueItem
from gongkai.work.newmedia import actions as newmedia
from gongkai.work.newmedia.account_sheet import save_imported_account
from gongkai.work.newmedia.models import Account
from gongkai.work.notices.models import Measure, MeasureUnit, Notice
from gongkai.work.notices.queries.public import count_public_progress
from gongkai.work.opinion.actions import registers
from gongkai.work.tables import actions as tables

pytestmark = pytest.mark.django_db
TEXT_WITH_PHONE = "本人电话13800138000"


def _make_unit_calls(body: Body, by: Actor) -> dict[str, list[Callable[[], Any]]]:
    office = Office.objects.create(body=body, name="信息科")
    fields = ("short_name", *sorted(units.bodies.PUBLIC_CONTACT_FIELDS))
    return {
        "units.Body": [
            lambda: units.create(body, by=by, name=TEXT_WITH_PHONE, kind="department"),
            lambda: units.rename(body, by=by, name=TEXT_WITH_PHONE),
            lambda: units.rename(body, by=by, name="云岭市新局", short_name=TEXT_WITH_PHONE),
            *(lambda name=name: units.edit(body, by=by, **{name: TEXT_WITH_PHONE}) for name in fields),
        ],
        "units.Office": [
            lambda: units.add_office(body, by=by, name=TEXT_WITH_PHONE),
            lambda: units.edit_office(office, by=by, name="信息科", phone=TEXT_WITH_PHONE),
        ],
    }


def _make_account_calls(body: Body, by: Actor) -> list[Callable[[], Any]]:
    leader = PersonFactory()
    facts = {"platform": "wechat", "name": f"{body.name}发布", "reason": "公开信息", "leader": leader}
    account = Account.objects.create(body=body, platform="weibo", name=f"{body.name}微博", state="open")
    return [
        *(
            lambda name=name: newmedia.file_account_opening(body, by=by, **{**facts, name: TEXT_WITH_PHONE})
            for name in ("name", "handle", "address", "functions")
        ),
        lambda: newmedia.file_account_change(account, by=by, reason="改名", functions=TEXT_WITH_PHONE),
        lambda: newmedia.change_unfiled_facts(account, by=by, handle=TEXT_WITH_PHONE),
        lambda: save_imported_account(body, by=by, platform="weibo", name=account.name, functions=TEXT_WITH_PHONE),
    ]


def _make_calls_by_model(body: Body, by: Actor) -> dict[str, list[Callable[[], Any]]]:
    kept, catalogue = record(body), directory.make_catalogue_draft(body, by=by, domain="救灾")
    window = {"name": "咨询窗口", "place": "一楼", "hours": "工作日"}
    items = ("first", "second", "content", "basis", "time_limit", "responsible")
    return {
        **_make_unit_calls(body, by),
        "newmedia.Account": _make_account_calls(body, by),
        "consultation.ContactPhone": [
            lambda: phones.enter_phone(body, by=by, number="0799-8001234", hours=TEXT_WITH_PHONE),
            lambda: phones.enter_phone(body, by=by, number="0799-8001234", hours="工作日", purpose=TEXT_WITH_PHONE),
        ],
        "consultation.ServiceWindow": [
            lambda name=name: service_windows.open_service_window(body, by=by, **{**window, name: TEXT_WITH_PHONE})
            for name in window
        ],
        "directory.Catalogue": [lambda: directory.make_catalogue_draft(body, by=by, domain=TEXT_WITH_PHONE)],
        "directory.CatalogueItem": [
            lambda name=name: directory.fill_catalogue_draft(
                catalogue, by=by, items=[CatalogueItem(**{name: TEXT_WITH_PHONE})]
            )
            for name in items
        ],
        "gathering.Collection": [
            lambda: gathering.add_collection(body, by=by, name=TEXT_WITH_PHONE),
            lambda: gathering.add_collection(body, by=by, name="规划", about=TEXT_WITH_PHONE),
        ],
        "opinion.PromiseTopic": [lambda: registers.add_topic(body, by=by, name=TEXT_WITH_PHONE)],
        "tables.Posting": [
            lambda: tables.record_posting(
                body, by=by, table=table(body, "fee"), kind="board", on=date(2026, 3, 1), place=TEXT_WITH_PHONE
            )
        ],
        "policies.Relation": [
            lambda: policies.add_relation(kept, by=by, kind="basis", cited=TEXT_WITH_PHONE),
            lambda: policies.draft_response(kept, by=by, concern=TEXT_WITH_PHONE),
        ],
    }


def test_text_entered_by_one_user_refuses_personal_data() -> None:
    body = BodyFactory(government=True)
    calls_by_model = _make_calls_by_model(body, actor(Role.CHIEF, body))
    assert set(calls_by_model) | {"notices.Notice", "notices.Measure", "notices.MeasureUnit"} == set(LISTED["checked"])
    for label, calls in calls_by_model.items():
        for place, call in enumerate(calls):
            with pytest.raises(Refused) as caught:
                call()
            said = str(caught.value)
            assert "不能写入" in said or "不宜公开" in said, (label, place, said)


def test_bulk_rows_refuse_personal_data() -> None:
    for numbers in (False, True):
        with pytest.raises(Refused, match="全称会直接公开"):
            refuse_personal_rows([Body(name="市教育局"), Body(name=TEXT_WITH_PHONE)], "name", numbers=numbers)


def test_public_progress_masks_personal_data_of_notice() -> None:
    """The office needs the text of the document; the public reads it masked."""
    government = BodyFactory(government=True)
    notice = Notice.objects.create(
        government=government,
        issuer=government,
        year=2026,
        state="live",
        source_file=StoredFile.objects.create(digest="0" * 64, size=1),
        title=f"通知{TEXT_WITH_PHONE}",
        doc_number=f"云府办〔2026〕1号{TEXT_WITH_PHONE}",
    )
    measure = Measure.objects.create(
        notice=notice,
        position=1,
        section_no=1,
        section=f"一、{TEXT_WITH_PHONE}",
        item=f"任务{TEXT_WITH_PHONE}",
        text=f"举措{TEXT_WITH_PHONE}。",
    )
    MeasureUnit.objects.create(
        measure=measure, part="lead", printed=f"各部门{TEXT_WITH_PHONE}", plural=True, position=1
    )
    shown = repr(count_public_progress(2026, government))
    assert "举措" in shown
    assert "各部门" in shown
    assert "13800138000" not in shown
