"""A county that its city assesses: what is asked stands with the county's government, and its 政务公开办 does it; it never judges itself."""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from factories.assessment import Scene
from factories.units import BodyFactory, actor
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.actions import add_evidence
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.ledger.rules import must_judge
from gongkai.core.units.models import BodyKind, Role
from gongkai.core.units.reach import units_answered_for
from gongkai.oversight.assessment import actions, queries
from gongkai.oversight.assessment.models import Assessed, Round
from gongkai.oversight.assessment.panels import make_pending_block
from gongkai.oversight.assessment.scheme_registers import SchemeRegister

pytestmark = pytest.mark.django_db


@dataclass
class County:
    """A county in a round of its city: its 政务公开办, its sheet."""

    chief: Actor
    sheet: Assessed

    @property
    def entry(self) -> Entry:
        """Its self-assessment, read anew."""
        return Entry.objects.get(pk=self.sheet.entry_id)


@pytest.fixture
def county(scene: Scene) -> County:
    body = BodyFactory(name="青溪县", parent=scene.government, kind=BodyKind.DISTRICT)
    office = BodyFactory(name="青溪县政府办公室", parent=body, kind=BodyKind.GENERAL_OFFICE)
    actions.set_units(scene.round, by=scene.chief, units=[(body, "区县")])
    actions.open_round(scene.round, by=scene.chief)
    return County(actor(Role.CHIEF, office), Assessed.objects.get(body=body))


def test_a_chief_speaks_for_the_government_alone(scene: Scene, county: County) -> None:
    assert county.sheet.body_id in units_answered_for(county.chief)
    assert county.sheet.body_id not in units_answered_for(scene.chief), "who is above oversees it, and is not it"
    assert scene.government.pk in units_answered_for(scene.chief)
    assert scene.bureaus[0].pk not in units_answered_for(scene.chief)
    admin = actor(Role.ADMINISTRATOR, scene.office)
    assert not units_answered_for(admin), "technical posts speak for nobody"


def test_a_county_fills_its_own_claim_and_sees_its_own_sheet_alone(scene: Scene, county: County) -> None:
    assert list(queries.units_visible_to(county.chief)) == [county.sheet]
    assert list(queries.rounds_visible_to(county.chief)) == [scene.round]
    assert list(queries.schemes_visible_to(county.chief)) == [scene.scheme]
    actions.record_claim(
        county.entry, by=county.chief, indicator=scene.leaf("3"), value=Decimal(90), words="已列入预算。"
    )
    add_evidence(county.entry, by=county.chief, title="预算批复", url="https://cz.example/1.html")
    actions.submit_self_assessment(county.entry, by=county.chief)
    assert not must_judge(county.chief, county.entry)
    with pytest.raises(Refused, match="组织考核的政务公开办"):
        actions.accept_self_assessment(county.entry, by=county.chief)
    with pytest.raises(Refused, match="组织考核的政务公开办"):
        actions.return_self_assessment(county.entry, by=county.chief, reason="请补充材料。")
    assert must_judge(scene.chief, county.entry)
    actions.accept_self_assessment(county.entry, by=scene.chief)


def test_a_scheme_leads_nobody_to_an_edition_that_is_still_drafted(scene: Scene, county: County) -> None:
    actions.revise_scheme(scene.scheme, by=scene.chief)
    shown = {by: dict(SchemeRegister().facts_of(by, scene.scheme)) for by in (scene.chief, county.chief)}
    assert "第2版" in str(shown[scene.chief]["其他各版"])
    assert shown[county.chief]["其他各版"] == ""
    assert str(scene.round) in str(shown[county.chief]["用于"])


def test_a_county_is_told_its_result_and_objects(scene: Scene, county: County) -> None:
    for unit in Round.objects.get(pk=scene.round.pk).units.all():
        actions.record_mark(unit, by=scene.chief, indicator=scene.leaf("3"), value=Decimal(80))
    Round.objects.filter(pk=scene.round.pk).update(state="published", objections_until="2024-11-27")
    told = make_pending_block(county.chief)
    assert told
    assert "有异议的" in str(told["rows"])
    sheet = Assessed.objects.get(pk=county.sheet.pk)
    entry = actions.file_appeal(sheet, by=county.chief, grounds="县政府公报已经按期公开，请复核。")
    assert entry in visible_to(county.chief, kind="score_appeal")
    with pytest.raises(Refused, match="只有被考核单位"):
        actions.file_appeal(sheet, by=scene.chief, grounds="县政府公报已经按期公开，请复核。")
    actions.withdraw_appeal(entry, by=county.chief)
