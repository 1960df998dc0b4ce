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


FILING_MACHINE = StateMachine(
    labels={
        FilingState.SUBMITTED: "待备案审核",
        FilingState.RETURNED: "退回补正",
        FilingState.ACCEPTED: "已同意，待办理",
        FilingState.DONE: "已备案",
        FilingState.REFUSED: "不予备案",
        FilingState.WITHDRAWN: "已撤回",
    },
    moves={
        "return": make_move(FilingState.SUBMITTED, FilingState.RETURNED),
        "resubmit": make_move(FilingState.RETURNED, FilingState.SUBMITTED),
        "accept": make_move(FilingState.SUBMITTED, FilingState.ACCEPTED, FilingState.DONE),
        "refuse": make_move(FilingState.SUBMITTED, FilingState.REFUSED),
        "finish": make_move(FilingState.ACCEPTED, FilingState.DONE),
        "withdraw": make_move(
            {FilingState.SUBMITTED, FilingState.RETURNED, FilingState.ACCEPTED}, FilingState.WITHDRAWN
        ),
    },
    closed=frozenset({FilingState.DONE, FilingState.REFUSED, FilingState.WITHDRAWN}),
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


POST_MACHINE = StateMachine(
    labels=dict(PostState.choices),
    moves={
        "prepare": make_move({PostState.ASKED, PostState.DRAFT, PostState.CLEARED}, PostState.DRAFT),
        "clear": make_move(PostState.DRAFT, PostState.CLEARED),
        "send_back": make_move(PostState.CLEARED, PostState.DRAFT),
        "post": make_move(PostState.CLEARED, PostState.POSTED),
        "carry": make_move(PostState.ASKED, PostState.POSTED),
        "decline": make_move({PostState.ASKED, PostState.DRAFT, PostState.CLEARED}, PostState.DECLINED),
    },
    closed=frozenset({PostState.POSTED, PostState.DECLINED}),
    initial=PostState.DRAFT,
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
