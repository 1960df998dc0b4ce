"""Administrative reviews and lawsuits: registered once, answered in time, withdrawn if registered by mistake."""

from datetime import date

import pytest

from factories.requests import do, register, staff
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.models import Entry
from gongkai.work.requests import home_page
from gongkai.work.requests.models import Dispute

pytestmark = [pytest.mark.django_db, pytest.mark.today("2024-01-05 10:00+08:00")]
CASE = {"kind": "review", "organ": "云岭市人民政府", "number": "云政复〔2024〕9号"}
COPY_DATE = date(2024, 1, 5)


@pytest.fixture
def entry() -> Entry:
    made = do(register(received=date(2024, 1, 2)), "decide", result="3.4.1", ground="经检索没有这项信息")
    return do(made, "open_dispute", copy_on=COPY_DATE, **CASE)


def test_case_is_registered_once(entry: Entry) -> None:
    for number in (CASE["number"], " 云政复(2024) 9号"):
        with pytest.raises(Refused, match="已经登记过"):
            do(entry, "open_dispute", **CASE | {"number": number})
    with pytest.raises(Refused, match="补填"):
        do(entry, "open_dispute", **CASE | {"number": ""})
    do(entry, "open_dispute", **CASE | {"number": "云政复〔2024〕10号"})
    with pytest.raises(Refused, match="已经登记过"):
        do(entry, "record_dispute_step", dispute=Dispute.objects.first().pk, number="云政复〔2024〕10号")
    with pytest.raises(Refused, match="不能早于受理"):
        do(entry, "record_dispute_step", dispute=Dispute.objects.first().pk, copy_on=date(2024, 1, 4))
    with pytest.raises(Refused, match="第四十四条"):
        do(entry, "open_dispute", kind="litigation_direct", organ="云岭铁路运输法院")
    do(entry, "open_dispute", kind="litigation_after_review", organ="云岭铁路运输法院")


@pytest.mark.parametrize(
    ("kind", "simple", "until"),
    [
        ("review", False, date(2024, 1, 19)),
        ("review", True, date(2024, 1, 12)),
        ("litigation_direct", False, date(2024, 1, 22)),  # fifteen days end on a Saturday
    ],
)
def test_answer_is_due_from_receipt_of_copy(kind: str, simple: bool, until: date) -> None:
    assert Dispute(kind=kind, simple=simple, copy_on=COPY_DATE).answer_by == until
    assert Dispute(kind=kind).answer_by is None


def test_home_page_lists_answer_until_submitted(entry: Entry) -> None:
    (found,) = (
        one
        for one in home_page.make_pending_request_lists(staff(entry.body))["lists"]
        if one["verb"].endswith("dispute_step")
    )
    assert found["entries"][0].note == "2024-01-19以前提交行政复议答复书"
    case = Dispute.objects.get().pk
    with pytest.raises(Refused, match="没有改动"):
        do(entry, "record_dispute_step", dispute=case, copy_on=COPY_DATE)
    with pytest.raises(Refused, match="不能早于收到副本"):
        do(entry, "record_dispute_step", dispute=case, answered_on=date(2024, 1, 4))
    do(entry, "record_dispute_step", dispute=case, answered_on=COPY_DATE, heard_on=date(2024, 1, 30))
    assert "request.record_dispute_step" not in [
        one["verb"] for one in home_page.make_pending_request_lists(staff(entry.body))["lists"]
    ]


def test_case_registered_by_mistake_is_not_counted_but_kept(entry: Entry) -> None:
    do(entry, "withdraw_dispute", dispute=Dispute.objects.get().pk, reason="与另一件重复登记")
    assert (Dispute.objects.count(), Dispute.every.count()) == (0, 1)
    with pytest.raises(Refused, match="没有尚未审结"):
        do(entry, "withdraw_dispute", dispute=1, reason="与另一件重复登记")
