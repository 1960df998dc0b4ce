"""The panel 其他渠道 of an item's page: what is recorded, and the form to record one more."""

from gongkai.content.editions.frozen import Frozen
from gongkai.content.editions.sources import document_of
from gongkai.content.publishing import actions
from gongkai.content.publishing.forms.channels import ChannelForm
from gongkai.content.publishing.models import ItemPage
from gongkai.content.publishing.releases import releases_of
from gongkai.core.units.actors import Actor


def facts(item: ItemPage, by: Actor, frozen: Frozen | None) -> dict[str, object] | None:
    """Return what the panel shows; nothing to signers, and nothing before there is something to record."""
    if frozen is not None:
        return None
    document = document_of(item)
    rows = list(releases_of(document))
    if not rows and document.published_at is None:
        return None
    since = document.published_at
    return {
        "rows": [(row, not row.dropped and (since is None or row.at < since)) for row in rows],
        "form": ChannelForm() if not actions.record_channel.why_not(document, by=by) else None,
    }
