"""For random histories of the inner side, the outer side shows the same after each package."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from factories.networks import apply_packages, broken_log_chains, inner, item_of, make_site, package_paths, public_pages
from factories.units import actor
from gongkai.content.editions.frozen import store_publishable_file
from gongkai.content.editions.models import Address, Column, Document, Edition
from gongkai.content.migration import actions as migrating
from gongkai.content.migration.orders import ListedText
from gongkai.content.packages import applying, exporting, state
from gongkai.content.packages.models import Package
from gongkai.content.publishing import actions
from gongkai.content.publishing.freezing import freeze_page
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Role

pytestmark = pytest.mark.django_db

#: Steps of a history: (method, document index, a number).
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "bring",
                "bring",
                "publish",
                "withdraw",
                "place",
                "unplace",
                "erase",
                "stand",
                "limit",
                "rename",
                "export",
                "export",
            ]
        ),
        st.integers(0, 2),
        st.integers(0, 5),
    ),
    min_size=4,
    max_size=9,
)


#: Generated histories, in `make soak` only; the stored ones always run.
GENERATE_PHASE = [Phase.generate] if os.environ.get("GONGKAI_SOAK") else []


#: A failure found once. `test_packages.py` tests its steps separately.
ERASED_BETWEEN_EXPORTS: Callable[[Any], Any] = (
    example(
        steps=[
            ("bring", 0, 0),
            ("export", 0, 2),
            ("withdraw", 0, 0),
            ("export", 0, 2),
            ("erase", 0, 0),
            ("export", 0, 2),
        ]
    )
    if GENERATE_PHASE
    else lambda test: test
)


class History:
    """The inner side; actions that are refused are skipped."""

    def __init__(self) -> None:
        self.site, self.plans, self.news, self.housing = make_site()
        self.chief = actor(Role.CHIEF, self.site.body)
        self.documents: list[Document] = []
        #: Pages the outer side must show after each package; {} between the packages of one export.
        self.seen: list[dict[str, Any]] = []
        #: Pages after the last export, and whether a step followed it.
        self.shown: dict[str, Any] = {}
        self.changed = True

    def do(self, what: str, which: int, number: int) -> None:
        self.changed |= what != "export"
        try:
            with transaction.atomic():
                getattr(self, what)(which, number)
        except Refused:
            pass  # what may not be done is not done: that is a history, too

    def document(self, which: int) -> Document:
        if not self.documents:
            raise Refused("还没有信息")
        return Document.objects.get(pk=self.documents[which % len(self.documents)].pk)

    def bring(self, which: int, number: int) -> None:
        """Publish as a migrated text, which is the fastest way."""
        fields = {
            "title": f"计划{len(self.documents)}",
            "imported_html": f"<p>住房{number}</p>",
            "attribute": "proactive",
        }
        kept = store_publishable_file(f"%PDF-1.4 {number}".encode(), "a.pdf") if number % 2 else None
        key = f"{len(self.documents):064d}"
        page = ItemPage(**fields)
        if kept:
            from gongkai.content.publishing.models import ItemAttachment

            page.attachments.add(ItemAttachment(name="清单.pdf", stored=kept, sort_order=0))
        from factories.migration import open_move_window

        open_move_window(self.site)
        text = ListedText(key, freeze_page(page, self.housing).digest, timezone.now() - timedelta(days=1), "a" * 64)
        order = migrating.order_migration(self.site, by=self.chief, origin="旧网站", texts=[text], prepared={999_999})
        edition = migrating.publish_migrated(
            self.housing,
            by=SYSTEM,
            order=order.pk,
            key=key,
            fields=fields,
            attachments=[("清单.pdf", kept)] if kept else [],
            columns=[self.plans if number < 4 else self.news],
            old=[f"/old/{len(self.documents)}.html"],
        )
        self.documents.append(edition.document)

    def publish(self, which: int, number: int) -> None:
        from factories.publishing import FIELDS, signed

        page = item_of(self.document(which))
        facts = {name: FIELDS[name] for name in ("formed_on", "attribute", "attribute_basis")}
        actions.save_revision(
            page, by=actor(Role.CLERK, self.housing), title=f"改过的计划{number}", manner="all", **facts
        )
        signed(page)

    def limit(self, which: int, number: int) -> None:
        from factories.publishing import FIELDS, signed

        page = item_of(self.document(which))
        facts = {name: FIELDS[name] for name in ("formed_on", "attribute", "attribute_basis")}
        limited = {"manner": "limited", "circle": [self.housing.pk], "manner_reason": "内部"}
        actions.save_revision(page, by=actor(Role.CLERK, self.housing), title="内部的", **facts, **limited)
        signed(page)

    def withdraw(self, which: int, number: int) -> None:
        actions.withdraw(self.document(which), by=SYSTEM, reason="有误")

    def place(self, which: int, number: int) -> None:
        actions.place(self.document(which), by=SYSTEM, columns=[self.news if number % 2 else self.plans])

    def unplace(self, which: int, number: int) -> None:
        actions.unplace(self.document(which), by=SYSTEM, columns=[self.plans if number % 2 else self.news])

    def erase(self, which: int, number: int) -> None:
        from factories.publishing import erased

        editions = list(Edition.objects.filter(document=self.document(which)).order_by("number"))
        erased(editions[number % len(editions)], self.chief, "个人信息")

    def stand(self, which: int, number: int) -> None:
        standing = ["in_force", "repealed", "expired"][number % 3]
        actions.set_standing(self.document(which), by=SYSTEM, standing=standing, on=timezone.localdate())

    def rename(self, which: int, number: int) -> None:
        actions.change_column(Column.objects.get(pk=self.news.pk), by=SYSTEM, name=f"动态{number}")

    def export(self, which: int, number: int) -> None:
        made = exporting.export_packages(SYSTEM, max_rows=2 if number == 0 else 1000, whole=number == 1)
        assert exporting.export_packages(SYSTEM, everything=True) == [], "what the log names is all that changed"
        if made or self.changed:
            self.shown, self.changed = expected_outside(public_pages()), False
        if made:
            self.seen += [{}] * (Package.objects.count() - len(self.seen) - 1) + [self.shown]


def expected_outside(found: dict[str, Any]) -> dict[str, Any]:
    """Return the pages that the outer side must show.

    A text published and withdrawn between two exports gives 404 there, not 410.
    """
    carried = {int(key) for key in state.load_carried_digests().get("documents", {})}
    never = Address.objects.exclude(document__in=carried).values_list("path", flat=True)
    return {at: page for at, page in found.items() if not (at.partition("?")[0] in never and page[0] == 410)}


@pytest.fixture
def side(
    settings: LazySettings, folders: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> tuple[LazySettings, Callable[[str], None]]:
    monkeypatch.setattr(applying, "MAX_TRANSACTION_DURATION", timedelta(0))
    return settings, folders


@settings(
    derandomize=not os.environ.get("GONGKAI_SOAK"),  # the same one here; make soak looks for new ones
    max_examples=20 if os.environ.get("GONGKAI_SOAK") else 1,
    phases=[Phase.explicit, *GENERATE_PHASE],  # no shrinking: an example takes a second
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@ERASED_BETWEEN_EXPORTS
@example(
    steps=[
        ("bring", 0, 1),
        ("bring", 0, 5),
        ("export", 0, 0),
        ("limit", 0, 0),
        ("place", 1, 0),
        ("export", 0, 1),
    ]
)
@example(steps=[("bring", 0, 3), ("withdraw", 0, 2), ("erase", 0, 4)])
@given(steps=STEPS)
def test_outer_side_shows_the_same_after_each_package(
    steps: list[tuple[str, int, int]], side: tuple[LazySettings, Callable[[str], None]], tmp_path: Path
) -> None:
    kept, use = side
    files: list[Path] = []
    seen: list[dict[str, Any]] = []
    use("inner")
    for old in exporting.get_export_folder().glob("*.gkp"):
        old.unlink()
    with inner(kept):
        history = History()
        for step in steps:
            history.do(*step)
        history.do("export", 0, 2)  # what is behind the last export is carried, too
        files, seen = package_paths(), history.seen
    use("outer")
    with outer_transaction(kept):
        for file, wanted in zip(files, seen, strict=True):
            apply_packages(file)
            if wanted:
                assert public_pages() == wanted
        assert (seen[-1] if seen else public_pages()) == history.shown
        assert broken_log_chains() == []


def outer_transaction(kept: LazySettings) -> Any:
    """Return a transaction of the outer side that is rolled back after the example."""
    return _RolledBackTransaction()


class _RolledBackTransaction:
    def __enter__(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()

    def __exit__(self, *error: Any) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)
