"""The panel of an entry's party: hidden, with buttons that log each reading."""

from gongkai.core.acts.actors import Actor
from gongkai.core.intake.matters import MATTER_KINDS_BY_NAME
from gongkai.core.intake.models import QueryCode
from gongkai.core.intake.queries import files_visible_to, visible_to
from gongkai.core.ledger.models import Entry


def party_panel(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return the panel of a party, or None without a party or permission."""
    if entry.kind not in MATTER_KINDS_BY_NAME:
        return None
    matter = f"{entry.kind}/{entry.pk}"
    found = visible_to(by, matter)
    files = files_visible_to(by, matter)
    if not found and not files:
        return None
    coded = QueryCode.objects.filter(matter=matter, revoked_at=None).exists()
    return {"party": found, "files": files, "asker": MATTER_KINDS_BY_NAME[entry.kind].asker, "coded": coded}
