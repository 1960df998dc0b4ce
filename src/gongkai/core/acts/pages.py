"""Run actions from views and show results, refusals and form errors as messages."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from gongkai.core.acts.action import Refused
from gongkai.core.widgets.forms import style_inputs


def run_with_messages(request: HttpRequest, work: Callable[[], object], success_text: str = "") -> bool:
    """Call `work`; add `success_text`, or the reasons of a refusal, as a page message; return true on success.

    Args:
        request: the request whose page shows the messages.
        work: calls one action, or several in a transaction of its own.
        success_text: the message of success; "" if the next page shows the result.
    """
    try:
        work()
    except Refused as refused:
        add_refusal_messages(request, refused)
        return False
    if success_text:
        messages.success(request, success_text)
    return True


def run_form_with_messages(
    request: HttpRequest, form: BaseForm, work: Callable[..., object], success_text: str = ""
) -> bool:
    """Call `work` with a form's cleaned data; add messages of the result or of form errors.

    Args:
        request: a POST; other methods do nothing.
        form: the bound form.
        work: takes the form's cleaned data as keywords.
        success_text: the message of success.

    Returns:
        True on success.
    """
    if request.method != "POST" or not form.is_valid():
        add_form_error_messages(request, form)
        return False
    facts = form.cleaned_data  # type: ignore[attr-defined]
    return run_with_messages(request, lambda: work(**facts), success_text)


def respond_to_form(
    request: HttpRequest, form: BaseForm, work: Callable[..., object], success_text: str, back: str, *, matter: str = ""
) -> HttpResponse:
    """Call `work` with one of several forms of a page and redirect to `back`; after an error return the error page.

    Errors and refusals lead to the form on a page of its own, so that no input is lost; other submitted values
    are sent again.

    Args:
        request: a POST; other methods do nothing.
        form: bound to what was sent.
        work: takes the form's cleaned data as keywords.
        success_text: the message of success.
        back: the URL of the page with the form.
        matter: what the form is about, shown above it on the error page.
    """
    if request.method != "POST":
        return HttpResponseRedirect(back)
    if form.is_valid() and run_with_messages(request, lambda: work(**form.cleaned_data), success_text):  # type: ignore[attr-defined]
        return HttpResponseRedirect(back)
    own_names = {form.add_prefix(name) for name in form.fields} | {"csrfmiddlewaretoken"}
    other_values = [(name, value) for name, values in request.POST.lists() if name not in own_names for value in values]
    style_inputs(form)
    context = {"form": form, "kept": other_values, "back": back, "matter": matter}
    return render(request, "ui/form_again.html", context, status=422)


def refuse_too_many_rows(request: HttpRequest, ticked: Sequence[object], limit: int) -> bool:
    """Return true, and add an error message, if more rows are ticked than `limit`."""
    if len(ticked) <= limit:
        return False
    messages.error(request, f"一次最多办理{limit}条，您选了{len(ticked)}条，没有办理，请分批勾选。")
    return True


def add_refusal_messages(request: HttpRequest, refused: Refused) -> None:
    """Add an error message for each reason of a refusal."""
    for reason in refused.reasons:
        messages.error(request, reason)


def add_form_error_messages(request: HttpRequest, form: BaseForm) -> None:
    """Add an error message for each form error, with its field label."""
    for name, errors in form.errors.items():
        label = f"{form.fields[name].label}：" if name in form.fields else ""
        for error in errors:
            messages.error(request, f"{label}{error}")
