"""What was limited stays limited, files are served through editions only, and no way of Wagtail's to make a page live shows anything."""

from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.storage import FileSystemStorage
from django.test import Client

from factories.publishing import item, public, signed
from factories.units import AppointmentFactory, BodyFactory, actor
from gongkai.content.editions import frozen
from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import document_of
from gongkai.content.publishing import actions
from gongkai.content.publishing.documents import item_of
from gongkai.core.files import serving
from gongkai.core.files.place import files_storage
from gongkai.core.units.actors import SYSTEM, actor_of
from gongkai.core.units.models import Body, Role
from gongkai.ui.mirror.writing import render_public

pytestmark = pytest.mark.django_db


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
    kept = render_public("testserver", f"{path}?download")
    assert (kept.status, kept.body) == (200, "秘密".encode()), "the mirror keeps bytes, no link"
    actions.withdraw(document_of(page), by=actor(Role.SIGNER, housing), reason="内容有误")
    assert client.get(f"{path}?download").status_code == 404


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
