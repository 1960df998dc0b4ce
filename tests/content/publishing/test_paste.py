"""The view that cleans pasted HTML: permissions, limits, malformed input."""

import base64
import io
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from factories.publishing import item
from factories.units import BodyFactory, signed_in
from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing.freezing import MAX_PASTED_PICTURES
from gongkai.content.publishing.models import ItemPage
from gongkai.core.files.models import StoredFile
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(housing: Body, plans: Column) -> ItemPage:
    return item(housing, [plans])


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2)).save(buffer, "PNG")
    return buffer.getvalue()


def paste(client: Client, page: ItemPage, html: Any, **extra: Any) -> Any:
    return client.post(f"/admin/publishing/items/{page.pk}/text/paste/", {"html": html}, **extra)


def test_paste_is_allowed_only_for_editors_of_the_item(page: ItemPage, site: Website, housing: Body) -> None:
    for role, body in ((Role.CLERK, housing), (Role.LEAD, housing), (Role.CHIEF, site.body)):
        answer = paste(signed_in(role, body), page, "<p>甲</p>")
        assert answer.json() == {"html": "<p>甲</p>", "notes": [], "losses": ""}
    for role, body in ((Role.AUDITOR, housing), (Role.LEAD, BodyFactory(parent=site.body))):
        stranger = signed_in(role, body)
        assert paste(stranger, page, "<p>甲</p>").status_code == 404
        answer = stranger.post(f"/admin/publishing/items/{page.pk}/text/", {"html": "甲"})
        assert answer.status_code == 404
    answer = paste(Client(), page, "<p>甲</p>")
    assert (answer.status_code, "login" in answer["Location"]) == (302, True)


def test_paste_needs_post_and_csrf_token(page: ItemPage, housing: Body) -> None:
    client = signed_in(Role.CLERK, housing)
    assert client.get(f"/admin/publishing/items/{page.pk}/text/paste/").status_code == 405, "nor by looking"
    for number in (page.pk + 1000, 10**30):
        assert client.post(f"/admin/publishing/items/{number}/text/paste/").status_code == 404
    client.handler.enforce_csrf_checks = True
    assert paste(client, page, "<p>甲</p>").status_code == 403


def test_request_beyond_the_size_limit_is_refused(page: ItemPage, housing: Body, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    assert paste(signed_in(Role.CLERK, housing), page, "字" * 10_000).status_code in (400, 413)


def test_text_beyond_length_or_depth_limit_is_left_out(
    page: ItemPage, housing: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongkai.lib.richtext.depth.MAX_HTML_CHARACTERS", 100)
    answer = paste(signed_in(Role.CLERK, housing), page, "<p>" + "字" * 200)
    assert (answer.status_code, answer.json()["html"]) == (200, "")
    assert "内容过长" in answer.json()["notes"][0]
    monkeypatch.undo()
    answer = paste(signed_in(Role.CLERK, housing), page, "<div>" * 20_000 + "字")
    assert answer.json()["html"] == ""
    assert "嵌套过深" in answer.json()["notes"][0]


MALFORMED_HTML = {
    "nothing": ("", ""),
    "zero bytes": ("\0\0<p>甲\0乙</p>", "<p>甲乙</p>"),
    "half a tag": ("<p>甲<", "<p>甲&lt;</p>"),
    "half an entity": ("<p>甲&#x", "<p>甲&amp;#x</p>"),
    "a number beyond all": ("<p>甲&#99999999999;</p>", "<p>甲\ufffd</p>"),
    "a script": ("<script>alert(1)</script><p onclick=x()>甲</p>", "<p>甲</p>"),
    "a frame": ("<iframe src='https://x.cn/'></iframe><p>甲</p>", "<p>甲</p>"),
    "an address that runs": ("<p><a href='javascript:alert(1)'>甲</a></p>", "<p>甲</p>"),
    "a picture elsewhere": ("<p>甲</p><img src='https://x.cn/a.png'>", "<p>甲</p>"),
    "a picture that is none": ("<p>甲</p><img src='data:image/png;base64,AAAA'>", "<p>甲</p>"),
    "a picture of another kind": ("<p>甲</p><img src='data:image/svg+xml;base64,AAAA'>", "<p>甲</p>"),
}


def test_malformed_html_is_cleaned_or_left_out(page: ItemPage, housing: Body) -> None:
    client = signed_in(Role.CLERK, housing)
    for kind, (given, made) in MALFORMED_HTML.items():
        answer = paste(client, page, given)
        assert (answer.status_code, answer.json()["html"]) == (200, made), kind
    assert not StoredFile.objects.exists()


def test_pasted_pictures_are_limited(page: ItemPage, housing: Body) -> None:
    source = f"data:image/png;base64,{base64.b64encode(picture()).decode()}"
    answer = paste(signed_in(Role.CLERK, housing), page, f'<img src="{source}">' * (MAX_PASTED_PICTURES + 3))
    assert answer.json()["html"].count("<img") == MAX_PASTED_PICTURES
    assert "图片（3处）没有带过来" in "".join(answer.json()["notes"])
