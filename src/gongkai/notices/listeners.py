"""What this room does when others act: an edition published in a measure's column offers itself as evidence."""

from gongkai.acts.following import Happened
from gongkai.notices.offering import offer_edition, offer_printed, take_offers_back


def offer_published(happened: Happened) -> None:
    """Offer a new edition as evidence to the open assignments whose paths lead to its columns (follows `publishing.publish`)."""
    offer_edition(happened.step)


def take_back_withdrawn(happened: Happened) -> None:
    """Offer a withdrawn document no longer (follows `publishing.withdraw`)."""
    take_offers_back(happened.target)


def offer_gazette(happened: Happened) -> None:
    """Offer an issue of the gazette where a duty names that channel (follows `gazette.note_printed`)."""
    offer_printed(happened.target)
