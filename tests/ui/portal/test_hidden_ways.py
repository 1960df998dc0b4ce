"""What was limited stays limited, files are served through editions only, and no way of Wagtail's to make a page live shows anything."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Page

from factories.publishing import item, public, signed
from factories.units import AppointmentFactory, BodyFactory, actor
from gongkai.content.editions import frozen
from gongkai.content.editions.models import Column, Edition, Shelf
from gongkai.content.editions.sources import document_of
from gongkai.content.publishing import actions
from gongkai.content.publishing.documents import item_of
from gongkai.content.publishing.models import ItemPage
from gongkai.content.search.models import SearchRow
from gongkai.core.files import serving
from gongkai.core.files.place import files_storage
from gongkai.core.units.actors import SYSTEM, actor_of
from gongkai.core.units.models import Body, Role
from gongkai.ui.mirror.rendering import ask

pytestmark = pytest.mark.django_db

TITLE = "天穹观测站搬迁方案"


def test_an_old_edition_that_was_limited_stays_limited(client: Client, plans: Column, housing: Body) -> None:
    water = BodyFactory(name="云岭市水务局", parent=housing.parent)
    page = item(housing, [plans], manner="limited", circle=[water.pk], manner_reason="涉及少数单位")
    signed(page)
    document = document_of(page)
    clerk = actor_of(AppointmentFactory(role=Role.CLERK, body=housing).person.user)
    actions.save_revision(page, by=clerk, manner="all", body="<p>可以公开的文字</p>")
    signed(page)
    path = f"/columns/{plans.pk}/{document.pk}.html"
    assert client.get(path).status_code == 200
    assert "历次版本" not in client.get(path).content.decode()
    assert client.get(f"{path}?version=1").status_code == 404


def test_a_file_is_served_through_its_edition_only(client: Client, plans: Column, housing: Body) -> None:
    stored = frozen.store("秘密".encode(), "草稿附件.txt", SYSTEM)
    page = item(housing, [plans], attachments=[("草稿附件.txt", stored)])
    other = public(housing, [plans])
    for document in (document_of(page).pk, other.pk):
        assert client.get(f"/files/{document}/1/{stored.digest}").status_code == 404
    signed(page)
    response = client.get(f"/files/{document_of(page).pk}/1/{stored.digest}?download")
    assert b"".join(response) == "秘密".encode()
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Disposition"].startswith("attachment")
    assert client.get(f"/files/{other.pk}/1/{stored.digest}").status_code == 404


class Far(FileSystemStorage):
    """A store from which readers fetch files themselves."""

    def link(self, name: str, kept_as: str, kind: str, seconds: int) -> str:
        return f"https://far.example/{name}?{quote(kept_as)}&{seconds}"


def test_a_link_to_the_bucket_is_given_after_the_check_only_and_for_what_is_kept(
    client: Client, plans: Column, housing: Body, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = frozen.store("秘密".encode(), "附件.txt", SYSTEM)
    page = item(housing, [plans], attachments=[("附件.txt", stored)])
    far = Far(location=files_storage().path(""))
    monkeypatch.setattr(serving, "files_storage", lambda: far)
    settings.GONGKAI_BUCKET_LINKS = 60
    path = f"/files/{document_of(page).pk}/1/{stored.digest}"
    assert client.get(f"{path}?download").status_code == 404
    signed(page)
    answer = client.get(f"{path}?download")
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"https://far.example/{stored.place}?{quote('附件.txt')}&60",
    )
    assert answer["Cache-Control"] == "private, no-store"
    shown = client.get(path)
    assert (shown.status_code, b"".join(shown)) == (200, "秘密".encode()), "what is shown comes from the site"
    kept = ask("testserver", f"{path}?download")
    assert (kept.status, kept.body) == (200, "秘密".encode()), "the mirror keeps bytes, no link"
    actions.withdraw(document_of(page), by=actor(Role.SIGNER, housing), reason="内容有误")
    assert client.get(f"{path}?download").status_code == 404


def _direct(page: ItemPage) -> None:
    page.get_latest_revision().publish()


def _action(page: ItemPage) -> None:
    PublishPageRevisionAction(page.get_latest_revision()).execute(skip_permission_checks=True)


def _live(page: ItemPage) -> None:
    page.live = True
    page.save()


def _update(page: ItemPage) -> None:
    Page.objects.filter(pk=page.pk).update(live=True)


def _bulk(page: ItemPage) -> None:
    page.live = True
    Page.objects.bulk_update([page.page_ptr], ["live"])


def _copy(page: ItemPage) -> None:
    page.copy(update_attrs={"slug": "copied", "live": True}, keep_live=True)


def _alias(page: ItemPage) -> None:
    _direct(page)
    ItemPage.objects.get(pk=page.pk).create_alias(update_slug="alias")


def _added(page: ItemPage) -> None:
    page.get_parent().add_child(instance=ItemPage(title=TITLE, slug="added", live=True))


def _schedule(page: ItemPage) -> None:
    page.go_live_at = timezone.now() - timedelta(minutes=1)
    revision = page.save_revision(approved_go_live_at=page.go_live_at)
    revision.approved_go_live_at = page.go_live_at
    revision.save()
    call_command("publish_scheduled")


WAYS = [_direct, _action, _live, _update, _bulk, _copy, _alias, _added, _schedule]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.strip("_"))
def test_no_wagtail_way_shows_anything(
    way: Callable[[ItemPage], None], client: Client, plans: Column, housing: Body
) -> None:
    page = item(housing, [plans], title=TITLE)
    way(page)
    assert Page.objects.filter(live=True, depth=3).exists()
    assert not Edition.objects.exists()
    assert not Shelf.objects.exists()
    assert not SearchRow.objects.exists()
    for path in ("/", f"/columns/{plans.pk}/", "/feed/", "/sitemap-0.xml", "/search/?q=天穹观测"):
        assert "天穹观测站" not in client.get(path).content.decode()
    for path in (
        f"/{page.slug}/",
        f"/unit-{housing.pk}/{page.slug}/",
        f"/columns/{plans.pk}/{document_of(page).pk}.html",
    ):
        assert client.get(path).status_code == 404


def test_publishing_a_page_changes_nothing_that_is_public(client: Client, plans: Column, housing: Body) -> None:
    document = public(housing, [plans], title="公开的标题")
    page = item_of(document)
    actions.save_revision(page, by=SYSTEM, title="未经审签的标题")
    item_of(document).get_latest_revision().publish()
    shown = client.get(f"/columns/{plans.pk}/{document.pk}.html").content.decode()
    assert "公开的标题" in shown
    assert "未经审签" not in shown
    assert "未经审签" not in client.get("/").content.decode()


def test_deleting_a_page_from_the_desk_leaves_what_is_public(client: Client, plans: Column, housing: Body) -> None:
    document = public(housing, [plans], title="公开的标题")
    item_of(document).delete()
    assert client.get(f"/columns/{plans.pk}/{document.pk}.html").status_code == 200
