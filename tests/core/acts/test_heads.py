"""Sums over the newest hash of each stream, from which seals are computed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from examples import most
from gongkai.core.acts import seal

#: Log records as a list of streams; the sequence numbers mostly ascend in each stream.
LOGS = st.lists(st.sampled_from(["entry/1", "entry/2", "entry/12", "notice/3"]), max_size=30)


def compute_sum(heads_of: dict[str, str]) -> int:
    return seal.update_heads_sum(0, {}, heads_of)


def compute_naively(rows: list[tuple[str, int, str]], last: int) -> tuple[int, int]:
    before = [one for one in rows if one[1] <= last]
    return len(before), compute_sum({stream: value for stream, _, value in before})


@given(LOGS, st.lists(st.integers(0, 35), min_size=1, max_size=5), st.randoms())
def test_one_pass_gives_the_sum_at_each_seal(log: list[str], lasts: list[int], chance: object) -> None:
    numbers = list(range(1, len(log) + 1))
    if len(log) % 3 == 0:
        chance.shuffle(numbers)  # type: ignore[attr-defined]
    rows = sorted(
        ((stream, number, f"h{at}") for at, (stream, number) in enumerate(zip(log, numbers, strict=True))),
        key=lambda one: one[0],
    )
    asked = sorted(set(lasts))
    assert seal.compute_sums_at_records(rows, asked) == [compute_naively(rows, last) for last in asked]


@settings(max_examples=most(60))
@given(
    st.dictionaries(st.text(max_size=3), st.text(max_size=3)), st.dictionaries(st.text(max_size=3), st.text(max_size=3))
)
def test_updated_sum_equals_a_full_sum(before: dict[str, str], went_on: dict[str, str]) -> None:
    old = {stream: before[stream] for stream in went_on if stream in before}
    total = seal.update_heads_sum(compute_sum(before), old, went_on)
    assert total == compute_sum(before | went_on)
    assert int(seal.sum_to_hex(total), 16) == total
    assert len(seal.sum_to_hex(total)) == seal.WIDE_SUM_BITS // 4


def test_summand_uses_the_full_width() -> None:
    assert seal.make_summand("entry/1", "a").bit_length() > seal.WIDE_SUM_BITS - 64
    assert seal.make_summand("entry/1", "a", seal.NARROW_SUM_BITS) < 2**seal.NARROW_SUM_BITS
