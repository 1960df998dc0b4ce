"""Match duties of a row with duties of the same row in another version."""

from collections.abc import Sequence

from gongkai.work.notices.amending import WantedDuty
from gongkai.work.notices.planning.versions import match_rows

# Minimum similarity of duties to be versions of each other.
DUTY_SIMILARITY_THRESHOLD = 0.3


def match_duties(before: Sequence[WantedDuty], after: Sequence[WantedDuty]) -> dict[int, int]:
    """Map new duties to the old ones they correspond to; a single duty on both sides always matches."""
    if len(before) == len(after) == 1:
        return {after[0].pk or 0: before[0].pk or 0}
    pairs = match_rows(
        [duty_wanted.text for duty_wanted in before],
        [duty_wanted.text for duty_wanted in after],
        like=DUTY_SIMILARITY_THRESHOLD,
    )
    return {
        after[pair.new].pk or 0: before[pair.old].pk or 0
        for pair in pairs
        if pair.old is not None and pair.new is not None
    }
