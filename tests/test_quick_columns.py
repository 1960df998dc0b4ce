"""Columns are told apart, spelled, sorted by and read as Django does it."""

import os
from typing import Any

import pytest
from django.apps import apps
from django.db.models import CharField, Count, F, Model, QuerySet
from django.db.models.expressions import Col
from django.db.models.functions import Lower

import quick_columns

pytestmark = pytest.mark.skipif(os.environ.get("GONGKAI_REPLAY") == "off", reason="the run goes Django's own way")


class Named(Col):
    def __init__(self, alias: str, target: CharField, name: str) -> None:
        super().__init__(alias, target)


def test_the_answer_is_django_s() -> None:
    fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    columns = [made for one in fields for made in (Col("t", one), Col(None, one), Col("t", one, one))]
    columns += [Col("t", fields[0], output_field=CharField()), Named("t", CharField(), "x")]
    assert [quick_columns.identity(one) for one in columns] == [quick_columns.DJANGO_S(one) for one in columns]


def test_it_is_in_use() -> None:
    assert Col.identity.func is quick_columns.identity
    model = apps.get_model("editions", "Edition")
    one, two, *_ = model._meta.concrete_fields
    assert Col("t", one) == Col("t", one) != Col("t", two)
    assert Col("t", one) != Col("u", one)


@pytest.mark.parametrize("sql", ["SELECT %s, '100%%', %s", "SELECT '?', '%%s', %s", "SELECT 1"])
def test_a_statement_is_spelled_as_django_spells_it(sql: str) -> None:
    for _ in range(2):
        assert quick_columns.spelled(None, sql) == quick_columns.SPELLS(None, sql)
    assert quick_columns.spelled(None, "SELECT %(a)s", param_names=["a"]) == "SELECT :a"


def queries() -> list[QuerySet[Any]]:
    """Every table plain and sorted; one that extends another, points to others and is pointed to in all other ways."""
    made: list[QuerySet[Any]] = []
    models: list[type[Model]] = [one for one in apps.get_models() if not one._meta.proxy]
    for model in models:
        every = model._base_manager.all()
        made += [every, every.order_by("-pk"), every.filter(pk=7).order_by()[:1]]
    edition, item = (apps.get_model(name)._base_manager for name in ("editions.Edition", "publishing.ItemPage"))
    for every in (edition.all(), item.all()):
        named = [field.name for field in every.model._meta.concrete_fields][:2]
        made += [
            every.select_related(),
            every.only(*named),
            every.defer(*named),
            every.values(*named),
            every.values_list("pk", flat=True).order_by("pk"),
            every.order_by(F("pk").desc(nulls_last=True)),
            every.annotate(n=F("pk") + 1).order_by("n", "pk"),
            every.values("pk").annotate(n=Count("pk")).order_by("-n"),
            every.extra(select={"one": "1"}, order_by=["one"]),
            every.filter(pk__in=every.filter(pk__gt=3)),
            every.order_by("pk").reverse().distinct(),
            every.union(every.filter(pk=1)).order_by("pk"),
            every.order_by("?"),
        ]
    made += [
        edition.select_related("document__body", "content").order_by("document__body__name", "-number"),
        edition.order_by("document"),
        edition.order_by(Lower("content__title"), "number"),
        edition.filter(document__addresses__path="/x").order_by("document__body").distinct(),
    ]
    return made


def asked(query: QuerySet[Any]) -> tuple[Any, ...]:
    """What a query comes to: its words, which columns make which object, what makes values of them."""
    compiler = query.query.clone().get_compiler("default")
    words = compiler.as_sql()
    info = compiler.klass_info or {}
    read = compiler.get_converters([one[0] for one in compiler.select[: compiler.col_count]])
    return (
        words,
        [(str(column), spelled, alias) for column, spelled, alias in compiler.select],
        info.get("model"),
        info.get("select_fields"),
        {n: ([getattr(one, "__qualname__", one) for one in found], str(column)) for n, (found, column) in read.items()},
        compiler.annotation_col_map,
    )


@pytest.mark.django_db
def test_queries_are_those_that_django_puts_together() -> None:
    def outside(query: QuerySet[Any]) -> tuple[Any, ...]:
        with pytest.MonkeyPatch.context() as patch:
            for name, was in quick_columns.DJANGOS.items():
                patch.setattr(quick_columns.SQLCompiler, name, was)
            return asked(query)

    for query in queries():
        as_django_does = outside(query)
        assert asked(query) == as_django_does
        assert asked(query) == as_django_does, "from memory"
    assert len(quick_columns.SELECTED) > 100
