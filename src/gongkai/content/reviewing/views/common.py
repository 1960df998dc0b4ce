"""What the room's pages share: what somebody may look at."""

from gongkai.content.reviewing.models import Review
from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.units.actors import Actor


def review_seen(by: Actor, number: int) -> Review:
    """Return a review that somebody may look at.

    Raises:
        Http404: there is none, or it is another unit's.
    """
    return get_visible_or_404(by, Review, number)
