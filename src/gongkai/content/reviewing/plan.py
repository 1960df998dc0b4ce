"""The plan of a review: its stages, their roles and required numbers. Pure.

No national text fixes the roles of 三审三校. The default is what known local rules share: three stages,
three different persons, the unit's head last (扬子洲镇, 墨江, 开原老城街道). Each stage has its checklist.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from gongkai.core.acts.digest import canonical_json, digest
from gongkai.core.units.models import Role

#: The five gates (五关) with their labels; one signature covers all, a refusal names one.
GATE_LABELS: dict[str, str] = {
    "political": "政治关",
    "legal": "法律关",
    "policy": "政策关",
    "secrecy": "保密关",
    "wording": "文字关",
}
#: Signers other than the drafter that every plan needs.
MIN_OTHER_SIGNERS = 2
#: Three reviews by three persons (三审三校); fewer stages need a recorded reason.
USUAL_STAGE_COUNT = 3
#: Most stages of a plan.
MAX_STAGES = 7
#: Roles that may be named for a stage.
STAGE_ROLES = (Role.REVIEWER, Role.SIGNER, Role.LEAD, Role.CHIEF)


class StageJson(TypedDict):
    """The JSON form of a stage."""

    name: str
    roles: list[str]
    checklist: list[str]
    days: int


class PlanJson(TypedDict):
    """The JSON form of a plan."""

    stages: list[StageJson]
    drafter_first: bool
    bulk_rows: int
    after_days: int


@dataclass(frozen=True)
class ReviewStage:
    """A stage: its name, the roles that may sign, its checklist, and its duration in working days."""

    name: str
    roles: tuple[str, ...]
    checklist: tuple[str, ...] = ()
    days: int = 1

    @property
    def role_labels(self) -> str:
        """Return the labels of the roles."""
        return "、".join(Role(role).label for role in self.roles)


@dataclass(frozen=True)
class ReviewPlan:
    """The stages of a review with their settings.

    `drafter_first`: the drafter may sign the first stage. `bulk_rows`: the number of rows or
    persons from which a list gets the question of data aggregation. `after_days`: working days
    within which an urgent publication is reviewed afterwards. No national rule gives either number.
    """

    stages: tuple[ReviewStage, ...]
    drafter_first: bool = False
    bulk_rows: int = 50
    after_days: int = 2

    def to_json(self) -> PlanJson:
        """Return the JSON form, as `from_json` reads it."""
        return {
            "stages": [
                {"name": s.name, "roles": list(s.roles), "checklist": list(s.checklist), "days": s.days}
                for s in self.stages
            ],
            "drafter_first": self.drafter_first,
            "bulk_rows": self.bulk_rows,
            "after_days": self.after_days,
        }

    @classmethod
    def from_json(cls, stored: PlanJson) -> "ReviewPlan":
        """Return the plan from its JSON form."""
        stages = tuple(
            ReviewStage(s["name"], tuple(s["roles"]), tuple(s["checklist"]), s["days"]) for s in stored["stages"]
        )
        return cls(stages, stored["drafter_first"], stored["bulk_rows"], stored["after_days"])

    @property
    def digest(self) -> str:
        """Return the digest that every signature stores, which reveals later changes of the plan."""
        return digest(canonical_json(self.to_json()))

    @property
    def last(self) -> int:
        """Return the index of the final stage, counted from 0."""
        return len(self.stages) - 1


#: Plan of sites without a scheme.
DEFAULT_PLAN = ReviewPlan(
    (
        ReviewStage(
            "初审",
            (Role.REVIEWER, Role.SIGNER, Role.LEAD, Role.CHIEF),
            (
                "文字通顺，无错别字，标点、数字、日期准确",
                "单位名称、人名、地名、职务准确",
                "没有敏感词和不规范表述，附件与正文一致",
            ),
        ),
        ReviewStage(
            "复审",
            (Role.SIGNER, Role.CHIEF),
            (
                "内容真实、完整、准确，数据有依据",
                "体例、格式、栏目和公开属性正确",
                "个人信息和商业秘密已处理",
            ),
        ),
        ReviewStage(
            "终审",
            (Role.LEAD, Role.CHIEF),
            ("政治方向正确", "符合法律法规和现行政策", "保密审查已完成，公开的时机和社会影响已评估"),
        ),
    )
)


@dataclass(frozen=True)
class ReviewPlanPreset:
    """A predefined review plan for sites: its label, and Chinese words (`about`) on the staff that it requires."""

    label: str
    about: str
    plan: ReviewPlan


def _make_plan_of_roles(*roles: tuple[str, ...]) -> ReviewPlan:
    """Return the usual plan with these roles for its stages."""
    return replace(
        DEFAULT_PLAN,
        stages=tuple(
            replace(stage, roles=stage_roles) for stage, stage_roles in zip(DEFAULT_PLAN.stages, roles, strict=True)
        ),
    )


#: Name of a predefined plan → preset.
PLAN_PRESETS: dict[str, ReviewPlanPreset] = {
    "unit": ReviewPlanPreset(
        "单位内三级审签",
        "单位的审核人、签发人、负责人逐级审签。缺人的一级由政务公开办补上，只有一名经办人的单位，三级都由政务公开办审签。",
        DEFAULT_PLAN,
    ),
    "office": ReviewPlanPreset(
        "单位起草，政务公开办三级审签",
        "单位只出一名经办人起草，三级都由政务公开办的三个人审签。适合单位人手少的县。",
        _make_plan_of_roles((Role.CHIEF,), (Role.CHIEF,), (Role.CHIEF,)),
    ),
    "joint": ReviewPlanPreset(
        "单位两级，政务公开办终审",
        "单位内初审、复审，政务公开办终审。缺人的一级由政务公开办补上。",
        _make_plan_of_roles(
            (Role.REVIEWER, Role.SIGNER, Role.LEAD, Role.CHIEF),
            (Role.SIGNER, Role.LEAD, Role.CHIEF),
            (Role.CHIEF,),
        ),
    ),
}


def find_plan_errors(plan: ReviewPlan) -> list[str]:
    """Return the errors of a plan, in Chinese; empty if it is valid."""
    errors = []
    others = len(plan.stages) - (1 if plan.drafter_first else 0)
    if others < MIN_OTHER_SIGNERS:
        errors.append(f"至少要有{MIN_OTHER_SIGNERS}名起草人以外的人审签。")
    if len(plan.stages) > MAX_STAGES:
        errors.append(f"审签最多{MAX_STAGES}级。")
    for stage in plan.stages:
        name = stage.name.strip()
        if not name or len(name) > 12:
            errors.append("每一级都要有名称，不超过12个字。")
        if not stage.roles or set(stage.roles) - set(STAGE_ROLES):
            errors.append(f"请为“{name}”选择可以审签的角色。")
        if not 1 <= stage.days <= 30:
            errors.append(f"“{name}”的办理时限应在1至30个工作日之间。")
        if len(stage.checklist) > 12 or any(len(line) > 120 for line in stage.checklist):
            errors.append(f"“{name}”的审核要点最多12条，每条不超过120字。")
    if len({stage.name for stage in plan.stages}) < len(plan.stages):
        errors.append("各级名称不能相同。")
    if not 1 <= plan.after_days <= 10:
        errors.append("紧急发布后补审的时限应在1至10个工作日之间。")
    if not 5 <= plan.bulk_rows <= 1000:
        errors.append("名单类信息的行数界限应在5至1000之间。")
    return errors


def is_plan_complete(plan: ReviewPlan) -> bool:
    """Return true if a plan has enough signers and permitted roles in each stage.

    A merged plan may exceed the limits of an entered one (`find_plan_errors`).
    """
    others = len(plan.stages) - (1 if plan.drafter_first else 0)
    return others >= MIN_OTHER_SIGNERS and all(
        {*stage.roles} and {*stage.roles} <= {*STAGE_ROLES} for stage in plan.stages
    )


def merge_plans(plans: Sequence[ReviewPlan]) -> ReviewPlan:
    """Return a plan with the requirements of all plans, for a text in columns with several schemes.

    The longest plan is the base. Stages of the others are counted from the final one and narrow the
    roles of their counterpart; if no role is left, they become separate stages.
    """
    ordered = sorted(dict.fromkeys(plans), key=lambda plan: -len(plan.stages))
    stages = list(ordered[0].stages)
    added: dict[str, ReviewStage] = {}
    for other in ordered[1:]:
        _join_stages(stages, added, other.stages)
    return ReviewPlan(
        (*stages[:-1], *added.values(), *stages[-1:]),
        drafter_first=all(plan.drafter_first for plan in ordered),
        bulk_rows=min(plan.bulk_rows for plan in ordered),
        after_days=min(plan.after_days for plan in ordered),
    )


def _join_stages(stages: list[ReviewStage], added: dict[str, ReviewStage], others: Sequence[ReviewStage]) -> None:
    """Narrow `stages`, from the last, to the roles of `others`; put those without a common role into `added`, by name."""
    extra: list[ReviewStage] = []
    for from_end, theirs in enumerate(reversed(others), 1):
        if joined := _join_stage(stages[-from_end], theirs):
            stages[-from_end] = joined
        else:
            extra.append(theirs)
    for theirs in reversed(extra):
        names = (f"{theirs.name}（另一栏目{number or ''}）" for number in (0, *range(2, len(added) + 3)))
        for name in names:
            if joined := _join_stage(added.get(name, replace(theirs, name=name)), theirs):
                added[name] = joined
                break


def _join_stage(mine: ReviewStage, theirs: ReviewStage) -> ReviewStage | None:
    """Return a stage that satisfies both, named as the first; None without a common role."""
    common = tuple(role for role in mine.roles if role in theirs.roles)
    lines = tuple(dict.fromkeys((*mine.checklist, *theirs.checklist)))
    return replace(mine, roles=common, checklist=lines, days=min(mine.days, theirs.days)) if common else None


def can_fill_plan(plan: ReviewPlan, signed_roles: Iterable[Iterable[str]]) -> bool:
    """Return true if signers with these roles can fill every stage of a plan, one stage each.

    When a public text moves to a column with another scheme, its signatures must suffice there.
    """
    signers = [set(roles) for roles in signed_roles]
    stage_by_signer: dict[int, int] = {}

    def place(stage: int, tried: set[int]) -> bool:
        """Find a signer for the stage, moving others to their other stages; `tried` signers are excluded."""
        for signer, roles in enumerate(signers):
            if signer in tried or not roles & set(plan.stages[stage].roles):
                continue
            tried.add(signer)
            if signer not in stage_by_signer or place(stage_by_signer[signer], tried):
                stage_by_signer[signer] = stage
                return True
        return False

    return all(place(stage, set()) for stage in range(len(plan.stages)))
