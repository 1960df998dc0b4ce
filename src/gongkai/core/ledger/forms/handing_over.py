"""Forms that hand an entry to another unit, which may have nobody to work on it."""

from django import forms

from gongkai.core.ledger.forms.base import ActForm
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES, holders_of
from gongkai.core.units.forms.base import BodyChoice
from gongkai.core.units.models import Body
from gongkai.core.units.reach import GOVERNING_KINDS

_NOTE = "没有人员，由政务公开办代办"


def _has_nobody(body: Body) -> bool:
    """Return true if nobody works in a unit; the matters of a government are its office's own work."""
    return body.kind not in GOVERNING_KINDS and body.pk not in {post.body for post in holders_of(ENTRY_STAFF_ROLES)}


class WorkingUnitChoice(BodyChoice):
    """A field to choose the unit that will work on an entry; it marks those where nobody works."""

    def label_from_instance(self, obj: Body) -> str:
        """Return the name, with a note on a unit where nobody works."""
        name = super().label_from_instance(obj)
        return f"{name}（{_NOTE}）" if _has_nobody(obj) else name


class HandOverForm(ActForm):
    """The form of an action with a `body`; it asks again before the entry goes to a unit where nobody works."""

    def prepare(self) -> None:
        """Add the question if such a unit was chosen."""
        super().prepare()
        chosen = str(self.data.get(self.add_prefix("body")) or "")
        units = self.fields["body"].queryset  # type: ignore[attr-defined]
        body = units.filter(pk=chosen).first() if chosen.isdigit() else None
        if body is not None and _has_nobody(body):
            self.fields["alone"] = forms.BooleanField(
                label=f"{body.label}{_NOTE}，仍然交给它",
                error_messages={"required": "这个单位没有人员：请勾选后再点一次，或者另选单位。"},
            )

    def facts(self) -> dict[str, object]:
        """Return the action's arguments, without the answer to the question."""
        facts = super().facts()
        facts.pop("alone", None)
        return facts
