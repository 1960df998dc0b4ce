"""State machines of a filing and of a post, and the entry kind of filings."""

from django.db.models import TextChoices

from gongkai.core.acts.machine import StateMachine, make_move
from gongkai.core.ledger.kinds import EntryKind


class FilingState:
    """States of a filing to open, change or close an account.

    `ACCEPTED`: agreed, but the unit has still to carry it out and report.
    """

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_F = FilingState
FILING_MACHINE = StateMachine(
    labels={
        _F.SUBMITTED: "待备案审核",
        _F.RETURNED: "退回补正",
        _F.ACCEPTED: "已同意，待办理",
        _F.DONE: "已备案",
        _F.REFUSED: "不予备案",
        _F.WITHDRAWN: "已撤回",
    },
    moves={
        "return": make_move(_F.SUBMITTED, _F.RETURNED),
        "resubmit": make_move(_F.RETURNED, _F.SUBMITTED),
        "accept": make_move(_F.SUBMITTED, _F.ACCEPTED, _F.DONE),
        "refuse": make_move(_F.SUBMITTED, _F.REFUSED),
        "finish": make_move(_F.ACCEPTED, _F.DONE),
        "withdraw": make_move({_F.SUBMITTED, _F.RETURNED}, _F.WITHDRAWN),
    },
    closed=frozenset({_F.DONE, _F.REFUSED, _F.WITHDRAWN}),
)


class PostState(TextChoices):
    """State of a document on its way to a social-media account.

    `ASKED`: another unit requested the post. `CLEARED`: a second person approved the text.
    """

    ASKED = "asked", "待转发"
    DRAFT = "draft", "待审核"
    CLEARED = "cleared", "待发布"
    POSTED = "posted", "已发布"
    DECLINED = "declined", "不转发"


_P = PostState
POST_MACHINE = StateMachine(
    labels=dict(PostState.choices),
    moves={
        "prepare": make_move({_P.ASKED, _P.DRAFT, _P.CLEARED}, _P.DRAFT),
        "clear": make_move(_P.DRAFT, _P.CLEARED),
        "send_back": make_move(_P.CLEARED, _P.DRAFT),
        "post": make_move(_P.CLEARED, _P.POSTED),
        "carry": make_move(_P.ASKED, _P.POSTED),
        "decline": make_move({_P.ASKED, _P.DRAFT, _P.CLEARED}, _P.DECLINED),
    },
    closed=frozenset({_P.POSTED, _P.DECLINED}),
    initial=_P.DRAFT,
)


ACCOUNT_FILING_KIND_NAME = "account_filing"
FILING_KIND = EntryKind(
    name=ACCOUNT_FILING_KIND_NAME,
    label="新媒体备案",
    prefix="新媒",
    machine=FILING_MACHINE,
    rules=ACCOUNT_FILING_KIND_NAME,
    actions=tuple(
        f"{ACCOUNT_FILING_KIND_NAME}.{verb}"
        for verb in ("accept", "finish", "resubmit", "return", "refuse", "withdraw")
    ),
    onward=(
        f"{ACCOUNT_FILING_KIND_NAME}.accept",
        f"{ACCOUNT_FILING_KIND_NAME}.finish",
        f"{ACCOUNT_FILING_KIND_NAME}.resubmit",
    ),
    waiting=frozenset({FilingState.SUBMITTED}),
    asked=frozenset({FilingState.SUBMITTED}),
    related=("account_filing__account",),
    still_late=frozenset({FilingState.WITHDRAWN}),
)
