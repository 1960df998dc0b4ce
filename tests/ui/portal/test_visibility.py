"""Visibility in every channel: roles × states × channels (P-21)."""

import gzip
import hashlib
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from factories.fixtures import town
from factories.publishing import item, public, released
from factories.units import AppointmentFactory, BodyFactory
from gongkai.content.editions import frozen, parts, queries
from gongkai.content.editions.models import Column, Document, Website
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import ItemPage, find_document_item
from gongkai.content.search import spelling
from gongkai.content.search.query import SearchQuery, run_search
from gongkai.content.search.spelling import suggest_corrections
from gongkai.core.units.actors import ANONYMOUS, SYSTEM, get_actor
from gongkai.core.units.models import Body, Role
from gongkai.ui.opendata.bundles import write_due_bundles
from gongkai.ui.opendata.models import Bundle
from gongkai.ui.portal import tree
from gongkai.ui.portal.digests import list_news
from gongkai.ui.portal.models import Subscriber, Subscription

pytestmark = pytest.mark.django_db

TITLE = "天穹观测站搬迁方案"


def write(housing: Body, plans: Column, **fields: Any) -> ItemPage:
    stored = frozen.store_publishable_file("附件内容".encode(), "名单.txt", SYSTEM)
    return item(housing, [plans], title=TITLE, attachments=[("名单.txt", stored)], **fields)


# Each function makes the document in a state.
def draft(housing: Body, plans: Column, water: Body) -> Document:
    return ensure_document(write(housing, plans))


def submitted(housing: Body, plans: Column, water: Body) -> Document:
    page = write(housing, plans)
    actions.submit(page, by=get_actor(AppointmentFactory(role=Role.CLERK, body=housing).person.user))
    return ensure_document(page)


def scheduled(housing: Body, plans: Column, water: Body) -> Document:
    page = write(housing, plans)
    released(page, visible_from=timezone.now() + timedelta(days=2))
    return ensure_document(page)


def open_to_all(housing: Body, plans: Column, water: Body) -> Document:
    page = write(housing, plans)
    released(page)
    return ensure_document(page)


def limited(housing: Body, plans: Column, water: Body) -> Document:
    page = write(housing, plans, manner="limited", circle=[water.pk], manner_reason="涉及少数单位")
    released(page)
    return ensure_document(page)


def limited_after_open(housing: Body, plans: Column, water: Body) -> Document:
    document = open_to_all(housing, plans, water)
    page = find_document_item(document)
    clerk = get_actor(AppointmentFactory(role=Role.CLERK, body=housing).person.user)
    actions.save_revision(page, by=clerk, manner="limited", circle=[water.pk], manner_reason="改为限定范围")
    released(find_document_item(document))
    return document


def withdrawn(housing: Body, plans: Column, water: Body) -> Document:
    document = open_to_all(housing, plans, water)
    signer = get_actor(AppointmentFactory(role=Role.SIGNER, body=housing).person.user)
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
#: Administrators read what the public reads: their role has no access to content.
INSIDE = {"own_clerk", "circle_clerk", "chief", "auditor"}


def may_read(reader: str, state: Callable[..., Document]) -> bool:
    if state is open_to_all:
        return True
    return state in (limited, limited_after_open) and reader in INSIDE


@pytest.fixture(scope="module", params=STATES, ids=lambda state: state.__name__)
def in_state(request: pytest.FixtureRequest, kept_rows: Callable[..., Any]) -> Iterator[SimpleNamespace]:
    """Create a document in one state, once for all readers."""

    def make() -> SimpleNamespace:
        made = town()
        made.government = made.site.body
        made.water = BodyFactory(name="云岭市水务局", parent=made.government)
        made.education = BodyFactory(name="云岭市教育局", parent=made.government)
        made.state, made.document = request.param, request.param(made.housing, made.plans, made.water)
        return made

    yield from kept_rows(make)


def query_all(user: Any, document: Document, site: Website) -> dict[str, bool]:
    """Return the results of the queries used by all channels."""
    return {
        "query": queries.visible_to(user).filter(document=document).exists(),
        "documents": queries.documents_visible_to(user).filter(pk=document.pk).exists(),
        "shelf": queries.shelf_visible_to(user).filter(document=document).exists(),
        "search query": run_search(user, site.pk, SearchQuery("天穹观测")).total == 1,
    }


def test_roles_by_states(in_state: SimpleNamespace, client: Client) -> None:
    own = deepcopy(in_state)
    for reader in READERS:
        user = _sign_in(client, reader, vars(own))
        said = query_all(user, own.document, own.site)
        assert said == dict.fromkeys(said, may_read(reader, own.state)), reader


def test_roles_by_states_by_channels(in_state: SimpleNamespace, client: Client) -> None:
    spelling.clear_vocabularies()
    own = deepcopy(in_state)
    state, site, plans, housing, document = own.state, own.site, own.plans, own.housing, own.document
    user = _sign_in(client, "circle_clerk", vars(own))
    allowed = may_read("circle_clerk", state)
    last = document.editions.order_by("-number").first()
    digest = hashlib.sha256("附件内容".encode()).hexdigest()
    has = partial(shows, client)
    page = f"/columns/{plans.pk}/{document.pk}.html"
    channels = {
        "page": has(page),
        "front": has("/"),
        "column": has(f"/columns/{plans.pk}/"),
        "unit": has(f"/units/{housing.pk}/"),
        "search": "站搬迁方案" in client.get("/search/?q=天穹观测").content.decode(),
        "first edition": has(f"{page}?version=1"),
        "file": last is not None and client.get(f"/files/{document.pk}/1/{digest}").status_code == 200,
        **query_all(user, document, site),
    }
    assert channels == dict.fromkeys(channels, allowed)
    if state is not limited_after_open:
        assert (client.get(f"{page}?compare=1").status_code == 200) is allowed


@pytest.fixture(scope="module")
def with_another(in_state: SimpleNamespace, kept_rows: Callable[..., Any]) -> Iterator[SimpleNamespace]:
    """Add a public document in a topic column next to the document; used by the last tests of this module."""

    def make() -> SimpleNamespace:
        made = deepcopy(in_state)
        made.other = public(made.housing, [made.plans], title="天穹观测站搬迁方案的解读")
        actions.change_column(Column.objects.get(pk=made.plans.pk), by=SYSTEM, kind="topic")
        return made

    yield from kept_rows(make)


def test_feeds_api_mail_and_suggestions_show_only_public_documents(in_state: SimpleNamespace, client: Client) -> None:
    """The chief, who may read most, gets no more than a visitor."""
    spelling.clear_vocabularies()
    own = deepcopy(in_state)
    state, site, plans, housing, document = own.state, own.site, own.plans, own.housing, own.document
    _sign_in(client, "chief", vars(own))
    digest = hashlib.sha256("附件内容".encode()).hexdigest()
    has = partial(shows, client)
    page = f"/columns/{plans.pk}/{document.pk}.html"
    public_only = {path: has(path) for path in list_machine_urls(document, plans, housing, digest)}
    public_only["sitemap"] = page in client.get("/sitemap-0.xml").content.decode()
    write_due_bundles()
    public_only["bundle"] = any(
        TITLE in gzip.decompress(b"".join(client.get(one.path))).decode()
        for one in Bundle.objects.filter(name__startswith="documents-")
    )
    public_only["suggestions"] = "观测站" in client.get("/search/suggest/?q=天穹").content.decode()
    public_only["spelling"] = suggest_corrections("天穷观测", site.pk) != []
    public_only["mail"] = TITLE in get_mailed_words(site)
    public_only["code"] = client.get(f"/qr/{document.pk}.svg").status_code == 200
    assert public_only == dict.fromkeys(public_only, state is open_to_all)


def shows(client: Client, path: str) -> bool:
    response = client.get(path)
    return response.status_code == 200 and TITLE in response.content.decode()


def list_machine_urls(document: Document, plans: Column, housing: Body, digest: str) -> list[str]:
    return [
        "/feed/",
        f"/columns/{plans.pk}/feed/",
        f"/units/{housing.pk}/feed/",
        "/feed/?q=天穹观测",
        "/api/v1/documents/",
        f"/api/v1/documents/?column={plans.pk}",
        f"/api/v1/documents/?unit={housing.pk}&kind={document.kind}",
        f"/api/v1/documents/{document.pk}/",
        f"/api/v1/documents/{document.pk}/articles/",
        "/api/v1/search/?q=天穹观测",
    ]


def get_mailed_words(site: Website) -> str:
    """Return the mail to a subscriber of the whole site and of the exact words."""
    ago = timezone.now() - timedelta(hours=1)
    reader = Subscriber.objects.create(website=site, email="reader@example.cn", seen_at=ago)
    for scope, value in (("site", ""), ("words", "天穹观测")):
        Subscription.objects.create(subscriber=reader, scope=scope, value=value, confirmed_at=ago)
    tree.reload_next_time()
    groups = list_news(reader, tree.load_sites()[0], timezone.now())
    return str([row.title for _, rows in groups for row in rows])


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


def test_related_documents_topics_and_facets_show_only_visible_documents(
    with_another: SimpleNamespace, client: Client
) -> None:
    """Visitors are covered by `test_leaks`."""
    spelling.clear_vocabularies()
    own = deepcopy(with_another)
    user = _sign_in(client, "circle_clerk", vars(own))
    path, page = f"/columns/{own.plans.pk}/{own.other.pk}.html", f"/{own.document.pk}.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "RELATIONS_BY_NAME", {})
        parts.register_related(parts.DocumentRelation("test", "测试关系", 1, lambda _: [own.document.pk]))
        told = client.get(path).content.decode().split('class="pk-beside')
        group = told[1].split("测试关系")[-1].split("</section>")[0] if "测试关系" in told[-1] else ""
        parts.RELATIONS_BY_NAME.clear()
        near = client.get(path).content.decode().split('class="pk-beside')
    counts = run_search(user, own.site.pk, SearchQuery("天穹观测")).facets.get("body", [])
    shown = {
        "related": page in group,
        "neighbour": len(near) > 1 and page in near[1],
        "topic": page in client.get(f"/columns/{own.plans.pk}/").content.decode(),
        "facet": [choice.count for choice in counts] == [2],
    }
    assert shown == dict.fromkeys(shown, may_read("circle_clerk", own.state))
