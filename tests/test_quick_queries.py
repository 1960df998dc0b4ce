"""Queries of a known shape come to what Django writes for them, with their own values."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

import quick_queries


@pytest.fixture
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_queries, "KNOWN", {})


def compiler(rows: QuerySet[Any]) -> SQLCompiler:
    return rows.query.clone().get_compiler(connection=connection)  # type: ignore[no-any-return]


def both(rows: QuerySet[Any]) -> None:
    """Write it twice, the second time from memory where it is plain, and compare each with Django's."""
    quick_queries.checked(compiler(rows))
    quick_queries.checked(compiler(rows))


def test_every_table_is_asked_alike(nothing_known: None) -> None:
    for model in apps.get_models():
        rows = model._base_manager.all()
        for one in (
            rows,
            rows.filter(pk=1),
            rows.order_by("-pk")[:2],
            rows.values_list("pk"),
        ):
            both(one)
    assert len(quick_queries.KNOWN) > len(list(apps.get_models()))
    assert None not in quick_queries.KNOWN.values()


#: What is plain, with other values.
PLAIN = [
    lambda n: Permission.objects.filter(content_type__app_label="a" * n),
    lambda n: Permission.objects.filter(Q(codename__contains="%" * n) | ~Q(name="x", pk__gt=n)),
    lambda n: Permission.objects.exclude(content_type__model="b" * n).distinct(),
    lambda n: (
        Permission.objects.select_related("content_type").only("name", "content_type__model").filter(pk=n)
    ),
    lambda n: Permission.objects.filter(codename__in=["c" * n, None, "d"]).order_by(
        "content_type__model", "-pk"
    ),
    lambda n: Group.objects.filter(user__is_active=True, user__last_login=None, pk__lt=n).values(
        "pk", "name"
    ),
    lambda n: Group.objects.filter(user__is_active=False, pk__lte=n).reverse(),
]


@pytest.mark.parametrize("rows", PLAIN)
def test_values_are_its_own(nothing_known: None, rows: Any) -> None:
    both(rows(1))
    known = dict(quick_queries.KNOWN)
    quick_queries.checked(compiler(rows(2)))
    assert quick_queries.KNOWN == known != {}
    assert None not in known.values()


#: What differs in one thing: no two of them come to the same.
UNLIKE = [
    Permission.objects.all(),
    Permission.objects.order_by(),
    Permission.objects.reverse(),
    Permission.objects.distinct(),
    Permission.objects.all()[:1],
    Permission.objects.all()[1:2],
    Permission.objects.only("name"),
    Permission.objects.defer("name"),
    Permission.objects.values_list("name", "pk"),
    Permission.objects.values_list("pk", "name"),
    Permission.objects.select_related("content_type"),
    Permission.objects.filter(pk=1),
    Permission.objects.filter(pk__gt=1),
    Permission.objects.exclude(pk=1),
    Permission.objects.filter(pk__in=[1, 2]),
    Permission.objects.filter(pk__in=[1, 2, 3]),
    Permission.objects.filter(Q(pk=1) | Q(name="x")),
    Permission.objects.filter(Q(pk=1) & Q(name="x")),
    Permission.objects.filter(content_type__isnull=True),
    Permission.objects.filter(content_type__isnull=False),
    Permission.objects.filter(user__is_active=True),
    Permission.objects.filter(user__is_active=False),
    Permission.objects.filter(group__name="x").filter(group__name="y"),
    Permission.objects.filter(group__name="x", group__pk=1),
]


def test_what_differs_is_told_apart(nothing_known: None) -> None:
    said = [quick_queries.write(compiler(one)) for one in UNLIKE]
    assert len(quick_queries.KNOWN) == len(UNLIKE)
    assert [quick_queries.write(compiler(one)) for one in UNLIKE] == said
    assert said == [
        (sql, tuple(values)) for sql, values in (quick_queries.WRITE(compiler(one)) for one in UNLIKE)
    ]


@pytest.mark.parametrize(
    "rows",
    [
        Permission.objects.annotate(n=Count("group")),
        Permission.objects.annotate(n=F("name")),
        Permission.objects.filter(pk=F("content_type")),
        Permission.objects.filter(content_type__in=Group.objects.values("pk")),
        Permission.objects.filter(Exists(Group.objects.filter(pk=OuterRef("pk")))),
        Permission.objects.order_by(F("name").desc()),
        Permission.objects.order_by("?"),
        Permission.objects.exclude(group__name="x"),
        Permission.objects.order_by().union(Permission.objects.order_by()),
        Permission.objects.extra(select={"x": "1"}),
    ],
)
def test_what_is_not_plain_is_left_to_django(nothing_known: None, rows: QuerySet[Any]) -> None:
    quick_queries.checked(compiler(rows))
    with pytest.raises(quick_queries.NotPlain):
        quick_queries.shape(compiler(rows))


@pytest.mark.django_db
def test_rows_counts_and_relations_are_those_asked_for() -> None:
    for name in ("x", "y"):
        Group.objects.create(name=name).permissions.add(
            *Permission.objects.order_by("pk")[: 1 + (name == "y")]
        )
    for _ in range(2):
        for name, many in (("x", 1), ("y", 2)):
            found = Permission.objects.filter(group__name=name).select_related("content_type")
            assert (found.count(), len(found), found.exists()) == (many, many, True)
            assert all(one.content_type.pk == one.content_type_id for one in found)
        assert not Permission.objects.filter(group__name="z").exists()


def test_it_is_in_use() -> None:
    assert SQLCompiler.as_sql in (quick_queries.write, quick_queries.checked, quick_queries.WRITE)
