"""What the portal keeps of its own: who subscribed to what, and what caches must still be told."""

from gongkai.ui.portal.models.purges import Purge
from gongkai.ui.portal.models.subscriptions import Scope, Subscriber, Subscription

__all__ = ["Purge", "Scope", "Subscriber", "Subscription"]
