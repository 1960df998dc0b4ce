"""Columns are told apart as Django tells them apart."""

from django.apps import apps
from django.db.models import CharField
from django.db.models.expressions import Col

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


def test_it_is_in_use() -> None:
    assert Col.identity.func is quick_columns.identity
    model = apps.get_model("editions", "Edition")
    one, two, *_ = model._meta.concrete_fields
    assert Col("t", one) == Col("t", one) != Col("t", two)
    assert Col("t", one) != Col("u", one)
