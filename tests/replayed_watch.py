"""What a call that may be repeated could depend on is watched: patches, settings, pages, what is taken back (`replayed.py`)."""

import functools
from copy import deepcopy
from typing import Any
from unittest import mock

import pytest

import replayed


def use() -> None:
    """Watch what a call may depend on: patches, settings, pages, what is taken back; copy clients with their cookies."""
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.test import Client
    from django.test.utils import override_settings

    def patched(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        @functools.wraps(real)
        def call(self: Any, *args: Any, **kwargs: Any) -> Any:
            if not replayed.NOW.busy:
                token = next(replayed.numbers)
                self.__dict__.setdefault("_gongkai_tokens", []).append(token)
                replayed.NOW.patches.add(token)
            return real(self, *args, **kwargs)

        setattr(owner, name, call)

    def unpatched(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        @functools.wraps(real)
        def call(self: Any, *args: Any, **kwargs: Any) -> Any:
            if replayed.NOW.patches:
                replayed.NOW.patches.difference_update(self.__dict__.pop("_gongkai_tokens", ()))
            return real(self, *args, **kwargs)

        setattr(owner, name, call)

    def spoiling(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        @functools.wraps(real)
        def call(*args: Any, **kwargs: Any) -> Any:
            replayed.spoil()
            return real(*args, **kwargs)

        setattr(owner, name, call)

    for name in ("setattr", "delattr", "setitem", "delitem", "setenv", "delenv", "chdir", "syspath_prepend"):
        patched(pytest.MonkeyPatch, name)
    unpatched(pytest.MonkeyPatch, "undo")
    for kind in (mock._patch, mock._patch_dict):  # type: ignore[attr-defined]
        patched(kind, "__enter__")
        unpatched(kind, "__exit__")
    patched(override_settings, "enable")
    unpatched(override_settings, "disable")
    spoiling(Client, "request")
    spoiling(BaseDatabaseWrapper, "savepoint_rollback")
    spoiling(BaseDatabaseWrapper, "rollback")

    from factory.base import BaseFactory
    from factory.django import DjangoModelFactory

    create = replayed.repeatable(BaseFactory.create.__func__)  # type: ignore[attr-defined]
    DjangoModelFactory.create = classmethod(create)  # type: ignore[assignment]
    _copy_clients()


def _copy_clients() -> None:
    """Let a client be copied with its cookies, as an argument or a result of a call that is repeated."""
    from django.test import Client

    def copied(self: Client, memo: Any) -> Client:
        other = type(self)(raise_request_exception=self.raise_request_exception)
        other.cookies = deepcopy(self.cookies, memo)
        return other

    Client.__deepcopy__ = copied  # type: ignore[attr-defined]
