"""What pages say when something is done, or is not: the one place that turns refusals and wrong forms into messages."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from gongkai.core.acts.action import Refused
from gongkai.core.widgets.forms import dress


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


def run_form_with_messages(request: HttpRequest, form: BaseForm, work: Callable[..., object], said: str = "") -> bool:
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


def answer_form(
    request: HttpRequest, form: BaseForm, work: Callable[..., object], said: str, back: str
) -> HttpResponse:
    """Do something with what a form of a page with other things was filled in with, and lead back to the page.

    What is wrong or refused leads to the form on a page of its own: on the page that it stands on, all that was typed
    would be gone. What the page sent besides the form's fields is sent again.

    Args:
        request: a POST; by any other method nothing is done.
        form: bound to what was sent.
        work: takes the form's cleaned data as keywords.
        said: what is said when it was done.
        back: the address of the page that the form stands on.
    """
    if request.method != "POST":
        return HttpResponseRedirect(back)
    if form.is_valid() and run_with_messages(request, lambda: work(**form.cleaned_data), said):  # type: ignore[attr-defined]
        return HttpResponseRedirect(back)
    own = {form.add_prefix(name) for name in form.fields} | {"csrfmiddlewaretoken"}
    kept = [(name, value) for name, values in request.POST.lists() if name not in own for value in values]
    dress(form)
    shown = {"form": form, "kept": kept, "back": back}
    return render(request, "ui/form_again.html", shown, status=422)


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
