"""What such a form is, and the registry."""

import inspect
from collections.abc import Sequence
from typing import Unpack

from django import forms
from django.core.files.uploadedfile import UploadedFile

from gongkai.acts.action import AnyAction
from gongkai.files.store import receive
from gongkai.ledger.models import Entry
from gongkai.ui.forms import FormFacts, Posted, Sent, dress
from gongkai.units.actors import Actor


class ActForm(forms.Form):
    """The fields of one action on one entry. `facts()` is what the action is called with, beside `by` and `version`.

    A subclass narrows choices in `prepare` by `self.entry` and `self.by`.
    """

    #: One sentence above the fields, where the action needs explaining.
    intro: str = ""
    #: What it is about, said above the fields (the lines of a fee, say).
    said: Sequence[str] = ()
    #: What would be wrong about doing it today, said before anybody types.
    warnings: Sequence[str] = ()
    #: Fields that are needed with some of the choices: not marked as optional; their help says when.
    at_times: Sequence[str] = ()

    def __init__(
        self, data: Posted = None, files: Sent = None, *, entry: Entry, by: Actor, **kwargs: Unpack[FormFacts]
    ) -> None:
        self.entry, self.by = entry, by
        super().__init__(data, files, **kwargs)
        dress(self)
        for name in self.at_times:
            self.fields[name].either = True  # type: ignore[attr-defined]
        self.prepare()

    def prepare(self) -> None:
        """Narrow choices and set initial values by `self.entry` and `self.by`."""

    def facts(self) -> dict[str, object]:
        """Return the action's facts; uploaded files are put into the private store here.

        Raises:
            Refused: a file cannot be stored.
        """
        return {name: self._fact(value) for name, value in self.cleaned_data.items()}

    def _fact(self, value: object) -> object:
        if isinstance(value, UploadedFile):
            return receive(value, self.by)
        if isinstance(value, list) and value and isinstance(value[0], UploadedFile):
            return [receive(one, self.by) for one in value]
        return value


class WordsForm(ActForm):
    """The fields of an action that has no form of its own: a few words."""

    words = forms.CharField(
        label="说明", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class NoFieldsForm(ActForm):
    """For an action that asks nothing."""


FORMS: dict[str, type[ActForm]] = {}


def register_entry_form(action: str, form: type[ActForm]) -> None:
    """Say which form an action (by its name) has; called by its room when it starts."""
    FORMS[action] = form


def form_for(action: AnyAction) -> type[ActForm]:
    """Return the form of an action: its own, else a field for words where it takes some."""
    own = FORMS.get(action.name)
    if own:
        return own
    takes = inspect.signature(action.function).parameters
    return WordsForm if "words" in takes else NoFieldsForm
