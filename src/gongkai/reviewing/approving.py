"""What reviews come to when something is published on them: `publish` asks, whoever calls it."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Model

from gongkai.acts.prepared import rewrite
from gongkai.editions.actions.publishing import Approval
from gongkai.editions.frozen import Frozen
from gongkai.editions.models import Edition
from gongkai.editions.sources import Source
from gongkai.reviewing.against import speak_against, too_early
from gongkai.reviewing.cases import approvals_of, read
from gongkai.reviewing.owed import postponed


def read_approvals(
    source: Source,
    revision: int,
    frozen: Frozen,
    approvals: Sequence[Model | int],
    visible_from: datetime | None,
    now: datetime,
) -> Approval:
    """Read reviews again from the database, with everything that stands behind them."""
    cases = read(approvals)
    reasons = [
        *speak_against(source, revision, frozen, cases),
        *too_early(cases, visible_from, now),
        *postponed(source.stream, visible_from, now),
    ]

    def use(edition: Edition) -> None:
        for case in cases:
            case.review.edition_id = edition.pk
            case.review.version += 1
            rewrite(case.review)

    rows = [row for case in cases for row in approvals_of(case)]
    return Approval(reasons, rows, use, settles=not any(case.urgent for case in cases))
