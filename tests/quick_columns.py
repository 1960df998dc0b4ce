"""What Django asks of a column again and again, answered the same in a fraction of the time.

Each query that is sorted compares all columns that it selects. Django asks the signature of a column's constructor for each of them: by
samples some two per cent of what tests with a database take. `test_quick_columns.py` holds that the answer is the same.
"""

from typing import Any

from django.db.models.expressions import Col, Expression
from django.utils.functional import cached_property

#: How Django answers it.
DJANGO_S = Expression.identity.func


def _said(alias: Any, target: Any, output_field: Any = None) -> tuple[Any, ...]:
    known = Expression._identity
    return (Col, ("alias", alias), ("target", known(target)), ("output_field", known(output_field)))


def identity(column: Col) -> tuple[Any, ...]:
    """Return what makes a column this column."""
    if type(column) is not Col:
        return DJANGO_S(column)  # type: ignore[no-any-return]
    args, kwargs = column._constructor_args
    return _said(*args, **kwargs)


def use() -> None:
    """Let columns answer like this in this process."""
    Col.identity = quick = cached_property(identity)
    quick.__set_name__(Col, "identity")
