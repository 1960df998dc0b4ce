"""Report errors of a command as one line on standard error with exit code 2."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from gongkai.lib.law.errors import describe_os_error
from gongkai.ops.cli.django import start_django

# SQLSTATE of PostgreSQL for "permission denied" (class 42).
PERMISSION_DENIED_SQLSTATE = "42501"
P = ParamSpec("P")
T = TypeVar("T")


def one_line(text: object) -> str:
    """Return a message on one line, so that scripts can read it."""
    return re.sub(r"\s+", " ", str(text)).strip()


def report_in_one_line(*errors: type[Exception]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Return a decorator that turns the given exceptions of a function into a one-line ClickException.

    Other exceptions are raised unchanged, because a programming error must stay visible.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            """Run the command; these errors become one line."""
            try:
                return function(*args, **kwargs)
            except errors as error:
                raise click.ClickException(one_line(error)) from error

        return call

    return decorate


@contextmanager
def django_started() -> Iterator[None]:
    """Start Django for the block, and report a refused action in one line."""
    start_django()
    from gongkai.core.acts.action import Refused

    try:
        yield
    except Refused as refused:
        raise click.ClickException(one_line(refused)) from refused


def describe_unusable_installation(error: Exception) -> str | None:
    """Return one line on a full disk, wrong settings, keys, database or a file; None for other errors.

    With GONGKAI_DEBUG every error is shown with its traceback.
    """
    from django.core.exceptions import ImproperlyConfigured
    from django.db.utils import DatabaseError, InterfaceError, OperationalError

    from gongkai.core.files.storage import FULL_DISK_ADVICE, describe_full_disk
    from gongkai.core.vault.key_file import KeyRingError

    if os.environ.get("GONGKAI_DEBUG"):
        return None
    if full := describe_full_disk(error):
        return f"{full}，没有做完：{FULL_DISK_ADVICE}，再运行一次"
    if isinstance(error, ImproperlyConfigured | KeyRingError):
        return str(error)
    if getattr(error.__cause__, "sqlstate", "") == PERMISSION_DENIED_SQLSTATE:
        return f"数据库账号没有授权（{one_line(error)}）：请用数据表所有者的账号运行 gongkai grants 账号"
    if isinstance(error, OSError) and error.filename:
        return f"读写不了 {error.filename}（{describe_os_error(error)}）：请检查路径和权限"
    # Exactly these classes: IntegrityError, DataError and the like are errors of our own queries.
    is_unusable = type(error) in {DatabaseError, InterfaceError, OperationalError}
    advice = "请检查 DATABASE_URL、数据文件夹的权限和磁盘空间"
    return f"数据库不能使用（{one_line(error)}）：{advice}" if is_unusable else None
