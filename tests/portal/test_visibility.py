"""Hidden is hidden in every channel: roles × states × channels (P-21), and every Wagtail way of making a page live."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Page

from factories.publishing import item, public, signed
from factories.units import AppointmentFactory, BodyFactory
from gongkai.portal import tree
from gongkai.portal.models import Subscriber, Subscription
from gongkai.portal.subscribing.digests import news
from gongkai.publishing import actions, files, queries, related
from gongkai.publishing.documents import document_of, item_of
from gongkai.publishing.models import Column, Document, Edition, ItemPage, SearchRow, Shelf, Website
from gongkai.publishing.search import spelling
from gongkai.publishing.search.query import Asked, search
from gongkai.publishing.search.spelling import did_you_mean
from gongkai.units.actors import ANONYMOUS, SYSTEM, actor_of
from gongkai.units.models import Body, Role

pytestmark = pytest.mark.django_db

TITLE = "天穹观测站搬迁方案"


@pytest.fixture
def water(site: Website) -> Body:
    return BodyFactory(name="云岭市水务局", parent=site.body)


@pytest.fixture
def education(site: Website) -> Body:
    return BodyFactory(name="云岭市教育局", parent=site.body)


def write(housing: Body, plans: Column, **fields: Any) -> ItemPage:
    stored = files.store("附件内容".encode(), "名单.txt", SYSTEM)
    return item(housing, [plans], title=TITLE, attachments=[("名单.txt", stored)], **fields)


# Each state makes the document and says which number is asked for as an old one.
def draft(housing: Body, plans: Column, water: Body) -> Document:
    return document_of(write(housing, plans))


def submitted(housing: Body, plans: Column, water: Body) -> Document:
    page = write(housing, plans)
    actions.submit(page, by=actor_of(AppointmentFactory(role=Role.CLERK, body=housing).person.user))
    return document_of(page)


def scheduled(housing: Body, plans: Column, water: Body) -> Document:
    page = write(housing, plans)
    signed(page, visible_from=timezone.now() + timedelta(days=2))
    return document_of(page)


def open_to_all(housing: Body, plans: Column, water: Body) -> Document:
    page = write(housing, plans)
    signed(page)
    return document_of(page)


def limited(housing: Body, plans: Column, water: Body) -> Document:
    page = write(housing, plans, manner="limited", circle=[water.pk], manner_reason="涉及少数单位")
    signed(page)
    return document_of(page)


def limited_after_open(housing: Body, plans: Column, water: Body) -> Document:
    document = open_to_all(housing, plans, water)
    page = item_of(document)
    clerk = actor_of(AppointmentFactory(role=Role.CLERK, body=housing).person.user)
    actions.revise(page, by=clerk, manner="limited", circle=[water.pk], manner_reason="改为限定范围")
    signed(page)
    return document


def withdrawn(housing: Body, plans: Column, water: Body) -> Document:
    document = open_to_all(housing, plans, water)
    signer = actor_of(AppointmentFactory(role=Role.SIGNER, body=housing).person.user)
    actions.withdraw(document, by=signer, reason="内容有误")
    return document


STATES = [draft, submitted, scheduled, open_to_all, limited, limited_after_open, withdrawn]

#: Role → (role, body) of the appointment; None is the public.
READERS: dict[str, tuple[Role, str] | None] = {
    "public": None,
    "no_post": None,
    "own_clerk": (Role.CLERK, "housing"),
    "circle_clerk": (Role.CLERK, "water"),
    "other_clerk": (Role.CLERK, "education"),
    "other_signer": (Role.SIGNER, "education"),
    "chief": (Role.CHIEF, "government"),
    "auditor": (Role.AUDITOR, "government"),
    "administrator": (Role.ADMINISTRATOR, "government"),
}
INSIDE = {"own_clerk", "circle_clerk", "chief", "auditor", "administrator"}


def may_read(reader: str, state: Callable[..., Document]) -> bool:
    if state is open_to_all:
        return True
    return state in (limited, limited_after_open) and reader in INSIDE


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_roles_by_states_by_channels(
    state: Callable[..., Document],
    reader: str,
    client: Client,
    site: Website,
    plans: Column,
    housing: Body,
    water: Body,
    education: Body,
) -> None:
    spelling.forget()
    document = state(housing, plans, water)
    bodies = {"housing": housing, "water": water, "education": education, "government": site.body}
    user = _sign_in(client, reader, bodies)
    allowed = may_read(reader, state)
    last = document.editions.order_by("-number").first()
    digest = files.digest("附件内容".encode())

    def has(path: str) -> bool:
        response = client.get(path)
        return response.status_code == 200 and TITLE in response.content.decode()

    page = f"/columns/{plans.pk}/{document.pk}.html"
    channels = {
        "page": has(page),
        "front": has("/"),
        "column": has(f"/columns/{plans.pk}/"),
        "unit": has(f"/units/{housing.pk}/"),
        "search": "站搬迁方案" in client.get("/search/?q=天穹观测").content.decode(),
        "first edition": has(f"{page}?version=1"),
        "file": last is not None and client.get(f"/files/{document.pk}/1/{digest}").status_code == 200,
        "query": queries.visible_to(user).filter(document=document).exists(),
        "documents": queries.documents_visible_to(user).filter(pk=document.pk).exists(),
        "shelf": queries.shelf_visible_to(user).filter(document=document).exists(),
        "search query": search(user, site.pk, Asked("天穹观测")).total == 1,
    }
    assert channels == dict.fromkeys(channels, allowed)
    # For machines, mail and while one types only what everybody may see, whoever asks.
    public_only = {path: has(path) for path in for_machines(document, plans, housing, digest)}
    public_only["sitemap"] = page in client.get("/sitemap-0.xml").content.decode()
    public_only["bulk"] = (
        TITLE in b"".join(client.get("/api/v1/bulk/documents.ndjson", {"column": plans.pk})).decode()
    )
    public_only["table"] = (
        TITLE
        in b"".join(client.get("/api/v1/bulk/documents.csv", {"year": timezone.localdate().year})).decode()
    )
    public_only["suggestions"] = "观测站" in client.get("/search/suggest/?q=天穹").content.decode()
    public_only["spelling"] = did_you_mean("天穷观测", site.pk) != []
    public_only["mail"] = TITLE in mailed(site)
    public_only["code"] = client.get(f"/qr/{document.pk}.svg").status_code == 200
    assert public_only == dict.fromkeys(public_only, state is open_to_all)
    # What stands beside another document, what a topic, a facet and a comparison show: as the reader may see.
    assert beside(client, site, plans, housing, document) == dict.fromkeys(
        ("related", "neighbour", "topic", "facet"), allowed
    )
    if state is not limited_after_open:
        assert (client.get(f"{page}?compare=1").status_code == 200) is allowed


def for_machines(document: Document, plans: Column, housing: Body, digest: str) -> list[str]:
    return [
        "/feed/",
        f"/columns/{plans.pk}/feed/",
        f"/units/{housing.pk}/feed/",
        "/feed/?q=天穹观测",
        "/api/v1/documents/",
        f"/api/v1/documents/?column={plans.pk}",
        f"/api/v1/documents/?unit={housing.pk}&kind={document.kind}",
        f"/api/v1/documents/{document.pk}/",
    ]


def mailed(site: Website) -> str:
    """What a subscriber of the whole site and of the very words is told."""
    ago = timezone.now() - timedelta(hours=1)
    reader = Subscriber.objects.create(website=site, email="reader@example.cn", seen_at=ago)
    for scope, value in (("site", ""), ("words", "天穹观测")):
        Subscription.objects.create(subscriber=reader, scope=scope, value=value, confirmed_at=ago)
    tree.forget()
    groups = news(reader, tree.sites()[0], timezone.now())
    return str([row.title for _, rows in groups for row in rows])


def beside(
    client: Client, site: Website, plans: Column, housing: Body, document: Document
) -> dict[str, bool]:
    """Whether the document shows beside another, in a topic, and in the counts of a facet."""
    other = public(housing, [plans], title="天穹观测站搬迁方案的解读")
    registered = dict(related.RELATIONS)
    related.register_related(related.Relating("test", "测试关系", 1, lambda _: [document.pk]))
    try:
        path = f"/columns/{plans.pk}/{other.pk}.html"
        shown = client.get(path).content.decode().split('class="pk-beside')
        group = shown[1].split("测试关系")[-1].split("</section>")[0] if "测试关系" in shown[-1] else ""
        related.RELATIONS.clear()
        near = client.get(path).content.decode().split('class="pk-beside')
    finally:
        related.RELATIONS.clear()
        related.RELATIONS.update(registered)
    actions.change_column(Column.objects.get(pk=plans.pk), by=SYSTEM, kind="topic")
    tree.forget()
    counts = search(_reader_of(client), site.pk, Asked("天穹观测")).facets.get("body", [])
    return {
        "related": f"/{document.pk}.html" in group,
        "neighbour": len(near) > 1 and f"/{document.pk}.html" in near[1],
        "topic": f"/{document.pk}.html" in client.get(f"/columns/{plans.pk}/").content.decode(),
        "facet": [choice.count for choice in counts] == [2],
    }


def _reader_of(client: Client) -> Any:
    number = client.session.get("_auth_user_id") if client.cookies.get("sessionid") else None
    return get_user_model().objects.get(pk=number) if number else ANONYMOUS


def _sign_in(client: Client, reader: str, bodies: dict[str, Body]) -> Any:
    if reader == "public":
        return ANONYMOUS
    post = READERS[reader]
    if post is None:
        user = get_user_model().objects.create(username="nobody")
    else:
        user = AppointmentFactory(role=post[0], body=bodies[post[1]]).person.user
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return user


def test_an_old_edition_that_was_limited_stays_limited(
    client: Client, plans: Column, housing: Body, water: Body
) -> None:
    document = limited(housing, plans, water)
    page = item_of(document)
    clerk = actor_of(AppointmentFactory(role=Role.CLERK, body=housing).person.user)
    actions.revise(page, by=clerk, manner="all", body="<p>可以公开的文字</p>")
    signed(page)
    path = f"/columns/{plans.pk}/{document.pk}.html"
    assert client.get(path).status_code == 200
    assert "历次版本" not in client.get(path).content.decode()
    assert client.get(f"{path}?version=1").status_code == 404


def test_a_file_is_served_through_its_edition_only(client: Client, plans: Column, housing: Body) -> None:
    stored = files.store("秘密".encode(), "草稿附件.txt", SYSTEM)
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


def test_publishing_a_page_changes_nothing_that_is_public(
    client: Client, plans: Column, housing: Body
) -> None:
    document = public(housing, [plans], title="公开的标题")
    page = item_of(document)
    actions.revise(page, by=SYSTEM, title="未经审签的标题")
    item_of(document).get_latest_revision().publish()
    shown = client.get(f"/columns/{plans.pk}/{document.pk}.html").content.decode()
    assert "公开的标题" in shown
    assert "未经审签" not in shown
    assert "未经审签" not in client.get("/").content.decode()


def test_deleting_a_page_from_the_desk_leaves_what_is_public(
    client: Client, plans: Column, housing: Body
) -> None:
    document = public(housing, [plans], title="公开的标题")
    item_of(document).delete()
    assert client.get(f"/columns/{plans.pk}/{document.pk}.html").status_code == 200
