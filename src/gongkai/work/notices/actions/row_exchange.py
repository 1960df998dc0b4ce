"""Exchange all rows of a draft notice for others, in one short transaction.

The new rows are stored in portions under a hidden copy of the notice, like those of an import
(`imports`). The action exchanges the rows of both, and the previous ones are deleted in portions.
The periodic job removes a hidden copy that an interrupted exchange left.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from copy import copy

from django.db.models import Case, Q, Value, When
from django.utils import timezone

from gongkai.core.acts.action import ROW_GONE_ERROR, Conflict
from gongkai.core.acts.lock_sharing import is_in_shared_transaction, write_in_portions
from gongkai.core.acts.machine import MachineAction
from gongkai.core.units.actors import Actor
from gongkai.work.notices.actions.imports import (
    MAX_ROWS_IN_ACTION,
    StartedImport,
    refuse_running_import,
    remove_unfinished,
    store_portion,
)
from gongkai.work.notices.actions.row_storage import NewRow
from gongkai.work.notices.models import AwaitedAct, KeptOurs, Measure, Notice, Pairing
from gongkai.work.notices.models.notice import UNFINISHED_VERSION

LOG = logging.getLogger(__name__)
ROWS_EXCHANGED_ERROR = "这份通知的表格正在重新读取，请过10秒再试。"
#: The hidden copy that the current action has stored.
_STORED_COPY: ContextVar[Notice | None] = ContextVar("stored", default=None)


def store_hidden_rows(
    notice: Notice, rows: Sequence[NewRow], *, by: Actor, then: Callable[[Notice, Sequence[NewRow]], None] | None = None
) -> Notice:
    """Store rows in portions under a hidden copy of a notice, and return the copy.

    Args:
        notice: the notice that gets the rows later (`exchange_rows_with_hidden_copy`).
        rows: the rows, not stored yet.
        then: called with the rows of each portion after they are stored, in their transaction.

    Raises:
        Refused: the rows of the notice are being exchanged in another process.
    """
    if unfinished_copy := _find_hidden_copy(notice):
        refuse_running_import(unfinished_copy, ROWS_EXCHANGED_ERROR)
        remove_unfinished(unfinished_copy)
    hidden = copy(notice)
    hidden.pk, hidden.version, hidden.source_digest = None, UNFINISHED_VERSION, _make_hidden_digest(notice)
    for row in rows:
        row.measure.notice = hidden
        for duty in row.duties:
            if duty.awaits is not None:
                duty.awaits.notice = hidden
    started = StartedImport(hidden, [], 0, len(rows), then)

    def store(some: Sequence[NewRow]) -> None:
        """Store a portion and remember the hidden copy, which is deleted if the action fails."""
        store_portion(hidden if hidden.pk else None, by=by, started=started, source=None, rows=some)
        _STORED_COPY.set(hidden)

    write_in_portions(rows, store, first=MAX_ROWS_IN_ACTION)
    return hidden


def exchange_rows_with_hidden_copy(notice: Notice, hidden: Notice) -> None:
    """Exchange the rows of a notice and its hidden copy (Conflict: the copy is gone).

    References of other rows to the previous ones are removed.
    """
    if not Notice.unfinished.filter(pk=hidden.pk).update(imported_at=timezone.now()):
        raise Conflict(ROW_GONE_ERROR)
    of_own_rows = Q(own__notice=notice) | Q(upper__notice=notice)
    Pairing.objects.filter(of_own_rows).delete()
    KeptOurs.objects.filter(of_own_rows).delete()
    Measure.objects.filter(parent__notice=notice).update(parent=None)
    other = Case(When(notice=notice.pk, then=Value(hidden.pk)), default=Value(notice.pk))
    for rows in (Measure.objects.all(), AwaitedAct.objects.all()):
        rows.filter(notice__in=[notice.pk, hidden.pk]).update(notice=other)


class RowExchangeAction(MachineAction[Notice]):
    """An action that exchanges the rows of a notice (`exchange_rows_with_hidden_copy`)."""

    def __call__(self, target: Notice, *, by: Actor, version: object = None, **facts: object) -> object:
        """Run the action, then delete the previous rows; if it fails, delete the new ones instead."""
        token = _STORED_COPY.set(None)
        try:
            done = super().__call__(target, by=by, version=version, **facts)  # type: ignore[arg-type]
        except Exception:
            if not is_in_shared_transaction():
                _remove_hidden_copy(_STORED_COPY.get())
            raise
        finally:
            _STORED_COPY.reset(token)
        _remove_hidden_copy(_find_hidden_copy(target))
        return done


def _remove_hidden_copy(hidden_copy: Notice | None) -> None:
    """Delete a hidden copy and its rows; after a failure, the periodic job deletes them."""
    try:
        if hidden_copy:
            remove_unfinished(hidden_copy)
    except Exception:
        if is_in_shared_transaction():
            raise
        LOG.exception("hidden rows of notice %s: the periodic job removes them", hidden_copy and hidden_copy.pk)


def _find_hidden_copy(notice: Notice) -> Notice | None:
    copies = Notice.unfinished.filter(government=notice.government_id, source_digest=_make_hidden_digest(notice))
    return copies.first()


def _make_hidden_digest(notice: Notice) -> str:
    """Return the digest that the hidden copy has instead of that of its file."""
    return hashlib.sha256(f"rows of notice {notice.pk}".encode()).hexdigest()
