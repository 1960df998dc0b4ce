"""Authentication at the command line: password and, if required, second factor."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from gongkai.core.acts.action import Refused
from gongkai.core.signin.factors import has_factor, needs_second_factor, use_code
from gongkai.core.signin.models import OperationKind
from gongkai.core.signin.operations import record_operation

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def authenticate_in_shell(username: str, password: str, ask_code: Callable[[], str]) -> "User":
    """Return the user with this name, password and, if set up, second factor; failures count and are logged as on the
    web.

    Args:
        username: the login.
        password: the typed password.
        ask_code: callback that asks for a code; called only if needed.

    Raises:
        Refused: wrong, locked, or a required second factor is missing.
    """
    request = HttpRequest()
    request.META.update(REMOTE_ADDR="127.0.0.1", HTTP_USER_AGENT="gongkai (console)")
    request.method = "POST"
    try:
        user = authenticate(request, username=username, password=password)
    except PermissionDenied:
        user = None
    if user is None:
        raise Refused("登录名或密码不对，或者这个账号已被暂时锁定。")
    request.user = user
    if has_factor(user):
        if use_code(user, ask_code()) is None:
            record_operation(OperationKind.FACTOR_FAILED, request)
            raise Refused("验证码不对，请看手机上最新的六位数字（手机时间要准），或者用一个恢复码。")
        record_operation(OperationKind.FACTOR, request, text="命令行")
    elif needs_second_factor(user):
        raise Refused("这个账号须先在后台设置验证器，才能在命令行办理。")
    return user
