"""Columns are told apart as Django tells them apart."""

import os
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db.models import CharField, Exists, F, OuterRef, QuerySet
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler

import quick_columns


class Named(Col):
    def __init__(self, alias: str, target: CharField, name: str) -> None:
        super().__init__(alias, target)


def test_the_answer_is_django_s() -> None:
    fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    columns = [made for one in fields for made in (Col("t", one), Col(None, one), Col("t", one, one))]
    columns += [Col("t", fields[0], output_field=CharField()), Named("t", CharField(), "x")]
    assert [quick_columns.identity(one) for one in columns] == [
        quick_columns.DJANGO_S(one) for one in columns
    ]


def asked() -> list[QuerySet[Any]]:
    """Queries of every table in the ways that are kept and in those that are not."""
    made = [
        one for model in apps.get_models() for one in (model.objects.all(), model.objects.order_by("-pk")[:3])
    ]
    edition = apps.get_model("editions", "Edition").objects
    made += [
        edition.select_related("document", "content"),
        edition.defer("visible_from"),
        edition.only("number"),
        edition.annotate(twice=F("number") * 2),
        edition.extra(select={"one": "1"}),
        edition.filter(document__in=edition.filter(number=1).values("document")),
        edition.filter(Exists(edition.filter(pk=OuterRef("pk")))),
        edition.none().union(edition.all()),
        edition.values("number", "pk"),
    ]
    return made


def said(query: QuerySet[Any]) -> tuple[Any, ...]:
    """Return the SQL, what is selected, and by what values are turned."""
    compiler = query.query.get_compiler("default")
    try:
        sql = compiler.as_sql()
    except EmptyResultSet:
        return ()
    columns = [one[0] for one in compiler.select[: compiler.col_count]] if compiler.select else []
    turned = compiler.get_converters(columns)
    names = {place: [one.__qualname__ for one in found] for place, (found, _) in turned.items()}
    return (
        sql,
        [(one, two, three) for one, two, three in compiler.select or ()],
        shape(compiler.klass_info),
        names,
    )


def shape(info: Any) -> Any:
    """Return of which models what is selected."""
    if info is None:
        return None
    return info["model"], info["select_fields"], [*map(shape, info.get("related_klass_infos", ()))]


def test_queries_are_django_s() -> None:
    for _ in range(2):  # the second time from what was kept
        quick = [said(one) for one in asked()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLCompiler, "get_select", quick_columns.SELECT)
        patch.setattr(SQLCompiler, "compile", quick_columns.COMPILE)
        patch.setattr(SQLCompiler, "get_converters", quick_columns.CONVERTERS)
        assert quick == [said(one) for one in asked()]


@pytest.mark.skipif(os.environ.get("GONGKAI_REPLAY") == "off", reason="Django answers itself")
def test_it_is_in_use() -> None:
    assert SQLCompiler.get_select is quick_columns.get_select
    assert Col.identity.func is quick_columns.identity
    model = apps.get_model("editions", "Edition")
    one, two, *_ = model._meta.concrete_fields
    assert Col("t", one) == Col("t", one) != Col("t", two)
    assert Col("t", one) != Col("u", one)
