"""Which acts on requests record the past: they need a paper and a second person (`ledger.past`)."""

from collections.abc import Mapping

from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.past import is_earlier, register_past
from gongkai.work.requests.machine import ACTS

#: What staff record of the applicant, or of another register: it ends the request at their word alone.
ALWAYS = frozenset({"withdraw", "record_ended"})
#: What puts a burden on somebody outside, or takes one off the unit, from the day that is named.
ON_EARLIER_DAYS = frozenset(
    {"record_notice_service", "record_service", "deliver", "review_secrecy", "clear_fee"}
)
#: What is recorded as it was (补录): notices, decisions and what answers them, also out of time.
AS_IT_WAS = frozenset(
    {
        *("ask_correction", "take_correction", "ask_third_party", "ask_agency", "take_opinion", "extend"),
        *("notify_fee", "take_payment", "decide", "reopen"),
    }
)


def _is_past(_: Entry, facts: Mapping[str, object]) -> bool:
    return bool(facts.get("past"))


def _always(_: Entry, __: Mapping[str, object]) -> bool:
    return True


def enter() -> None:
    """Declare the acts."""
    assert ACTS.keys() >= ALWAYS | ON_EARLIER_DAYS | AS_IT_WAS
    for verbs, records_past in ((ALWAYS, _always), (ON_EARLIER_DAYS, is_earlier), (AS_IT_WAS, _is_past)):
        for verb in verbs:
            register_past(f"request.{verb}", records_past)
    register_past("complaint.withdraw", _always)
