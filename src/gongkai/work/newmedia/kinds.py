"""The entry kind of filings."""

from gongkai.core.ledger.kinds import Kind
from gongkai.work.newmedia.states import FILING_MACHINE, FilingState

KIND = "account_filing"
FILING_KIND = Kind(
    name=KIND,
    label="新媒体备案",
    prefix="新媒",
    machine=FILING_MACHINE,
    rules=KIND,
    actions=tuple(f"{KIND}.{verb}" for verb in ("accept", "finish", "resubmit", "return", "refuse", "withdraw")),
    onward=(f"{KIND}.accept", f"{KIND}.finish", f"{KIND}.resubmit"),
    waiting=frozenset({FilingState.SUBMITTED}),
    asked=frozenset({FilingState.SUBMITTED}),
    related=("account_filing__account",),
    still_late=frozenset({FilingState.WITHDRAWN}),
)
