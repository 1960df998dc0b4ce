"""Models of the portal: subscriptions and pending cache purges."""

from gongkai.ui.portal.models.subscriptions import Purge, Scope, Subscriber, Subscription

__all__ = ["Purge", "Scope", "Subscriber", "Subscription"]
