"""Telling the caches in front of the portal what changed: an outbox written with the change, sent right behind it, tried again by a job.

`affected` says which addresses, `ways` how a cache is told, `outbox` ties both to the actions of publishing and of the base of answers;
`sending` empties the outbox, `threads` holds the lanes that do so while pages are served.
"""

from gongkai.ui.portal.purging.outbox import ANSWER_ACTS, forget_everything, note_answers, note_changes
from gongkai.ui.portal.purging.sending import send_due

__all__ = ["ANSWER_ACTS", "forget_everything", "note_answers", "note_changes", "send_due"]
