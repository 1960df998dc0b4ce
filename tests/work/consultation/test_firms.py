"""政策直通车: target groups of policies; a firm confirms, is notified once, opens, unsubscribes by link or code."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from factories.publishing import item, signed
from factories.units import BodyFactory, signed_in
from gongkai.content.policies.models import PolicyRecord
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.intake.actions import register_party
from gongkai.core.intake.forms import PUBLIC_FORMS_BY_NAME
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.matters import MATTER_KINDS_BY_NAME
from gongkai.core.intake.models import Party
from gongkai.core.outbox.jobs import send_due
from gongkai.core.units.models import Role
from gongkai.ui.portal.tree import reload_next_time
from gongkai.work.consultation import actions
from gongkai.work.consultation.firms import pushing
from gongkai.work.consultation.firms.pushing import (
    find_target_group,
    is_for_business,
    is_suitable,
    push_policies,
    sign_token,
)
from gongkai.work.consultation.models import Firm, PolicyPush

COUNTY = "/1/9/"


@pytest.mark.parametrize(
    ("words", "place", "firm", "wanted"),
    [
        ("关于支持餐饮住宿企业恢复发展的通知", "", (["H"], "small", ""), True),
        ("关于支持餐饮住宿企业恢复发展的通知", "", (["C"], "small", ""), False),
        ("关于支持餐饮住宿企业恢复发展的通知", "", ([], "large", ""), True),
        ("小微企业房租减免办法", "", (["C"], "micro", ""), True),
        ("小微企业房租减免办法", "", (["C"], "large", ""), False),
        ("个体工商户帮扶措施", "", (["H"], "trader", ""), True),
        ("关于优化营商环境的若干措施", "", (["C"], "large", ""), True),
        ("青溪县企业奖励办法", COUNTY, (["C"], "large", COUNTY), True),
        ("青溪县企业奖励办法", COUNTY, (["C"], "large", "/1/8/"), False),
        ("青溪县企业奖励办法", COUNTY, (["C"], "large", ""), True),
    ],
)
def test_policy_suits_the_firms_it_names(words, place, firm, wanted) -> None:
    assert is_for_business(words)
    assert is_suitable(find_target_group(words, place), *firm) is wanted
    assert not is_for_business("关于调整婚姻登记时间的通知")


@pytest.fixture
def firm(db) -> Firm:
    made = actions.subscribe_firm(None, by=ANONYMOUS, size="small", industries=["H"])
    register_party(
        None, by=ANONYMOUS, matter=made.matter, particulars=SenderParticulars(name="云岭饭店", email="f@example.cn")
    )
    return made


def publish(housing, plans, title: str) -> None:
    page = item(housing, [plans], title=title)
    signed(page)
    from gongkai.content.editions.sources import ensure_document

    facts = {"body": housing, "title": title, "issuers": housing.name, "issuers_key": housing.name}
    PolicyRecord.objects.update_or_create(document=ensure_document(page), defaults=facts)


@pytest.mark.django_db
def test_firm_confirms_is_notified_once_opens_and_unsubscribes(firm, site, housing, plans, client: Client) -> None:
    reload_next_time()
    assert push_policies()["asked"] == 1
    assert push_policies()["asked"] == 0  # others are asked in its place
    send_due()
    (asked,) = mail.outbox
    link = re.search(r"/through-train/confirm/\S+", asked.body)[0]
    assert "确认订阅" in client.get(link).content.decode()
    firm.refresh_from_db()
    assert firm.confirmed_at is None
    client.post(link)
    publish(housing, plans, "关于支持餐饮企业的通知")
    publish(housing, plans, "关于支持建筑企业的通知")
    later = timezone.now() + timedelta(minutes=10)
    assert push_policies(later)["written"] == 1
    assert push_policies(later + timedelta(minutes=10))["written"] == 0
    send_due()
    told = mail.outbox[-1]
    assert "餐饮" in told.body
    assert "建筑" not in told.body
    assert "List-Unsubscribe" in told.extra_headers
    open_link = re.search(r"/through-train/open/\S+", told.body)[0]
    assert client.get(open_link).status_code == 302
    assert PolicyPush.objects.get().opened_at
    page = signed_in(Role.CHIEF, site.body).get("/admin/inquiries/firms/").content.decode()
    assert "关于支持餐饮企业的通知" in page
    client.post(re.search(r"/through-train/leave/\S+", told.body)[0])
    firm.refresh_from_db()
    assert firm.left_at
    assert Party.objects.get().erase_on
    publish(housing, plans, "关于支持餐饮企业的补充通知")
    assert push_policies(later + timedelta(hours=1))["written"] == 0


@pytest.mark.django_db
def test_policies_beyond_one_mail_follow_with_the_next_run(firm, site, housing, plans, monkeypatch) -> None:
    monkeypatch.setattr(pushing, "MAX_POLICIES_PER_MAIL", 1)
    actions.confirm_firm(firm, by=ANONYMOUS)
    for title in ("关于支持餐饮企业的通知", "关于支持餐饮企业的补充通知"):
        publish(housing, plans, title)
    later = timezone.now() + timedelta(minutes=10)
    written = [push_policies(later + timedelta(minutes=number))["written"] for number in range(3)]
    assert written == [1, 1, 0]
    assert PolicyPush.objects.count() == 2


@pytest.mark.django_db
def test_unconfirmed_firm_is_deleted_and_not_notified(firm, site) -> None:
    counts = push_policies(timezone.now() + timedelta(days=8))
    assert (counts["asked"], counts["forgotten"]) == (0, 1)
    with pytest.raises(Refused, match="已经退订"):
        actions.confirm_firm(Firm.objects.get(), by=ANONYMOUS)
    assert Client().get(f"/through-train/confirm/{sign_token('confirm', firm.pk)}/").status_code == 404
    assert Client().get("/through-train/open/9~nonsense/").status_code == 404


@pytest.mark.django_db
def test_firm_unsubscribes_by_code_and_form_is_validated(firm, site) -> None:
    county = BodyFactory(name="青溪县人民政府", kind="district", parent=site.body)
    form = PUBLIC_FORMS_BY_NAME["firm"].form(
        {"name": "云岭饭店", "size": "small", "industries": ["H"], "place": county.pk, "email": "f@example.cn"}
    )
    assert form.is_valid(), form.errors
    assert not PUBLIC_FORMS_BY_NAME["firm"].form({"size": "small"}).is_valid()
    with pytest.raises(Refused, match="行业和规模"):
        actions.subscribe_firm(None, by=ANONYMOUS, size="huge")
    matter = MATTER_KINDS_BY_NAME["firm"]
    (leave,) = matter.follow_ups
    assert leave.ready(firm.pk)
    leave.act(firm.pk, {})
    assert not leave.ready(firm.pk)
    assert matter.progress(firm.pk).state == "已退订"
    with pytest.raises(Refused, match="已经退订"):
        actions.unsubscribe_firm(Firm.objects.get(pk=firm.pk), by=ANONYMOUS)
