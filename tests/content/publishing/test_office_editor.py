"""Edit permissions, and the item editor: form, uploads, attachments, pasted text."""

import io
import re

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document as Word
from wagtail.models import GroupPagePermission

from factories.pages import editor_post, said, sign_in
from factories.publishing import FIELDS, item, public
from factories.units import AppointmentFactory, BodyFactory, actor
from gongkai.content.editions import frozen
from gongkai.content.editions.models import Column, Edition, Website
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing import actions, page_permissions
from gongkai.content.publishing.models import ItemPage, get_or_create_unit_page
from gongkai.content.reviewing.models import Review, SecrecySheet
from gongkai.content.reviewing.models.reviews import SECRECY_QUESTIONS
from gongkai.core.files.losses import find_losses
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role

SHEET_ANSWERS = {f"sheet-{question.name}": "no" for question in SECRECY_QUESTIONS}
pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("groups_follow_appointments")
class TestRights:
    def test_clerk_edits_items_of_the_own_unit_only(
        self, client: Client, site: Website, plans: Column, housing: Body
    ) -> None:
        own = item(housing, [plans])
        other = item(BodyFactory(name="云岭市水务局", parent=site.body), [plans])
        sign_in(client, Role.CLERK, housing)
        assert client.get(reverse("wagtailadmin_pages:edit", args=(own.pk,))).status_code == 200
        assert client.get(reverse("wagtailadmin_pages:edit", args=(other.pk,))).status_code == 302
        assert client.get(reverse("publishing:item", args=(own.pk,))).status_code == 200
        assert client.get(reverse("publishing:item", args=(other.pk,))).status_code == 404

    def test_no_role_gets_the_publish_permission(self, client: Client, housing: Body, plans: Column) -> None:
        for role in Role:
            AppointmentFactory(role=role, body=housing)
        names = set(GroupPagePermission.objects.values_list("permission__codename", flat=True))
        granted = GroupPagePermission.objects.filter(group__name__startswith=page_permissions.GROUP_NAME_PREFIX)
        assert set(granted.values_list("permission__codename", flat=True)) == {"add_page", "change_page"}
        assert "publish_page" in names, "Wagtail's own groups have it; nobody is put into them"

    def test_ended_appointment_removes_the_edit_permission(self, client: Client, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        appointment = sign_in(client, Role.CLERK, housing)
        from datetime import date

        appointment.end = date(2021, 1, 1)
        appointment.save()
        user = get_user_model().objects.get(pk=appointment.person.user.pk)
        assert not user.groups.filter(name__startswith=page_permissions.GROUP_NAME_PREFIX).exists()
        assert client.get(reverse("wagtailadmin_pages:edit", args=(page.pk,))).status_code == 403

    def test_permission_sync_continues_in_the_next_run(self, housing: Body, monkeypatch) -> None:
        monkeypatch.setattr(page_permissions, "PERSONS_PER_BATCH", 1)
        people = [AppointmentFactory(role=Role.CLERK, body=housing).person for _ in range(2)]
        beyond = AppointmentFactory(role=Role.AUDITOR, body=housing).person
        people[0].user.groups.clear()
        beyond.user.groups.add(page_permissions.get_or_create_group(housing))
        assert page_permissions.find_outdated_persons() == {people[0].pk, beyond.pk}
        assert page_permissions.sync_all_groups(seconds=-1) == {"desks": 0}
        assert page_permissions.sync_all_groups() == {"desks": 2}
        assert page_permissions.find_outdated_persons() == set()

    def test_user_without_appointment_has_no_access(self, client: Client, site: Website) -> None:
        user = get_user_model().objects.create(username="former", is_superuser=True)
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        assert client.get(reverse("publishing:items")).status_code in {302, 403}
        assert client.get(reverse("publishing:columns")).status_code in {302, 403}


class TestEditor:
    def test_item_is_written_reviewed_and_published(
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
        assert [p.column for p in ensure_document(page).placements.all()] == [plans]
        client.post(reverse("publishing:submit", args=(page.pk,)), {"note": "请审"})
        review = Review.objects.get()
        assert review.state == "waiting"
        shown = said(client.get(reverse("reviewing:review", args=(review.pk,))))
        assert "须由其他人审签" in shown
        client.post(reverse("reviewing:approve", args=(review.pk,)), {"version": review.version})
        for stage, role in enumerate((Role.REVIEWER, Role.SIGNER, Role.LEAD)):
            review.refresh_from_db()
            assert (review.stage, Edition.objects.count()) == (stage, 0)
            signer = Client()
            sign_in(signer, role, housing)
            assert "规划正文" in said(signer.get(reverse("reviewing:review", args=(review.pk,))))
            sheet = SecrecySheet.objects.first()
            answers = {"confirm": sheet.digest} if sheet else {"sheet": "1", "conclusion": "open", **SHEET_ANSWERS}
            signer.post(reverse("reviewing:approve", args=(review.pk,)), {"version": review.version, **answers})
        assert Edition.objects.count() == 1
        assert "规划正文" in said(Client().get(f"/columns/{plans.pk}/{ensure_document(page).pk}.html"))

    def test_word_file_fills_the_text_and_attachments_are_saved(
        self, client: Client, site: Website, plans: Column, housing: Body
    ) -> None:
        document = Word()
        document.add_paragraph("来自文件的正文")
        document.add_table(1, 2).cell(0, 0).text = "甲"
        out = io.BytesIO()
        document.save(out)
        sign_in(client, Role.CLERK, housing)
        add = reverse("wagtailadmin_pages:add", args=("publishing", "itempage", get_or_create_unit_page(housing).pk))
        files = {
            "word": SimpleUploadedFile("正文.docx", out.getvalue()),
            "uploads": [
                SimpleUploadedFile("一.pdf", b"%PDF-1.4"),
                SimpleUploadedFile("二.xlsx", b"PK\x03\x04"),
                SimpleUploadedFile("程序.exe", b"MZ"),
            ],
        }
        bad = {"word": SimpleUploadedFile("正文.docx", b"no zip"), "uploads": SimpleUploadedFile("x.exe", b"MZ")}
        refused = client.post(add, {**editor_post(plans), **bad})
        assert refused.status_code == 200
        assert "扩展名与内容不符" in said(refused)
        assert "不能上传“x.exe”" in said(refused)
        assert not ItemPage.objects.exists()
        assert "不能上传“程序.exe”" in said(client.post(add, {**editor_post(plans), **files}, follow=True))
        page = ItemPage.objects.get().get_latest_revision_as_object()
        assert "<table>" in page.imported_html
        assert [a.name for a in page.attachments.all()] == ["一.pdf", "二.xlsx"]
        edit = reverse("wagtailadmin_pages:edit", args=(page.pk,))
        assert "来自文件的正文" in said(client.get(edit))

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


class TestBeforeSigning:
    def test_signers_can_read_text_and_files(self, client: Client, site: Website, plans: Column, housing: Body) -> None:
        stored = frozen.store_publishable_file("附件内容".encode(), "名单.txt", SYSTEM)
        page = item(housing, [plans], attachments=[("名单.txt", stored)])
        review = actions.submit(page, by=actor(Role.CLERK, housing))
        bodies = {"own": housing, "government": site.body, "other": BodyFactory(parent=site.body)}
        for role, where, opens in [
            (Role.SIGNER, "own", True),
            (Role.AUDITOR, "government", False),
            (Role.ADMINISTRATOR, "government", False),
            (Role.SIGNER, "other", False),
            (Role.CLERK, "other", False),
        ]:
            sign_in(client, role, bodies[where])
            ways = [
                reverse("publishing:preview", args=(page.pk,)),
                reverse("publishing:review_preview", args=(review.pk,)),
                reverse("publishing:file", args=(page.pk, stored.digest)),
            ]
            assert [client.get(way).status_code == 200 for way in ways] == [opens] * 3
            shown = said(client.get(ways[0])) if opens else ""
            assert ("尚未公开" in shown, FIELDS["title"] in shown) == (opens, opens)
            assert client.get(reverse("publishing:file", args=(page.pk, "a" * 64))).status_code == 404


def attachment_fields(form: str) -> dict[str, str]:
    """Return the fields of attachments in the editor's form."""
    fields = dict(re.findall(r'<input[^>]* name="(attachments-[^"_]+)"[^>]* value="([^"]*)"', form))
    fields |= {n: v for v, n in re.findall(r'<input[^>]* value="([^"]*)"[^>]* name="(attachments-[^"_]+)"', form)}
    return {name: value for name, value in fields.items() if not name.endswith("DELETE")}


def test_attachments_are_added_one_by_one_in_the_form(
    client: Client, site: Website, plans: Column, housing: Body
) -> None:
    public(housing, [plans])
    page = ItemPage.objects.get()
    sign_in(client, Role.CLERK, housing)
    address = reverse("wagtailadmin_pages:edit", args=(page.pk,))
    for number, name in enumerate(("甲.pdf", "乙.pdf", "丙.pdf")):
        upload = SimpleUploadedFile(name, b"%PDF-1.4 " + name.encode())
        fields = editor_post(plans, **attachment_fields(said(client.get(address))), uploads=[upload])
        assert client.post(address, fields).status_code == 302
        latest = ItemPage.objects.get(pk=page.pk).get_latest_revision_as_object()
        assert len({one.stored_id for one in latest.attachments.all()}) == number + 1
    saved = client.post(address, editor_post(plans, **attachment_fields(said(client.get(address)))))
    assert saved.status_code == 302
    latest = ItemPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert [one.name for one in latest.attachments.all()] == ["甲.pdf", "乙.pdf", "丙.pdf"]


def test_attachment_row_without_a_file_is_refused(client: Client, site: Website, plans: Column, housing: Body) -> None:
    page = item(housing, [plans])
    sign_in(client, Role.CLERK, housing)
    rows = {
        "attachments-TOTAL_FORMS": 1,
        "attachments-0-id": "",
        "attachments-0-ORDER": 1,
        "attachments-0-name": "x.pdf",
    }
    for initial in (0, 1):
        fields = editor_post(plans, **rows, **{"attachments-INITIAL_FORMS": initial})
        answer = client.post(reverse("wagtailadmin_pages:edit", args=(page.pk,)), fields)
        assert answer.status_code == 200
        assert "没有对应的附件" in said(answer)


def test_pasted_text_is_cleaned_and_its_losses_are_stored(client: Client, plans: Column, housing: Body) -> None:
    sign_in(client, Role.CLERK, housing)
    page = item(housing, [plans])
    pasted = "<p class=MsoNormal>120m<sup>2</sup>，CO<sub>2</sub>，x<sup>甲1</sup>，注<sup>①</sup>"
    pasted += "<s>删除的词甲</s><span style='mso-hide:all'>隐藏词乙</span></p>"
    pasted += "<table><tr><td>甲</td><td><p>乙</p></td></tr><tr><td>1</td><td>2</td></tr></table>"
    made = client.post(reverse("publishing:paste_in_editor"), {"html": pasted}).json()
    assert "120m²，CO₂，x甲1，注①" in made["html"]  # the editor would read m2
    assert any("上标、下标（1处）" in note for note in made["notes"])
    assert "<p>甲\u3000乙</p><p>1\u30002</p>" in made["html"].replace("\n", "")
    assert "<table" not in made["html"]
    assert "删除的词甲" not in made["html"]
    assert "隐藏词乙" not in made["html"]
    assert made["notes"]
    edit = reverse("wagtailadmin_pages:edit", args=(page.pk,))
    client.post(edit, {**editor_post(plans), "losses": [made["losses"], "forged"]})
    lines = find_losses(page.stream)
    assert lines is not None
    assert lines.lines == made["notes"]
