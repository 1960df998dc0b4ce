"""How a command says no: one line on standard error and exit code 2."""

import re
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

P = ParamSpec("P")
T = TypeVar("T")


def one_line(text: object) -> str:
    """Fold any message into one line, so that scripts can read it."""
    return re.sub(r"\s+", " ", str(text)).strip()


def refusing(*errors: type[Exception]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Turn a room's own exceptions into the one-line refusal of the command.

    Only the classes named are turned: a fault of ours must stay a fault that somebody sees.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return function(*args, **kwargs)
            except errors as error:
                raise click.ClickException(one_line(error)) from error

        return call

    return decorate
