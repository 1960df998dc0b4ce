"""Bulk action on the selected rows of a list, with one form for all.

A refused submission keeps selection and input. Only rows visible to the actor are affected,
whatever ids are sent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from gongkai.core.acts.actors import Actor
from gongkai.core.acts.pages import refuse_too_many_rows
from gongkai.core.widgets.forms import PlainForm
from gongkai.core.widgets.query_parameters import parse_selected

if TYPE_CHECKING:
    from gongkai.core.registers.columns import AnyRows
    from gongkai.core.registers.register import AnyListing, AnyRegister
    from gongkai.core.spreadsheets.sheet import AnyRow

#: Name of the checkboxes.
CHECKBOX_NAME = "row"


@dataclass(frozen=True, kw_only=True)
class BulkAction:
    """An action that runs on all selected rows of a list at once.

    Attributes:
        words: label of the button.
        do: called with request, actor, rows and the form's data; shows the result, returns true if it was done.
        may: returns true if the actor may run it on the listed rows.
        form: class of the form for all rows together.
        title: the heading above the form.
        note: a sentence under the heading.
        row: returns true if a row can be selected.
        most: maximum number of rows.
        verbs: further buttons: label, and the value that `do` finds in `request.POST["do"]`.
        also: further buttons for pages that take the selected rows: label and URL name.
    """

    words: str
    do: "Callable[[HttpRequest, Actor, AnyRows, Mapping[str, object]], bool]"
    may: "Callable[[Actor, AnyListing], bool]"
    form: type[forms.Form] = PlainForm
    title: str = ""
    note: str = ""
    row: "Callable[[AnyRow], bool]" = lambda row: True
    most: int = 300
    verbs: Sequence[tuple[str, str]] = ()
    also: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class BulkForm:
    """A bulk action (`ticks`) with its bound form; `picked` are the ids of the rows that the user selected."""

    ticks: BulkAction
    form: forms.Form
    picked: frozenset[int]

    def box(self, row: "AnyRow") -> bool | None:
        """Return the state of a row's checkbox: true if it is selected; None if the row cannot be selected."""
        if not self.ticks.row(row):
            return None
        return row.pk in self.picked


def find_bulk_form(register: "AnyRegister", request: HttpRequest, listing: "AnyListing") -> BulkForm | None:
    """Return the bulk form of a list, or None if the actor cannot use it."""
    bulk_action = register.bulk_action
    if bulk_action is None or not bulk_action.may(listing.by, listing):
        return None
    sent = request.method == "POST"
    picked = frozenset(parse_selected(request.POST.getlist(CHECKBOX_NAME)))
    form = bulk_action.form(request.POST, request.FILES) if sent else bulk_action.form()
    form.auto_id = "ticked_%s"  # the filters of the list have ids of their own
    return BulkForm(bulk_action, form, picked)


def run_bulk_action(register: "AnyRegister", request: HttpRequest, listing: "AnyListing") -> HttpResponse | None:
    """Run the bulk action on the selected rows and redirect to the list; None if it was not done and the page shows
    why.

    Raises:
        PermissionDenied: the actor has no bulk action here.
    """
    bulk_form = find_bulk_form(register, request, listing)
    if bulk_form is None:
        raise PermissionDenied("这里没有您可以一并办理的事项。")
    if not bulk_form.form.is_valid() or refuse_too_many_rows(request, list(bulk_form.picked), bulk_form.ticks.most):
        return None
    rows = register.rows(listing.by).filter(pk__in=bulk_form.picked)
    if missing_count := len(bulk_form.picked) - rows.count():
        messages.error(
            request, f"勾选的有{missing_count}条已经不在这个列表中，可能已经办理：没有办理，请核对后再勾选。"
        )
        return None
    if not bulk_form.picked:
        messages.error(request, "请先勾选。")
        return None
    was_done = bulk_form.ticks.do(request, listing.by, rows, bulk_form.form.cleaned_data)
    return HttpResponseRedirect(request.get_full_path()) if was_done else None
