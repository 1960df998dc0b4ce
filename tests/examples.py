"""Number of examples of property tests: the number that a test names, by default 100; in `make test` a fifth of it."""

import pytest
from hypothesis import settings

#: Default number of examples, and how many of them `make test` tries.
ALL, SHORT = 100, 20


class _Run:
    """The running suite; `short`: it is `make test`."""

    short = False


def configure(config: pytest.Config) -> None:
    """Set the number of examples for this run, before test modules are imported."""
    _Run.short = "not slow" in config.option.markexpr
    settings.register_profile("as asked", settings.get_profile("gongkai"), max_examples=most(ALL))
    settings.load_profile("as asked")


def most(number: int) -> int:
    """Return the number of examples in this run for the full number."""
    return number * SHORT // ALL if _Run.short else number
