"""A source that is not a Wagtail page: columns, checks, three reviews, portal, search, withdrawal."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.test import Client

from factories.publishing import publish_on, sign, sign_all, with_sheet
from factories.units import actor, signed_in
from gongkai.content.editions import queries, sources
from gongkai.content.editions.actions import place, withdraw
from gongkai.content.editions.frozen import FrozenContent, freeze_text
from gongkai.content.editions.models import Column, Edition, Shelf, Website
from gongkai.content.editions.sources import TextWriters, ensure_document, find_source, register_source
from gongkai.content.editions.verify import verify_editions
from gongkai.content.publishing.actions import keep_finding, submit
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.verify import verify_reviews
from gongkai.content.search.query import SearchQuery, run_search
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import ANONYMOUS, Actor
from gongkai.core.units.models import Body, Role
from gongkai.ui.portal.tree import reload_next_time

pytestmark = pytest.mark.django_db


@dataclass
class QuestionAnswer:
    """An answer of a question-and-answer base that stores its revisions and authors in memory."""

    pk: int
    unit: Body
    kind: str = "guide"
    texts: list[tuple[str, str, Actor]] = field(default_factory=list)

    @property
    def stream(self) -> str:
        return f"answer/{self.pk}"

    @property
    def latest_revision_id(self) -> int | None:
        return len(self.texts) or None

    def write(self, title: str, html: str, by: Actor) -> None:
        self.texts.append((title, html, by))

    def frozen(self, revision: int) -> FrozenContent:
        if not 0 < revision <= len(self.texts):
            raise Refused("没有这一稿。")
        title, html, _ = self.texts[revision - 1]
        return freeze_text(title=title, html=html, unit=self.unit, kind=self.kind)

    def writers(self, after: int, upto: int) -> TextWriters:
        wrote = [by for _, _, by in self.texts[after:upto]]
        return TextWriters(
            {by.user_id for by in wrote if by.user_id is not None},
            {by.person_id for by in wrote if by.person_id is not None},
        )

    def publication_blockers(self, frozen: FrozenContent) -> list[str]:
        return [] if "？" in frozen.title else ["请写明所答的问题。"]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[int, QuestionAnswer]]:
    kept: dict[int, QuestionAnswer] = {}
    monkeypatch.setattr(sources, "_SOURCE_FINDERS", dict(sources._SOURCE_FINDERS))
    register_source("answer", kept.get)
    reload_next_time()
    yield kept
    reload_next_time()


@pytest.fixture
def clerk(housing: Body) -> Actor:
    return actor(Role.CLERK, housing)


@pytest.fixture
def answer(answers: dict[int, QuestionAnswer], housing: Body, plans: Column, clerk: Actor) -> QuestionAnswer:
    made = answers[7] = QuestionAnswer(7, housing)
    made.write("公租房怎么申请？", "<p>向户籍所在地的街道办事处申请，十五个工作日内答复。</p>", clerk)
    place(ensure_document(made), by=clerk, columns=[plans])
    return made


def test_source_is_published_after_three_reviews_and_withdrawn(
    answer: QuestionAnswer, clerk: Actor, housing: Body, plans: Column, site: Website, client: Client
) -> None:
    assert find_source("answer/7") is answer
    review = with_sheet(submit(answer, by=clerk))
    signer = signed_in(Role.REVIEWER, housing)
    assert "十五个工作日内答复" in signer.get(f"/admin/publishing/reviews/{review.pk}/").content.decode()
    assert "公租房怎么申请" in signer.get("/admin/publishing/reviews/").content.decode()
    assert not Edition.objects.exists()
    sign_all(review)
    document = ensure_document(answer)
    edition = document.editions.get()
    assert (edition.content.title, document.item_number) == ("公租房怎么申请？", None)
    assert len({row["person"] for row in edition.approvals if row["kind"] == "signature"}) == 3
    path = document.addresses.get(current=True).path
    assert "十五个工作日内答复" in client.get(path).content.decode()
    assert "公租房怎么申请" in client.get(f"/columns/{plans.pk}/").content.decode()
    assert len(run_search(ANONYMOUS, site.pk, SearchQuery("公租房")).hits) == 1
    assert (verify_editions().broken, verify_reviews().broken) == ("", "")
    withdraw(document, by=actor(Role.LEAD, housing), reason="政策已调整")
    reload_next_time()
    assert client.get(path).status_code in {404, 410}
    assert not Shelf.objects.filter(document=document).exists()
    assert not run_search(ANONYMOUS, site.pk, SearchQuery("公租房")).hits


def test_corrected_text_needs_new_signatures(answer: QuestionAnswer, clerk: Actor, housing: Body) -> None:
    sign_all(with_sheet(submit(answer, by=clerk)))
    answer.write("公租房怎么申请？", "<p>也可以在网上申请。</p>", clerk)
    with pytest.raises(Refused, match="审签"):
        publish_on(answer, Review.objects.get(), revision=2)
    sign_all(with_sheet(submit(answer, by=clerk)))
    shown = queries.load_shown(ANONYMOUS, pk=ensure_document(answer).pk)
    assert shown
    assert shown.edition.number == 2


def test_author_does_not_sign_the_text(answer: QuestionAnswer, clerk: Actor, housing: Body) -> None:

    writer = actor(Role.REVIEWER, housing)
    answer.write("公租房怎么申请？", "<p>向街道办事处申请。</p>", writer)
    review = with_sheet(submit(answer, by=clerk))
    with pytest.raises(Refused, match="起草"):
        sign(review, by=writer)


def test_rules_of_the_source_and_content_checks_block_it(
    answers: dict[int, QuestionAnswer], housing: Body, plans: Column, clerk: Actor
) -> None:
    made = answers[8] = QuestionAnswer(8, housing)
    made.write("办理指南", "<p>联系人身份证号 11010519491231002X。</p>", clerk)
    place(ensure_document(made), by=clerk, columns=[plans])
    with pytest.raises(Refused) as refused:
        submit(made, by=clerk)
    said = "".join(refused.value.reasons)
    assert "请写明所答的问题" in said
    assert "个人信息" in said or "身份证" in said
    assert keep_finding.why_not(made, by=clerk) == []
