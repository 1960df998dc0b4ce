"""Purge caches after changes: an outbox sent at once, retried by a job.

`affected_urls` computes the URLs, `cache_protocols` implements the protocols, `outbox` connects both to
actions, and `purge_queue` empties the outbox, also in threads while pages are served.
"""

from gongkai.ui.portal.purging.outbox import (
    ANSWER_ACTIONS,
    enqueue_all_purges,
    enqueue_answer_purges,
    enqueue_publication_purges,
)
from gongkai.ui.portal.purging.purge_queue import send_due_purges

__all__ = [
    "ANSWER_ACTIONS",
    "enqueue_all_purges",
    "enqueue_answer_purges",
    "enqueue_publication_purges",
    "send_due_purges",
]
