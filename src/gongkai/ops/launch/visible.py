"""Object access to the opening."""

from django.db.models import QuerySet

from gongkai.content.editions.models import Launch
from gongkai.core.units.actors import Actor
from gongkai.core.units.door import visible
from gongkai.ops.launch.rules import sees


@visible(Launch, technical=True)
def launches_visible_to(by: Actor) -> QuerySet[Launch]:
    """Return the opening for users who prepare, confirm or review it."""
    return Launch.objects.all() if by.system or sees(by) else Launch.objects.none()
