"""The office: who gets to which page, writing an item in Wagtail's editor, signing it, the register."""

import io
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document as Word
from openpyxl import load_workbook
from wagtail.models import GroupPagePermission

from factories.publishing import FIELDS, column, item, public, reviewed
from factories.units import AppointmentFactory, BodyFactory, actor
from gongkai.acts.action import Refused
from gongkai.publishing import actions, files, rights
from gongkai.publishing.documents import desk_of, document_of
from gongkai.publishing.models import Column, Edition, ItemPage, Review, Website
from gongkai.publishing.reviewing.sheet import QUESTIONS
from gongkai.publishing.views import columns as views
from gongkai.units.access import sync_access
from gongkai.units.actors import SYSTEM
from gongkai.units.models import Appointment, Body, Role

pytestmark = pytest.mark.django_db


def sign_in(client: Client, role: Role, body: Body) -> Appointment:
    appointment = AppointmentFactory(role=role, body=body)
    sync_access(appointment.person)
    client.force_login(appointment.person.user, "django.contrib.auth.backends.ModelBackend")
    return appointment


def said(response: Any) -> str:
    return response.content.decode()


def editor_post(plans: Column, **changed: Any) -> dict[str, Any]:
    return {
        "title": "云岭市城镇燃气专项规划",
        "kind": "plan",
        "columns": [plans.pk],
        "body": '{"entityMap": {}, "blocks": [{"key": "a", "text": "规划正文", "type": "unstyled"}]}',
        "formed_on": "2026-11-02",
        "attribute": "proactive",
        "attribute_basis": "20.3",
        "manner": "all",
        "attachments-TOTAL_FORMS": 0,
        "attachments-INITIAL_FORMS": 0,
        "attachments-MIN_NUM_FORMS": 0,
        "attachments-MAX_NUM_FORMS": 1000,
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
        "comments-MIN_NUM_FORMS": 0,
        "comments-MAX_NUM_FORMS": 1000,
        **changed,
    }


class TestRights:
    def test_a_clerk_edits_under_the_own_desk_and_nowhere_else(
        self, client: Client, site: Website, plans: Column, housing: Body
    ) -> None:
        own = item(housing, [plans])
        other = item(BodyFactory(name="云岭市水务局", parent=site.body), [plans])
        sign_in(client, Role.CLERK, housing)
        assert client.get(reverse("wagtailadmin_pages:edit", args=(own.pk,))).status_code == 200
        assert client.get(reverse("wagtailadmin_pages:edit", args=(other.pk,))).status_code == 302
        assert client.get(reverse("publishing:item", args=(own.pk,))).status_code == 200
        assert client.get(reverse("publishing:item", args=(other.pk,))).status_code == 404

    def test_nobody_gets_the_right_to_publish(self, client: Client, housing: Body, plans: Column) -> None:
        for role in Role:
            AppointmentFactory(role=role, body=housing)
        names = set(GroupPagePermission.objects.values_list("permission__codename", flat=True))
        granted = GroupPagePermission.objects.filter(group__name__startswith=rights.PREFIX)
        assert set(granted.values_list("permission__codename", flat=True)) == {"add_page", "change_page"}
        assert "publish_page" in names, "Wagtail's own groups have it; nobody is put into them"

    def test_an_ended_appointment_takes_the_right_away(
        self, client: Client, housing: Body, plans: Column
    ) -> None:
        page = item(housing, [plans])
        appointment = sign_in(client, Role.CLERK, housing)
        from datetime import date

        appointment.end = date(2021, 1, 1)
        appointment.save()
        user = get_user_model().objects.get(pk=appointment.person.user.pk)
        assert not user.groups.filter(name__startswith=rights.PREFIX).exists()
        assert client.get(reverse("wagtailadmin_pages:edit", args=(page.pk,))).status_code == 302

    def test_the_job_is_safe_to_repeat(self, housing: Body) -> None:
        AppointmentFactory(role=Role.CLERK, body=housing).person.user.groups.clear()
        assert rights.sync_all() == {"desks": 1}
        assert rights.sync_all() == {"desks": 0}

    @pytest.mark.parametrize(
        "name", ["items", "reviews", "columns", "columns_export", "promptness", "idle", "websites"]
    )
    @pytest.mark.parametrize("role", list(Role))
    def test_every_page_opens_for_every_role(
        self, name: str, role: Role, client: Client, site: Website, plans: Column, housing: Body
    ) -> None:
        public(housing, [plans])
        sign_in(client, role, site.body)
        assert client.get(reverse(f"publishing:{name}")).status_code == 200

    def test_without_an_appointment_nothing_opens(self, client: Client, site: Website) -> None:
        user = get_user_model().objects.create(username="former", is_superuser=True)
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        assert client.get(reverse("publishing:items")).status_code in {302, 403}
        assert client.get(reverse("publishing:columns")).status_code in {302, 403}


class TestEditor:
    def test_from_a_new_item_to_the_public_page(
        self, client: Client, site: Website, plans: Column, housing: Body
    ) -> None:
        sign_in(client, Role.CLERK, housing)
        answer = client.get(reverse("publishing:new", args=(housing.pk,)))
        form = client.get(answer["Location"])
        assert "放入栏目" in said(form)
        assert "action-publish" not in said(form)
        answer = client.post(answer["Location"], editor_post(plans, **{"action-gongkai-submit": "1"}))
        page = ItemPage.objects.get()
        assert answer["Location"] == reverse("publishing:item", args=(page.pk,))
        assert [p.column for p in document_of(page).placements.all()] == [plans]
        client.post(reverse("publishing:submit", args=(page.pk,)), {"note": "请审"})
        review = Review.objects.get()
        assert review.state == "waiting"
        shown = said(client.get(reverse("publishing:review", args=(review.pk,))))
        assert "须由其他人审签" in shown
        client.post(reverse("publishing:approve", args=(review.pk,)), {"version": review.version})
        answers = {"sheet": "1", **{f"sheet-{question.name}": "no" for question in QUESTIONS}}
        for stage, role in enumerate((Role.REVIEWER, Role.SIGNER, Role.LEAD)):
            review.refresh_from_db()
            assert (review.stage, Edition.objects.count()) == (stage, 0)
            signer = Client()
            sign_in(signer, role, housing)
            assert "规划正文" in said(signer.get(reverse("publishing:review", args=(review.pk,))))
            signer.post(
                reverse("publishing:approve", args=(review.pk,)), {"version": review.version, **answers}
            )
        assert Edition.objects.count() == 1
        assert "规划正文" in said(Client().get(f"/columns/{plans.pk}/{document_of(page).pk}.html"))

    def test_a_word_file_fills_the_text_and_attachments_come_along(
        self, client: Client, site: Website, plans: Column, housing: Body
    ) -> None:
        document = Word()
        document.add_paragraph("来自文件的正文")
        document.add_table(1, 2).cell(0, 0).text = "甲"
        out = io.BytesIO()
        document.save(out)
        sign_in(client, Role.CLERK, housing)
        add = reverse("wagtailadmin_pages:add", args=("publishing", "itempage", desk_of(housing).pk))
        files = {
            "word": SimpleUploadedFile("正文.docx", out.getvalue()),
            "uploads": [
                SimpleUploadedFile("一.pdf", b"%PDF-1.4"),
                SimpleUploadedFile("二.xlsx", b"PK\x03\x04"),
            ],
        }
        assert client.post(add, {**editor_post(plans), **files}).status_code == 302
        page = ItemPage.objects.get().get_latest_revision_as_object()
        assert "<table>" in page.imported_html
        assert [a.name for a in page.attachments.all()] == ["一.pdf", "二.xlsx"]
        edit = reverse("wagtailadmin_pages:edit", args=(page.pk,))
        assert "来自文件的正文" in said(client.get(edit))

    def test_a_file_that_is_none_is_said_at_the_field(
        self, client: Client, site: Website, plans: Column, housing: Body
    ) -> None:
        sign_in(client, Role.CLERK, housing)
        add = reverse("wagtailadmin_pages:add", args=("publishing", "itempage", desk_of(housing).pk))
        files = {
            "word": SimpleUploadedFile("正文.docx", b"no zip"),
            "uploads": SimpleUploadedFile("x.exe", b"MZ"),
        }
        answer = client.post(add, {**editor_post(plans), **files})
        assert answer.status_code == 200
        assert "这不是 .docx 文件" in said(answer)
        assert "不能上传“x.exe”" in said(answer)
        assert not ItemPage.objects.exists()

    def test_wagtails_publish_button_leads_to_review(
        self, client: Client, site: Website, plans: Column, housing: Body
    ) -> None:
        page = item(housing, [plans])
        admin = AppointmentFactory(role=Role.ADMINISTRATOR, body=site.body)
        user = admin.person.user
        user.is_superuser = user.is_staff = True
        user.save()
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        edit = reverse("wagtailadmin_pages:edit", args=(page.pk,))
        answer = client.post(edit, editor_post(plans, **{"action-publish": "1"}))
        assert answer["Location"] == reverse("publishing:item", args=(page.pk,))
        assert not Edition.objects.exists()

    def test_what_was_published_is_not_deleted_from_the_desk(
        self, client: Client, site: Website, plans: Column, housing: Body
    ) -> None:
        document = public(housing, [plans])
        user = get_user_model().objects.create(username="root", is_superuser=True, is_staff=True)
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        client.post(reverse("wagtailadmin_pages:delete", args=(document.item_number,)))
        assert ItemPage.objects.filter(pk=document.item_number).exists()

    def test_the_preview_is_the_public_page_marked_as_draft(
        self, client: Client, site: Website, plans: Column, housing: Body
    ) -> None:
        page = item(housing, [plans])
        sign_in(client, Role.CLERK, housing)
        shown = said(client.get(reverse("publishing:preview", args=(page.pk,))))
        assert "尚未公开" in shown
        assert FIELDS["title"] in shown


class TestBeforeSigning:
    @pytest.mark.parametrize(
        ("role", "where", "opens"),
        [
            (Role.SIGNER, "own", True),
            (Role.CHIEF, "government", True),
            (Role.AUDITOR, "government", True),
            (Role.SIGNER, "other", False),
            (Role.CLERK, "other", False),
        ],
    )
    def test_text_and_files_can_be_read_by_those_who_decide(
        self, role: Role, where: str, opens: bool, client: Client, site: Website, plans: Column, housing: Body
    ) -> None:
        stored = files.store("附件内容".encode(), "名单.txt", SYSTEM)
        page = item(housing, [plans], attachments=[("名单.txt", stored)])
        review = actions.submit(page, by=actor(Role.CLERK, housing))
        bodies = {"own": housing, "government": site.body, "other": BodyFactory(parent=site.body)}
        sign_in(client, role, bodies[where])
        ways = [
            reverse("publishing:preview", args=(page.pk,)),
            reverse("publishing:review_preview", args=(review.pk,)),
            reverse("publishing:file", args=(page.pk, stored.digest)),
        ]
        assert [client.get(way).status_code == 200 for way in ways] == [opens] * 3
        assert client.get(reverse("publishing:file", args=(page.pk, "a" * 64))).status_code == 404


class TestDesk:
    @pytest.mark.parametrize(
        ("state", "titles"),
        [
            ("", {"草稿", "待审", "退回", "公开", "改过"}),
            ("draft", {"草稿", "待审", "退回"}),
            ("waiting", {"待审"}),
            ("returned", {"退回"}),
            ("public", {"公开", "改过"}),
            ("changed", {"改过"}),
        ],
    )
    def test_by_state(
        self, state: str, titles: set[str], client: Client, plans: Column, housing: Body
    ) -> None:
        item(housing, [plans], title="草稿")
        actions.submit(item(housing, [plans], title="待审"), by=actor(Role.CLERK, housing))
        returned = actions.submit(item(housing, [plans], title="退回"), by=actor(Role.CLERK, housing))
        actions.return_review(returned, by=actor(Role.SIGNER, housing), words="改")
        reviewed(housing, [plans], title="公开")
        changed = reviewed(housing, [plans], title="改过")
        actions.revise(
            ItemPage.objects.get(pk=changed.item_number), by=actor(Role.CLERK, housing), summary="新"
        )
        sign_in(client, Role.CLERK, housing)
        shown = said(client.get(reverse("publishing:items"), {"state": state}))
        assert {t for t in ("草稿", "待审", "退回", "公开", "改过") if f'/">{t}</a>' in shown} == titles

    def test_a_constant_number_of_queries(
        self, client: Client, plans: Column, housing: Body, django_assert_max_num_queries: Any
    ) -> None:
        for n in range(8):
            public(housing, [plans], title=f"第{n}条")
        sign_in(client, Role.CLERK, housing)
        client.get(reverse("publishing:items"))
        with django_assert_max_num_queries(24):
            client.get(reverse("publishing:items"))

    def test_withdrawing_standing_and_columns_from_the_items_page(
        self, client: Client, site: Website, plans: Column, housing: Body
    ) -> None:
        document = public(housing, [plans])
        number = document.item_number
        other = column(site, "住房保障")
        sign_in(client, Role.SIGNER, housing)
        client.post(reverse("publishing:place", args=(number,)), {"columns": [other.pk]})
        assert [p.column for p in document.placements.all()] == [other]
        client.post(
            reverse("publishing:standing", args=(number,)),
            {"standing": "repealed", "on": "2026-11-19", "note": ""},
        )
        document.refresh_from_db()
        assert document.standing == "repealed"
        assert "撤回理由" in said(client.get(reverse("publishing:item", args=(number,))))
        client.post(reverse("publishing:withdraw", args=(number,)), {"words": "有误"})
        assert not document.shelf.exists()


class TestRegister:
    def test_opening_changing_and_exporting(self, client: Client, site: Website) -> None:
        sign_in(client, Role.CHIEF, site.body)
        answer = client.post(
            reverse("publishing:column_new"), {"path": "政府信息公开目录>健康科普"}, follow=True
        )
        made = Column.objects.get(name="健康科普")
        assert "还不能开通" in said(answer)
        parents = Column.objects.filter(name__in=["政务公开", "政府信息公开目录"])
        person = AppointmentFactory(role=Role.CLERK, body=site.body).person
        for one in [*parents.order_by("path"), made]:
            url = reverse("publishing:column", args=(one.pk,))
            one.refresh_from_db()
            client.post(
                url,
                {
                    "name": one.name,
                    "content": "说明",
                    "owner": site.body.pk,
                    "person": person.pk,
                    "cycle_days": "31",
                    "kind": "normal",
                    "position": 5,
                    "version": one.version,
                },
            )
            client.post(reverse("publishing:column_act", args=(one.pk, "open")))
        made.refresh_from_db()
        assert made.is_open
        sheet = load_workbook(io.BytesIO(client.get(reverse("publishing:columns_export")).content)).active
        assert "政务公开 > 政府信息公开目录 > 健康科普" in {
            cell.value for row in sheet.iter_rows() for cell in row
        }

    def test_the_second_to_save_is_told(self, client: Client, site: Website, plans: Column) -> None:
        sign_in(client, Role.CHIEF, site.body)
        actions.change_column(plans, by=SYSTEM, position=3)
        answer = client.post(
            reverse("publishing:column", args=(plans.pk,)),
            {
                "name": "别的名称",
                "content": "说明",
                "owner": site.body.pk,
                "person": plans.person_id,
                "cycle_days": "31",
                "kind": "normal",
                "position": 5,
                "version": plans.version,
            },
        )
        assert "已由他人处理" in said(answer)
        assert "别的名称" in said(answer)
        plans.refresh_from_db()
        assert plans.name == "规划信息"

    def test_a_column_that_somebody_else_just_made_is_shown(
        self, client: Client, site: Website, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sign_in(client, Role.CHIEF, site.body)
        real = views.columns.make

        def overtaken(plan: Any, by: Any, **more: Any) -> Any:
            real(plan, by=SYSTEM)  # the other one, between looking and making
            return real(plan, by=by, **more)

        monkeypatch.setattr(views.columns, "make", overtaken)
        answer = client.post(reverse("publishing:column_new"), {"path": "重点领域 > 义务教育"})
        made = Column.objects.get(name="义务教育")
        assert answer.url == reverse("publishing:column", args=(made.pk,))  # type: ignore[attr-defined]

    def test_a_version_that_is_no_number_counts_as_none(
        self, client: Client, site: Website, plans: Column
    ) -> None:
        sign_in(client, Role.CHIEF, site.body)
        facts = {"name": plans.name, "kind": plans.kind, "position": 0, "cycle_days": 30, "version": "²"}
        assert client.post(reverse("publishing:column", args=(plans.pk,)), facts).status_code in {200, 302}

    def test_a_clerk_reads_the_register_and_changes_nothing(
        self, client: Client, site: Website, plans: Column
    ) -> None:
        sign_in(client, Role.CLERK, site.body)
        assert "新建栏目" not in said(client.get(reverse("publishing:columns")))
        client.post(reverse("publishing:column_act", args=(plans.pk, "archive")))
        plans.refresh_from_db()
        assert plans.archived_at is None

    def test_units_without_a_page_or_idle_are_listed(
        self, client: Client, site: Website, plans: Column, housing: Body
    ) -> None:
        """W-06."""
        BodyFactory(name="云岭市水务局", parent=site.body)
        public(housing, [plans])
        sign_in(client, Role.CHIEF, site.body)
        shown = said(client.get(reverse("publishing:idle"))).split('id="main"')[-1]
        assert "云岭市水务局" in shown
        assert "云岭市住房和城乡建设局" not in shown

    def test_bursts_are_reported(self, client: Client, site: Website, plans: Column, housing: Body) -> None:
        """P-19."""
        for n in range(5):
            public(housing, [plans], title=f"第{n}条")
        sign_in(client, Role.CHIEF, site.body)
        assert "公开 5 条，占 100%" in said(client.get(reverse("publishing:promptness")))

    def test_a_site_out_of_reach_is_not_replaced_by_an_own_one(self, client: Client, site: Website) -> None:
        sign_in(client, Role.CHIEF, site.body)
        address = reverse("publishing:column_new") + "?site=999999"
        assert client.post(address, {"path": "政府信息公开目录>健康科普"}).status_code == 404
        assert not Column.objects.filter(name="健康科普").exists()

    def test_a_new_site(self, client: Client, site: Website) -> None:
        sign_in(client, Role.ADMINISTRATOR, site.body)
        facts = {
            "name": "云岭市财政局",
            "host": "czj.yunling.gov.cn",
            "body": site.body.pk,
            "accent": "blue",
            "hosts": "",
        }
        assert client.post(reverse("publishing:website_new"), facts).status_code == 302
        made = Website.objects.get(host="czj.yunling.gov.cn")
        actions.change_website(made, by=SYSTEM, contact="0999-1234567")
        with pytest.raises(Refused):
            actions.change_website(made, by=SYSTEM, host=site.host)
        with pytest.raises(Refused):
            actions.change_website(made, by=actor(Role.CLERK, site.body), contact="别的")
        assert made.columns.count() == 7
        bad = client.post(reverse("publishing:website_new"), {**facts, "name": "另一个", "code": "12"})
        assert "网站标识码为10位数字" in said(bad)


@pytest.mark.parametrize("page", ["item", "submit", "withdraw", "standing", "place"])
def test_a_number_beyond_every_database_is_not_found(client: Client, housing: Body, page: str) -> None:
    sign_in(client, Role.CLERK, housing)
    address = reverse(f"publishing:{page}", args=(10**30,))
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404


def test_a_site_without_a_named_leader_is_red(site: Website) -> None:
    from factories.units import signed_in

    client = signed_in(Role.CHIEF, site.body)
    assert "没有写明" in client.get(reverse("publishing:websites")).content.decode()
    actions.change_website(site, by=SYSTEM, leader="周明远（副市长）")
    page = client.get(reverse("publishing:websites")).content.decode()
    assert "没有写明" not in page
    assert "周明远" in page
    assert "周明远" not in client.get("/").content.decode()
