"""关切回应 (P-20) and legal bases of guides (L-09): links between policy documents and other items, shown on both pages."""

import pytest
from django.test import Client

from factories import policies as library
from factories.interpretation import exempt_from_interpretation
from factories.pages import read_item
from factories.publishing import column, item, released, sign_all, submitted, website
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.models import Column, Website
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.editions.parts import find_naming_documents, list_related_documents
from gongkai.content.editions.sources import ensure_document
from gongkai.content.policies import actions
from gongkai.content.policies.models import PolicyRecord, Relation, RelationKind
from gongkai.content.policies.policy_steps import list_public_steps, list_steps
from gongkai.content.policies.queries.side_column import list_relations
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ItemPage, find_document_item
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db
CONCERN = "停车费是不是要涨"
#: Actions that link an item to a record, by verb.
_ACTIONS = {"use": actions.add_basis, "respond": actions.link_response}


@pytest.fixture
def parking(housing: Body, rules: Column) -> PolicyRecord:
    return library.public(housing, [rules], title="云岭市停车场管理办法")


def describe_steps(record: PolicyRecord) -> dict[str, tuple[bool, str]]:
    page = find_document_item(record.document) if record.document else None
    return {name: (done, said) for name, done, said in list_steps(page, record)}


def draft_response(record: PolicyRecord) -> ItemPage:
    made: ItemPage = actions.draft_response(record, by=actor(Role.CLERK, record.body), concern=CONCERN)
    return made


def list_related_titles(page: ItemPage, name: str) -> list[str]:
    groups = list_related_documents(ensure_document(page), ANONYMOUS, Website.objects.get())
    return [row.title for group in groups if group.name == name for row in group.rows]


class TestFiveSteps:
    def test_entered_document_has_only_the_consultation_step(self, housing: Body) -> None:
        steps = describe_steps(library.record(housing))
        assert [name for name, (done, _) in steps.items() if done] == ["公开征求意见"]
        assert list(steps) == ["属性认定", "公开征求意见", "政策解读", "公开发布", "关切回应"]

    def test_exempted_interpretation_counts_when_approved(self, housing: Body, rules: Column) -> None:
        made = library.record(housing)
        page = actions.draft_item(made, by=actor(Role.CLERK, housing), columns=[rules])
        made.refresh_from_db()
        assert describe_steps(made)["政策解读"] == (False, "还没有解读方案")
        exempt_from_interpretation(page)
        assert describe_steps(made)["政策解读"][0]

    def test_response_completes_its_step_when_public(self, parking: PolicyRecord, rules: Column) -> None:
        steps = describe_steps(parking)
        assert (steps["属性认定"][0], steps["公开发布"]) == (True, (True, "2026-11-20公开"))
        page = draft_response(parking)
        assert describe_steps(parking)["关切回应"] == (False, "起草回应1篇，还没有公开")
        released(write_and_place(page, rules))
        assert describe_steps(parking)["关切回应"] == (True, "已公开回应1篇，最近在2026-11-20")

    def test_response_on_two_sites_counts_once(self, parking: PolicyRecord, rules: Column) -> None:
        page, other = (
            draft_response(parking),
            website(name="云岭通", host="other.test", code="5309990002", is_default=False),
        )
        publishing.place(ensure_document(page), by=actor(Role.CLERK, page.unit), columns=[column(other, "回应关切")])
        released(write_and_place(page, rules))
        assert describe_steps(parking)["关切回应"] == (True, "已公开回应1篇，最近在2026-11-20")
        assert parking.document is not None
        shown = {step.name: step.words for step in list_public_steps(parking.document, parking, {}, 0)}
        assert shown["关切回应"] == "已公开1篇"


def write_and_place(page: ItemPage, where: Column) -> ItemPage:
    """Write the text of a response and place it in a column."""
    publishing.save_revision(page, by=actor(Role.CLERK, page.unit), body="<p>收费标准不变。</p>")
    publishing.place(ensure_document(page), by=actor(Role.CLERK, page.unit), columns=[where])
    return ItemPage.objects.get(pk=page.pk)


class TestResponses:
    def test_concern_is_not_shown_to_the_public(self, parking: PolicyRecord, rules: Column, client: Client) -> None:
        page = draft_response(parking)
        assert list_relations(parking, ANONYMOUS, rules.website_id) == []
        released(write_and_place(page, rules))
        assert list_relations(parking, ANONYMOUS, rules.website_id)[0][0] == "关切回应"
        assert list_related_titles(page, "policy_answered") == ["云岭市停车场管理办法"]
        for number in (parking.document_id, ensure_document(page).pk):
            answer = client.get(f"/columns/{rules.pk}/{number}.html")
            assert answer.status_code == 200
            assert "停车场" in answer.content.decode()
            assert CONCERN not in answer.content.decode()

    def test_response_is_placed_in_the_column_for_responses(self, parking: PolicyRecord, site: Website) -> None:
        wanted = column(site, "回应关切")
        placed = ensure_document(draft_response(parking)).placements.values_list("column", flat=True)
        assert list(placed) == [wanted.pk]

    def test_response_needs_a_concern_without_personal_data(
        self, parking: PolicyRecord, justice: Body, rules: Column
    ) -> None:
        clerk = actor(Role.CLERK, parking.body)
        with pytest.raises(Refused):
            actions.draft_response(parking, by=actor(Role.CLERK, justice), concern=CONCERN)
        with pytest.raises(Refused, match="请写明公众关切的问题"):
            actions.draft_response(parking, by=clerk, concern=" ")
        with pytest.raises(Refused, match="不宜公开"):
            actions.draft_response(parking, by=clerk, concern="市民身份证号码11010519491231002X的来信")
        text = item(parking.body, [rules], kind=ItemKind.INTERPRETATION)
        with pytest.raises(Refused, match="不能作为关切回应"):
            actions.link_response(ensure_document(text), by=clerk, other=parking)
        with pytest.raises(Refused, match="已经关联"):
            actions.link_response(ensure_document(draft_response(parking)), by=clerk, other=parking)


class TestOnceSigned:
    """Links of a public item are changed only by signers."""

    @pytest.fixture
    def guide(self, housing: Body, rules: Column) -> ItemPage:
        page = library.guide(housing, [rules])
        released(page)
        return page

    @pytest.mark.parametrize("verb", ["use", "respond"])
    def test_clerk_links_a_draft_and_signer_a_public_item(
        self, verb: str, guide: ItemPage, parking: PolicyRecord, rules: Column, housing: Body
    ) -> None:
        clerk, signer = actor(Role.CLERK, housing), actor(Role.SIGNER, housing)
        act = _ACTIONS[verb]
        public = guide if verb == "use" else item(housing, [rules], kind="other")
        if verb == "respond":
            released(public)
        with pytest.raises(Refused, match="已经签发公开"):
            act(ensure_document(public), by=clerk, other=parking)
        made = act(ensure_document(public), by=signer, other=parking)
        if verb == "use":
            assert list_related_titles(public, "policy_bases") == ["云岭市停车场管理办法"]
            assert find_naming_documents(parking.document) == {ensure_document(public).pk}, (
                "caches are told of its page, too"
            )
        with pytest.raises(Refused, match="已经签发公开"):
            actions.remove_relation(made, by=clerk)
        actions.remove_relation(made, by=signer)
        waiting = item(housing, [rules], kind="guide" if verb == "use" else "other")
        act(ensure_document(waiting), by=clerk, other=parking)
        assert Relation.objects.get().kind == (RelationKind.USES if verb == "use" else RelationKind.RESPONDS)


def test_response_is_drafted_and_linked_on_the_pages(parking: PolicyRecord, housing: Body, rules: Column) -> None:
    client = signed_in(Role.CLERK, housing)
    page = client.get(f"/admin/policies/{parking.pk}/").content.decode()
    assert "公开的五个步骤" in page
    assert "起草回应" in page
    answer = client.post(f"/admin/policies/{parking.pk}/respond/", {"concern": CONCERN})
    made = Relation.objects.get(kind=RelationKind.RESPONDS)
    assert answer.status_code == 302
    assert str(made.user.item_number) in answer["Location"]
    assert CONCERN in client.get(f"/admin/policies/{parking.pk}/").content.decode()
    other = item(housing, [rules], kind="other")
    client.post(f"/admin/policies/respond/{other.pk}/", {"other": str(parking), "concern": ""})
    assert Relation.objects.filter(user=ensure_document(other), target=parking).exists()
    assert "回应<a" in read_item(client, other.pk)


class TestDuringReview:
    """Links shown on the public page cannot change during review, because the signers answer for them."""

    @pytest.fixture(params=["use", "respond"])
    def linked(
        self, request: pytest.FixtureRequest, parking: PolicyRecord, housing: Body, rules: Column
    ) -> tuple[str, ItemPage, Relation]:
        page = item(housing, [rules], kind="guide" if request.param == "use" else "other")
        made = _ACTIONS[request.param](ensure_document(page), by=actor(Role.CLERK, housing), other=parking)
        return request.param, page, made

    def test_links_of_an_item_under_review_cannot_change(
        self, linked: tuple[str, ItemPage, Relation], housing: Body
    ) -> None:
        verb, page, made = linked
        other, by = library.record(housing), actor(Role.LEAD, housing)
        review = submitted(page)
        sign_all(review, release=False)
        with pytest.raises(Refused, match="正在审签"):
            _ACTIONS[verb](ensure_document(page), by=by, other=other)
        with pytest.raises(Refused, match="正在审签"):
            actions.remove_relation(made, by=by)
        publishing.recall(Review.objects.get(pk=review.pk), by=actor(Role.CLERK, housing))
        actions.remove_relation(made, by=actor(Role.CLERK, housing))


class TestDraftsOfOtherUnits:
    """The record's page counts drafts of other units without naming them."""

    @pytest.fixture
    def schools(self, city: Body) -> Body:
        return BodyFactory(name="云岭市教育局", short_name="市教育局", parent=city)

    @staticmethod
    def page_for(body: Body, record: PolicyRecord) -> str:
        client = signed_in(Role.CLERK, body)
        return str(client.get(f"/admin/policies/{record.pk}/").content.decode())

    @pytest.mark.parametrize(
        ("verb", "kind", "said"),
        [
            ("respond", "other", "有1篇尚未公开的回应"),
            ("use", "guide", "另有1篇其他单位尚未公开的信息引用本文件"),
        ],
    )
    def test_drafts_of_other_units_are_counted_not_named(
        self, verb: str, kind: str, said: str, parking: PolicyRecord, schools: Body, rules: Column
    ) -> None:
        page = item(schools, [rules], kind=kind, title="校门口停车的说明")
        facts = {"concern": CONCERN} if verb == "respond" else {}
        _ACTIONS[verb](ensure_document(page), by=actor(Role.CLERK, schools), other=parking, **facts)
        shown = self.page_for(parking.body, parking)
        assert said in shown
        assert "校门口停车" not in shown
        assert f"关切的问题：{CONCERN}" not in shown
        released(page)
        shown = self.page_for(parking.body, parking)
        assert said not in shown
        assert "校门口停车的说明" in shown
        assert f"关切的问题：{CONCERN}" not in shown
        publishing.save_revision(page, by=actor(Role.CLERK, schools), title="校门口停车的说明（内部稿）")
        assert "内部稿" not in self.page_for(parking.body, parking)
