"""The shared view function for registration by staff."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest

from gongkai.core.acts.actors import Actor
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.intake.codes import shown
from gongkai.core.intake.once import Registered, record_once


def registered(
    request: HttpRequest,
    form: Form,
    name: str,
    work: Callable[[], tuple[str, str]],
    *,
    by: Actor,
    asker: str,
) -> Registered | None:
    """Register a submitted page once and show the query code.

    Returns None if nothing was sent, the form is invalid, or it was refused.

    Args:
        request: the request; `once` is the token of the page.
        form: the form.
        name: the name of the form for its token.
        work: see `once.record_once`.
        by: the clerk.
        asker: the word for the party (申请人).
    """
    if request.method != "POST" or not form.is_valid():
        return None
    made: list[Registered] = []
    token = request.POST.get("once", "")
    typed = repr(sorted((name, str(value)) for name, value in form.cleaned_data.items()))
    if not run_with_messages(request, lambda: made.append(record_once(name, token, work, by=by, typed=typed))):
        return None
    again = "这一页已经登记过，没有重复登记。" if made[0].again else "已登记。"
    messages.success(request, f"{again}查询码：{shown(made[0].code)}。请交给{asker}，本页之后不再显示。")
    return made[0]
