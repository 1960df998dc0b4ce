"""The answer search learns: choices are recorded with rank, synonyms apply at once, fitted weights are kept only if better."""

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from factories.consultation import inquiry, released_answer
from factories.units import actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Role
from gongkai.lib.matching.weight_fitting import FittedWeights, RankingQuality
from gongkai.lib.matching.weights import DEFAULT_WEIGHTS, RankingWeights
from gongkai.work.consultation import actions, answer_index, search_learning
from gongkai.work.consultation.models import KnownAnswer, OwnSynonym, Use, WeightFit

pytestmark = pytest.mark.django_db
WORSE, BETTER = RankingQuality(0.5, 0.4, 0.6), RankingQuality(0.6, 0.5, 0.7)


@pytest.fixture(autouse=True)
def fresh_index():
    for live in (answer_index.PUBLIC_INDEX, answer_index.STAFF_INDEX):
        live.clear()


def test_chosen_answer_is_stored_masked_with_channel_and_rank(site, housing) -> None:
    known = released_answer(housing)
    clerk, chief = actor(Role.CLERK, housing), actor(Role.CHIEF, site.body)
    asked = "我叫李晓云，电话13800138000，公租房怎样申请"
    use = actions.record_spoken_answer(housing, by=clerk, known=known, asked=asked, channel="window")
    assert (use.channel, use.rank, use.way) == ("window", 1, "given")
    assert "13800138000" not in use.asked.reveal()
    row = use.inquiry
    assert (row.channel, row.entry.state, row.entry.outcome, row.answer) == (
        "window",
        "answered",
        "answered",
        known.answer,
    )
    assert (row.entry.body, row.entry.light) == (housing, "grey")
    assert row.entry.closed_at
    assert "13800138000" not in row.entry.title + row.question
    first = inquiry(site.body, text="公租房怎样申请，要什么材料。")
    entry = actions.assign_inquiry(first.entry, by=chief, body=housing)
    actions.answer_with_known_answer(entry, by=clerk, known=known)
    lost = inquiry(site.body, title="巷口树倒了", text="请来人处理。")
    known.refresh_from_db()
    assert known.uses == 2
    now = search_learning.count_hits_by_quarter(lost.received_on)[0]
    assert (now.asked, now.first, now.three, now.unanswered, now.first_rate) == (2, 2, 2, 1, 100)
    late = released_answer(housing, question="巷口的树倒了找谁", answer="拨打12345。")  # written for this question
    actions.answer_with_known_answer(actions.assign_inquiry(lost.entry, by=chief, body=housing), by=clerk, known=late)
    now = search_learning.count_hits_by_quarter(lost.received_on)[0]
    assert (now.asked, now.first, now.unanswered) == (2, 2, 1)
    actions.retire_answer(late, by=actor(Role.LEAD, housing), reason="重复")
    assert [pair.id for pair in search_learning.list_training_pairs()] == [str(known.pk)] * 2
    actions.retire_answer(known, by=actor(Role.LEAD, housing), reason="政策调整")
    with pytest.raises(Refused, match="没有在用"):
        actions.record_spoken_answer(housing, by=clerk, known=KnownAnswer.objects.get(pk=known.pk), asked="公租房")
    assert search_learning.list_training_pairs() == []


def test_helpful_votes_become_training_pair_if_two_agree(site, housing) -> None:
    known = released_answer(housing)
    for address in ("10.0.0.1", "10.0.0.2"):
        assert search_learning.list_training_pairs() == []
        Client(REMOTE_ADDR=address).post(f"/answers/{known.pk}/rate/", {"helped": "yes", "asked": "廉租房\0怎么弄"})
    assert {pair.asked for pair in search_learning.list_training_pairs()} == {"廉租房怎么弄"}


def test_synonym_applies_from_next_question(site, housing) -> None:
    known = released_answer(housing, question="义务教育入学怎样登记", answer="到片区学校登记。", variants=[])
    chief = actor(Role.CHIEF, site.body)
    assert not answer_index.list_first_answer_hits("娃儿读书")
    made = actions.save_synonym(None, by=chief, everyday="娃儿读书", official="义务教育入学", weight=1.0)
    assert answer_index.list_first_answer_hits("娃儿读书") == [known]
    actions.remove_synonym(made, by=chief)
    assert not OwnSynonym.objects.exists()
    assert not answer_index.list_first_answer_hits("娃儿读书")
    for facts in ({"everyday": "娃", "official": "入学"}, {"everyday": "入学", "official": "入学"}):
        with pytest.raises(Refused):
            actions.save_synonym(None, by=chief, **facts)
    with pytest.raises(Refused, match="政务公开办"):
        actions.save_synonym(None, by=actor(Role.CLERK, housing), everyday="娃儿", official="儿童")
    Use.objects.create(answer=known, asked="娃儿读书", way="given")
    for role, body, shown in ((Role.CHIEF, site.body, True), (Role.CLERK, housing, False)):
        client = signed_in(role, body)
        assert ("没有排进前三条的" in client.get("/admin/answers/search/").content.decode()) == shown
        assert ("娃儿读书" in client.get(reverse("consultation:missed")).content.decode()) == shown, "what people asked"


def test_fitted_weights_are_used_only_if_better_until_discarded(site, housing) -> None:
    released_answer(housing)
    chief = actor(Role.CHIEF, site.body)
    better = RankingWeights(learnt=0.6, variant=0.8)
    kept = actions.save_weight_fit(None, by=chief, found=FittedWeights(better, 300, 100, WORSE, BETTER, better=True))
    actions.save_weight_fit(
        None, by=SYSTEM, found=FittedWeights(RankingWeights(word=9), 300, 100, BETTER, WORSE, better=False)
    )
    assert answer_index.PUBLIC_INDEX.current().weights == better == search_learning.get_weights()
    assert answer_index.list_first_answer_hits("公租房申请")
    actions.disable_weight_fit(kept, by=chief)
    assert answer_index.PUBLIC_INDEX.current().weights == DEFAULT_WEIGHTS
    with pytest.raises(Refused, match="没有在用"):
        actions.disable_weight_fit(WeightFit.objects.get(pk=kept.pk), by=chief)


def test_fit_needs_enough_pairs_and_is_judged_on_held_back_ones(site, housing, monkeypatch) -> None:
    from gongkai.lib.matching import weight_fitting
    from gongkai.ops.cli.qa import qa
    from gongkai.work.consultation import search_learning as room

    assert room.fit_weights_when_due() == {}
    refused = CliRunner().invoke(qa, ["fit"])
    assert refused.exit_code != 0
    assert "至少需要" in refused.output
    for module in (room, weight_fitting):
        monkeypatch.setattr(module, "MIN_PAIRS", 6)
    topics = ("公租房", "公积金", "居住证", "社保卡")
    known = [
        released_answer(housing, question=f"{what}怎样办理", answer=f"{what}在窗口办理。", variants=[])
        for what in topics
    ]
    Use.objects.bulk_create(
        Use(answer=one, asked=f"{what}{ask}", way="given")
        for one, what in zip(known, topics, strict=True)
        for ask in ("咋办", "在哪弄", "要啥材料", "多久能好")
    )
    assert room.fit_weights_when_due() == {"fitted": 1, "kept": 0}, "all are found already: nothing is better"
    assert room.fit_weights_when_due() == {}, "not again within a month"
    said = CliRunner().invoke(qa, ["fit", "--dry-run"])
    assert "没有更好" in said.output
    assert WeightFit.objects.count() == 1
