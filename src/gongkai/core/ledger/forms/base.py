"""Base classes and registry of forms of actions on entries.

An app declares the arguments of its actions (`register_entry_acts`); `registers.forms` builds
each form from the action's signature and the model. A form whose fields depend on each other is
written by hand: it derives from `EntryActionForm` and is named in the declaration.
"""

import inspect
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Unpack

from django import forms
from django.db import models

from gongkai.core.acts.action import AnyAction
from gongkai.core.files.forms import OneFileField
from gongkai.core.files.store import NamedStoredFile, store_upload
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.past_records import NUMBER, PAPER, PAST_ACTIONS
from gongkai.core.registers import forms as registered
from gongkai.core.registers.forms import COMMON_FIELDS, Act, make_form_class
from gongkai.core.units.actors import Actor
from gongkai.core.units.forms.base import words_field
from gongkai.core.widgets.forms import FormFacts, Posted, Sent

_PROOF_HELP_TEXT = "补录、撤回、他人的意见和决定、以前日期的事项须上传扫描件或者照片：文书、回执、当事人的书面材料等。由另一人核对后生效。"


class EntryActionForm(registered.ActForm):
    """The form of one action on one entry; subclasses restrict choices in `prepare`.

    Attributes:
        records_past: true if the action may record the past; the form then asks for a proof.
    """

    records_past: ClassVar[bool] = False

    def __init__(
        self, data: Posted = None, files: Sent = None, *, entry: Entry, by: Actor, **kwargs: Unpack[FormFacts]
    ) -> None:
        self.entry = entry
        if self.act and self.act.initial:
            kwargs["initial"] = {**self.act.initial(by, entry), **(kwargs.get("initial") or {})}
        super().__init__(data, files, by=by, target=entry, **kwargs)
        if self.records_past:
            self.fields[PAPER] = OneFileField(label="补录的凭证", required=False, help_text=_PROOF_HELP_TEXT)
            self.fields[NUMBER] = forms.CharField(label="凭证的文号或者编号", required=False, max_length=120)
            for name in (PAPER, NUMBER):  # required by some days only, so not marked as optional
                self.fields[name].either = True  # type: ignore[attr-defined]

    def facts(self) -> dict[str, object]:
        """Return the action's arguments, without the proof of a past event."""
        arguments = {name: value for name, value in self.cleaned_data.items() if name not in {PAPER, NUMBER}}
        return {name: self._to_argument(value) for name, value in arguments.items()}

    def past_paper(self) -> NamedStoredFile | None:
        """Store the uploaded proof of a past event and return it; None without upload."""
        upload = self.cleaned_data.get(PAPER)
        return store_upload(upload, self.by) if upload else None

    @property
    def past_number(self) -> str:
        """Return the document number of the proof."""
        return str(self.cleaned_data.get(NUMBER) or "")

    def answers(self) -> list[tuple[str, str]]:
        """Return (label, Chinese value) of the submitted fields."""
        values = [(name, self.cleaned_data.get(name)) for name in self.fields if name not in {PAPER, NUMBER}]
        return [(str(self.fields[name].label), self._describe_value(name, value)) for name, value in values if value]

    def _describe_value(self, name: str, value: object) -> str:
        """Return a value in Chinese: a choice by its label, a row by its name, true as 是."""
        choices = dict(getattr(self.fields[name], "choices", ()))
        if value is True:
            return "是"
        return str(choices.get(value, getattr(value, "name", value)))


#: Common parameters of actions on entries; reasons are longer in the log than in a column of a register.
_PLAIN_FIELDS = {"reason": words_field("理由", limit=1000)}
#: Action's name → form.
ENTRY_FORMS_BY_ACTION: dict[str, type[EntryActionForm]] = {}


def register_entry_form(action: str, form: type[EntryActionForm]) -> None:
    """Register a hand-written form for an action's name, at start-up."""
    ENTRY_FORMS_BY_ACTION[action] = form


def register_entry_acts(
    *acts: Act,
    model: type[models.Model],
    base: type[EntryActionForm] = EntryActionForm,
    shared: Mapping[str, forms.Field] | None = None,
) -> None:
    """Register forms for actions on entries, at start-up.

    Args:
        acts: one declaration for each action.
        model: default model whose fields describe the parameters.
        base: default base class of the forms.
        shared: fields of parameters common to many actions, by name.
    """
    for act in acts:
        takes = inspect.signature(act.action.function).parameters
        shared_fields = {name: asks for name, asks in (shared or {}).items() if name in takes}
        form_base = base if act.base is registered.ActForm else act.base
        form_class = replace(act, base=form_base, asks={**shared_fields, **act.asks}).form_class(model)
        assert issubclass(form_class, EntryActionForm)
        ENTRY_FORMS_BY_ACTION[act.action.name] = form_class


def _make_plain_form(action: AnyAction) -> type[EntryActionForm]:
    """Return a form with those parameters of an action that need no declaration."""
    takes = [name for name in inspect.signature(action.function).parameters if name in COMMON_FIELDS]
    form_class = make_form_class(action, Entry, fields=takes or None, asks=_PLAIN_FIELDS, base=EntryActionForm)
    assert issubclass(form_class, EntryActionForm)
    return form_class


def get_form(action: AnyAction) -> type[EntryActionForm]:
    """Return the form of an action: its own, else one with those of its parameters that need no declaration;
    if it may record the past, also with a proof."""
    form_class = ENTRY_FORMS_BY_ACTION.get(action.name) or _make_plain_form(action)
    return (
        type(form_class.__name__, (form_class,), {"records_past": True}) if action.name in PAST_ACTIONS else form_class
    )
