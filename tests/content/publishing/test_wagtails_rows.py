"""Rows of Wagtail's own that the desk lies in: no welcome page, and its two indexes follow drafts."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, ReferenceIndex, Site

from factories.pages import said, sign_in
from factories.publishing import item
from factories.units import actor
from gongkai.content.editions.models import Column
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import get_or_create_unit_page
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def no_welcome() -> None:
    import_module("gongkai.content.publishing.migrations.0001_initial").drop(apps, None)


def welcome() -> Page:
    """What Wagtail makes in a new database."""
    root = Page.objects.get(depth=1)
    page = root.add_child(instance=Page(title="Welcome to your new Wagtail site!", slug="home"))
    Site.objects.create(hostname="localhost", root_page=page, is_default_site=True)
    return page


class TestWelcome:
    def test_a_new_database_has_none(self, housing: Body) -> None:
        desk, root = get_or_create_unit_page(housing), Page.objects.get(depth=1)
        assert (list(Page.objects.exclude(depth=1)), root.numchild) == ([desk.page_ptr], 1)
        assert not Site.objects.exists()

    def test_one_that_is_there_goes_and_the_desks_stay(self, housing: Body) -> None:
        """As it is where an older version ran, whether anybody wrote or not."""
        desk = get_or_create_unit_page(housing)
        welcome()
        no_welcome()
        assert list(Page.objects.filter(depth=2)) == [desk.page_ptr]
        assert not Site.objects.exists()
        assert Page.find_problems() == ([], [], [], [], [])

    def test_one_with_pages_below_stays(self) -> None:
        page = welcome()
        page.add_child(instance=Page(title="谁的页面", slug="x"))
        no_welcome()
        assert Page.objects.filter(pk=page.pk).exists()
        assert Site.objects.count() == 1

    def test_another_page_of_that_name_stays(self, housing: Body) -> None:
        desk = get_or_create_unit_page(housing)
        Page.objects.filter(pk=desk.pk).update(slug="home")
        no_welcome()
        assert Page.objects.filter(pk=desk.pk).exists()


@pytest.mark.usefixtures("wagtails_indexes")
class TestIndexes:
    def test_wagtails_search_finds_a_draft_by_its_last_title(
        self, plans: Column, housing: Body, client: Client
    ) -> None:
        made = item(housing, [plans], title="alpha")
        actions.save_revision(made, by=actor(Role.CLERK, housing), title="omega")
        sign_in(client, Role.CLERK, housing)
        address = reverse("wagtailadmin_explore", args=(made.get_parent().pk,))
        assert "omega" in said(client.get(address, {"q": "omega"}, follow=True))

    def test_references_of_a_draft_are_listed(self, plans: Column, housing: Body) -> None:
        before: Any = ReferenceIndex.objects.count()
        other = item(housing, [plans])
        item(housing, [plans], body=f'<p><a linktype="page" id="{other.pk}">x</a></p>')
        assert ReferenceIndex.objects.count() > before
