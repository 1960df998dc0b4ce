"""State machines of schemes, rounds, self-assessments, appeals and bulletins."""

from gongkai.core.acts.machine import StateMachine, make_move


class SchemeState:
    """States of a scheme of indicators for the assessment of units."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    RETIRED = "retired"


SCHEME_MACHINE = StateMachine(
    labels={SchemeState.DRAFT: "起草中", SchemeState.IN_FORCE: "使用中", SchemeState.RETIRED: "已停用"},
    moves={
        "change": make_move(SchemeState.DRAFT),
        "enact": make_move(SchemeState.DRAFT, SchemeState.IN_FORCE),
        "revise": make_move({SchemeState.IN_FORCE, SchemeState.RETIRED}),
        "retire": make_move(SchemeState.IN_FORCE, SchemeState.RETIRED),
    },
    closed=frozenset({SchemeState.RETIRED}),
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


#: States in which marks may be made.
MARKING_STATES = frozenset({RoundState.SELF, RoundState.SCORING})
#: States in which units see their scores.
STATES_WITH_SHOWN_SCORES = frozenset({RoundState.PUBLISHED, RoundState.CONFIRMED})
ROUND_MACHINE = StateMachine(
    labels={
        RoundState.PLANNED: "筹备中",
        RoundState.SELF: "自评中",
        RoundState.SCORING: "评分中",
        RoundState.PUBLISHED: "结果反馈，可以申诉",
        RoundState.CONFIRMED: "结果已确定",
    },
    moves={
        "open": make_move(RoundState.PLANNED, RoundState.SELF),
        "score": make_move(RoundState.SELF, RoundState.SCORING),
        "measure": make_move(MARKING_STATES),
        "publish": make_move(RoundState.SCORING, RoundState.PUBLISHED),
        "confirm": make_move(RoundState.PUBLISHED, RoundState.CONFIRMED),
    },
    closed=frozenset({RoundState.CONFIRMED}),
)


class SelfState:
    """States of a unit's self-assessment; `LAPSED`: not accepted before the results."""

    OPEN = "open"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    LAPSED = "lapsed"


SELF_ASSESSMENT_MACHINE = StateMachine(
    labels={
        SelfState.OPEN: "自评中",
        SelfState.SUBMITTED: "待审核",
        SelfState.ACCEPTED: "已审核",
        SelfState.LAPSED: "未完成自评",
    },
    moves={
        "claim": make_move(SelfState.OPEN),
        "submit": make_move(SelfState.OPEN, SelfState.SUBMITTED),
        "send_back": make_move(SelfState.SUBMITTED, SelfState.OPEN),
        "accept": make_move(SelfState.SUBMITTED, SelfState.ACCEPTED),
        "lapse": make_move({SelfState.OPEN, SelfState.SUBMITTED}, SelfState.LAPSED),
    },
    closed=frozenset({SelfState.ACCEPTED, SelfState.LAPSED}),
)


class AppealState:
    """States of a unit's appeal against its score; `UPHELD`: the score is changed."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


APPEAL_MACHINE = StateMachine(
    labels={
        AppealState.OPEN: "复核中",
        AppealState.UPHELD: "已采纳",
        AppealState.REJECTED: "不采纳",
        AppealState.WITHDRAWN: "已撤回",
    },
    moves={
        "uphold": make_move(AppealState.OPEN, AppealState.UPHELD),
        "reject": make_move(AppealState.OPEN, AppealState.REJECTED),
        "withdraw": make_move(AppealState.OPEN, AppealState.WITHDRAWN),
    },
    closed=frozenset({AppealState.UPHELD, AppealState.REJECTED, AppealState.WITHDRAWN}),
)


class BulletinState:
    """States of a bulletin on the work of units (通报), from draft to issue."""

    DRAFT = "draft"
    APPROVED = "approved"
    ISSUED = "issued"


BULLETIN_MACHINE = StateMachine(
    labels={BulletinState.DRAFT: "起草中", BulletinState.APPROVED: "已批准", BulletinState.ISSUED: "已印发"},
    moves={
        "change": make_move(BulletinState.DRAFT),
        "approve": make_move(BulletinState.DRAFT, BulletinState.APPROVED),
        "issue": make_move(BulletinState.APPROVED, BulletinState.ISSUED),
    },
    closed=frozenset({BulletinState.ISSUED}),
)
