"""Which editions leave the inner network, and which of their texts."""

from datetime import UTC, datetime, timedelta

import pytest

from gongkai.content.packages.documents import EditionFacts, PublicPart, public_part

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def made(number: int, act: str = "publish", *, at: int = -1, audience: str = "all") -> EditionFacts:
    return EditionFacts(number * 10, number, act, NOW + timedelta(days=at), audience)


@pytest.mark.parametrize(
    ("editions", "carried", "wanted"),
    [
        ([made(1)], False, ([10], {10})),
        ([made(1, at=1)], False, None),  # a schedule stays inside
        ([made(1), made(2, at=1)], False, ([10], {10})),
        ([made(1, at=1), made(2)], False, ([10, 20], {20})),  # overtaken before it ever showed
        ([made(1, at=-3), made(2, at=-1)], False, ([10, 20], {10, 20})),
        ([made(1), made(2, "withdraw")], False, None),
        ([made(1), made(2, "withdraw")], True, ([10, 20], set())),
        ([made(1, at=-3), made(2, "withdraw", at=-2), made(3)], False, ([10, 20, 30], {10, 30})),
        ([made(1, audience="limited")], False, None),
        ([made(1, at=-3), made(2, audience="limited")], True, ([10, 20], set())),
        ([made(1, audience="limited", at=-3), made(2)], False, ([10, 20], {20})),
        ([], False, None),
    ],
)
def test_what_goes_along(
    editions: list[EditionFacts], carried: bool, wanted: tuple[list[int], set[int]] | None
) -> None:
    found = public_part(editions, NOW, carried=carried, sent=set(), limited=False)
    assert found == (PublicPart(*wanted) if wanted else None)


def test_texts_that_were_sent_stay_while_a_document_is_hidden() -> None:
    found = public_part([made(1), made(2, "withdraw")], NOW, carried=True, sent={10}, limited=False)
    assert found == PublicPart([10, 20], {10})


def test_limited_items_go_where_they_are_wanted() -> None:
    found = public_part([made(1, audience="limited")], NOW, carried=False, sent=set(), limited=True)
    assert found == PublicPart([10], {10})
