"""What the entry of a disclosure shows: its item, one click away."""

from gongkai.content.publishing.models import ItemPage
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor


def disclosure_panel(entry: Entry, by: Actor) -> dict[str, object]:
    """Return what the panel of a disclosure shows."""
    return {
        "disclosure": entry.disclosure,
        "item": ItemPage.objects.filter(pk=entry.disclosure.item_id).first(),
    }
