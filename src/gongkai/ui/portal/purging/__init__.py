"""Purge caches after changes: an outbox written with the change, sent at once, retried by a job.

`affected` computes the URLs, `ways` implements the protocols, `outbox` connects both to
actions, `sending` empties the outbox, and `threads` does so while pages are served.
"""

from gongkai.ui.portal.purging.outbox import ANSWER_ACTS, forget_everything, note_answers, note_changes
from gongkai.ui.portal.purging.sending import send_due

__all__ = ["ANSWER_ACTS", "forget_everything", "note_answers", "note_changes", "send_due"]
