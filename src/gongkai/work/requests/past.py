"""Acts that record the past and need a proof and a second person (`ledger.past`)."""

from collections.abc import Mapping

from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.past import is_earlier, register_past
from gongkai.work.requests.machine import ACTS

# Acts that always record the past: they end a request on the clerk's word.
ALWAYS_PAST_ACTS = frozenset({"withdraw", "record_ended"})
# Acts that record the past if they name an earlier day.
BACKDATED_ACTS = frozenset({"record_notice_service", "record_service", "deliver", "review_secrecy", "clear_fee"})
# Acts that record the past (补录) if the clerk says so: notices, decisions and replies.
SUPPLEMENTARY_ACTS = frozenset(
    {
        *("ask_correction", "take_correction", "ask_third_party", "ask_agency", "take_opinion", "extend"),
        *("notify_fee", "take_payment", "decide", "reopen"),
    }
)


def _is_marked_past(_: Entry, facts: Mapping[str, object]) -> bool:
    return bool(facts.get("past"))


def _is_always_past(_: Entry, __: Mapping[str, object]) -> bool:
    return True


def register_past_acts() -> None:
    """Register the acts that record the past."""
    assert ACTS.keys() >= ALWAYS_PAST_ACTS | BACKDATED_ACTS | SUPPLEMENTARY_ACTS
    for verbs, records_past in (
        (ALWAYS_PAST_ACTS, _is_always_past),
        (BACKDATED_ACTS, is_earlier),
        (SUPPLEMENTARY_ACTS, _is_marked_past),
    ):
        for verb in verbs:
            register_past(f"request.{verb}", records_past)
    register_past("complaint.withdraw", _is_always_past)
