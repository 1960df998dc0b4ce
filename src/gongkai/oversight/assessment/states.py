"""State machines of schemes, rounds, self-assessments, appeals and bulletins."""

from gongkai.core.acts.machine import StateMachine, make_move


class SchemeState:
    """States of a scheme of indicators for the assessment of units."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    RETIRED = "retired"


_C = SchemeState
SCHEME_MACHINE = StateMachine(
    labels={_C.DRAFT: "起草中", _C.IN_FORCE: "使用中", _C.RETIRED: "已停用"},
    moves={
        "change": make_move(_C.DRAFT),
        "enact": make_move(_C.DRAFT, _C.IN_FORCE),
        "revise": make_move({_C.IN_FORCE, _C.RETIRED}),
        "retire": make_move(_C.IN_FORCE, _C.RETIRED),
    },
    closed=frozenset({_C.RETIRED}),
)


class RoundState:
    """States of a yearly assessment of units.

    `SELF`: units assess themselves. `PUBLISHED`: units see their scores and may appeal.
    """

    PLANNED = "planned"
    SELF = "self"
    SCORING = "scoring"
    PUBLISHED = "published"
    CONFIRMED = "confirmed"


_R = RoundState
#: States in which marks may be made.
MARKING_STATES = frozenset({_R.SELF, _R.SCORING})
#: States in which units see their scores.
STATES_WITH_SHOWN_SCORES = frozenset({_R.PUBLISHED, _R.CONFIRMED})
ROUND_MACHINE = StateMachine(
    labels={
        _R.PLANNED: "筹备中",
        _R.SELF: "自评中",
        _R.SCORING: "评分中",
        _R.PUBLISHED: "结果反馈，可以申诉",
        _R.CONFIRMED: "结果已确定",
    },
    moves={
        "open": make_move(_R.PLANNED, _R.SELF),
        "score": make_move(_R.SELF, _R.SCORING),
        "measure": make_move(MARKING_STATES),
        "publish": make_move(_R.SCORING, _R.PUBLISHED),
        "confirm": make_move(_R.PUBLISHED, _R.CONFIRMED),
    },
    closed=frozenset({_R.CONFIRMED}),
)


class SelfState:
    """States of a unit's self-assessment; `LAPSED`: not accepted before the results."""

    OPEN = "open"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    LAPSED = "lapsed"


_S = SelfState
SELF_ASSESSMENT_MACHINE = StateMachine(
    labels={_S.OPEN: "自评中", _S.SUBMITTED: "待审核", _S.ACCEPTED: "已审核", _S.LAPSED: "未完成自评"},
    moves={
        "claim": make_move(_S.OPEN),
        "submit": make_move(_S.OPEN, _S.SUBMITTED),
        "send_back": make_move(_S.SUBMITTED, _S.OPEN),
        "accept": make_move(_S.SUBMITTED, _S.ACCEPTED),
        "lapse": make_move({_S.OPEN, _S.SUBMITTED}, _S.LAPSED),
    },
    closed=frozenset({_S.ACCEPTED, _S.LAPSED}),
)


class AppealState:
    """States of a unit's appeal against its score; `UPHELD`: the score is changed."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


_A = AppealState
APPEAL_MACHINE = StateMachine(
    labels={_A.OPEN: "复核中", _A.UPHELD: "已采纳", _A.REJECTED: "不采纳", _A.WITHDRAWN: "已撤回"},
    moves={
        "uphold": make_move(_A.OPEN, _A.UPHELD),
        "reject": make_move(_A.OPEN, _A.REJECTED),
        "withdraw": make_move(_A.OPEN, _A.WITHDRAWN),
    },
    closed=frozenset({_A.UPHELD, _A.REJECTED, _A.WITHDRAWN}),
)


class BulletinState:
    """States of a bulletin on the work of units (通报), from draft to issue."""

    DRAFT = "draft"
    APPROVED = "approved"
    ISSUED = "issued"


_B = BulletinState
BULLETIN_MACHINE = StateMachine(
    labels={_B.DRAFT: "起草中", _B.APPROVED: "已批准", _B.ISSUED: "已印发"},
    moves={
        "change": make_move(_B.DRAFT),
        "approve": make_move(_B.DRAFT, _B.APPROVED),
        "issue": make_move(_B.APPROVED, _B.ISSUED),
    },
    closed=frozenset({_B.ISSUED}),
)
