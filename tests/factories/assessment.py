"""A government with two bureaus, an indicator scheme in force and an assessment round."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from factories.units import BodyFactory, actor
from gongkai.core.acts.actors import Actor
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.oversight.assessment import actions
from gongkai.oversight.assessment.models import Assessed, Indicator, Round, Scheme

TREE = (
    ("1", "", "主动公开", 60, "", ""),
    ("1.1", "1", "年度任务按期销号", 40, "auto", "trial"),
    ("1.2", "1", "公开专区建设", 20, "third", ""),
    ("2", "", "依申请公开和互动", 25, "", ""),
    ("2.1", "2", "电话测评", 25, "phone", ""),
    ("3", "", "组织保障", 15, "self", ""),
    ("4", "", "加分", 5, "bonus", ""),
    ("5", "", "失信", 1, "veto", ""),
)


@dataclass
class Scene:
    """The government, its staff, and the round that assesses its bureaus."""

    government: Body
    office: Body
    bureaus: list[Body]
    chief: Actor
    head: Actor
    scheme: Scheme
    round: Round

    def unit(self, place: int = 0) -> Assessed:
        """Return a unit of the round, read anew."""
        rows = Assessed.objects.select_related("round__scheme", "round__body", "round__office", "body", "entry")
        return rows.get(round=self.round, body=self.bureaus[place])

    def leaf(self, code: str) -> Indicator:
        """Return an indicator."""
        return self.scheme.indicators.get(code=code)


def make_scheme(government: Body, chief: Actor) -> Scheme:
    """Return an indicator scheme in force."""
    scheme = actions.draft_scheme(government, by=chief, name="政务公开考核", share=Decimal(4), basis="绩效考核办法")
    for place, (code, parent, name, points, way, source) in enumerate(TREE):
        actions.set_indicator(
            scheme,
            by=chief,
            code=code,
            parent=parent,
            name=name,
            points=Decimal(points),
            way=way,
            source=source,
            position=place,
        )
    return actions.enact_scheme(scheme, by=chief)


def make_scene() -> Scene:
    """Return a scene with a round planned for two bureaus."""
    government = BodyFactory(government=True)
    office = BodyFactory(name="云岭市人民政府办公室", parent=government, kind=BodyKind.GENERAL_OFFICE)
    bureaus = [BodyFactory(name=f"云岭市{name}局", parent=government) for name in ("教育", "财政")]
    actor(Role.SECURITY, office)
    chief, head = actor(Role.CHIEF, office), actor(Role.LEAD, office)
    scheme = make_scheme(government, chief)
    made = actions.plan_round(
        scheme,
        by=chief,
        office=office,
        year=2024,
        first=date(2024, 1, 1),
        until=date(2024, 12, 31),
        self_until=date(2024, 12, 20),
        units=[(one, "政府部门") for one in bureaus],
    )
    return Scene(government, office, bureaus, chief, head, scheme, made)
