"""What pages say when something is done, or is not: the one place that turns refusals and wrong forms into messages."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest

from gongkai.acts.action import Refused


def run_with_messages(request: HttpRequest, work: Callable[[], object], said: str = "") -> bool:
    """Do something and say what came of it.

    Args:
        request: whose page shows the messages.
        work: calls one action, or several in a transaction of its own.
        said: what is said when it was done; nothing where the next page shows it.

    Returns:
        Whether it was done.
    """
    try:
        work()
    except Refused as refused:
        say_no(request, refused)
        return False
    if said:
        messages.success(request, said)
    return True


def run_form_with_messages(
    request: HttpRequest, form: BaseForm, work: Callable[..., object], said: str = ""
) -> bool:
    """Do something with what a form was filled in with, and say what came of it; what is wrong with the form is said, too.

    Args:
        request: a POST; by any other method nothing is done.
        form: bound to what was sent.
        work: takes the form's cleaned data as keywords.
        said: what is said when it was done.

    Returns:
        Whether it was done.
    """
    if request.method != "POST" or not form.is_valid():
        say_wrong(request, form)
        return False
    facts = form.cleaned_data  # type: ignore[attr-defined]
    return run_with_messages(request, lambda: work(**facts), said)


def too_many(request: HttpRequest, ticked: Sequence[object], most: int) -> bool:
    """Say where more was ticked than is done at once: then nothing is done, instead of a part that nobody told apart.

    Returns:
        Whether it is too many.
    """
    if len(ticked) <= most:
        return False
    messages.error(request, f"一次最多办理{most}条，您选了{len(ticked)}条，没有办理，请分批勾选。")
    return True


def say_no(request: HttpRequest, refused: Refused) -> None:
    """Say why something was refused, reason by reason."""
    for reason in refused.reasons:
        messages.error(request, reason)


def say_wrong(request: HttpRequest, form: BaseForm) -> None:
    """Say what a form found wrong, each with the name of its field."""
    for name, errors in form.errors.items():
        label = f"{form.fields[name].label}：" if name in form.fields else ""
        for error in errors:
            messages.error(request, f"{label}{error}")
