"""State machines of a filing and of a post."""

from gongkai.core.acts.machine import Machine, move
from gongkai.work.newmedia.models import PostState


class FilingState:
    """States of a filing."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_F = FilingState
FILING_MACHINE = Machine(
    labels={
        _F.SUBMITTED: "待备案审核",
        _F.RETURNED: "退回补正",
        _F.ACCEPTED: "已同意，待办理",
        _F.DONE: "已备案",
        _F.REFUSED: "不予备案",
        _F.WITHDRAWN: "已撤回",
    },
    moves={
        "return": move(_F.SUBMITTED, _F.RETURNED),
        "resubmit": move(_F.RETURNED, _F.SUBMITTED),
        "accept": move(_F.SUBMITTED, _F.ACCEPTED, _F.DONE),
        "refuse": move(_F.SUBMITTED, _F.REFUSED),
        "finish": move(_F.ACCEPTED, _F.DONE),
        "withdraw": move({_F.SUBMITTED, _F.RETURNED}, _F.WITHDRAWN),
    },
    closed=frozenset({_F.DONE, _F.REFUSED, _F.WITHDRAWN}),
)

_P = PostState
POST_MACHINE = Machine(
    labels=dict(PostState.choices),
    moves={
        "prepare": move({_P.ASKED, _P.DRAFT, _P.CLEARED}, _P.DRAFT),
        "clear": move(_P.DRAFT, _P.CLEARED),
        "send_back": move(_P.CLEARED, _P.DRAFT),
        "post": move(_P.CLEARED, _P.POSTED),
        "decline": move({_P.ASKED, _P.DRAFT, _P.CLEARED}, _P.DECLINED),
    },
    closed=frozenset({_P.POSTED, _P.DECLINED}),
    initial=_P.DRAFT,
)
