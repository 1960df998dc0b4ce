"""Telling the caches in front of the portal what changed: an outbox written with the change, sent right behind it, tried again by a job.

`affected` says which addresses, `ways` how a cache is told, `outbox` ties both to publishing's actions.
"""

from gongkai.portal.purging.outbox import note_changes, send_due

__all__ = ["note_changes", "send_due"]
