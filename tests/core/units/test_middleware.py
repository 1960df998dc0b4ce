"""Middleware that explains missing access instead of asking for the password again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from factories.pages import said, sign_in
from factories.units import AppointmentFactory, BodyFactory
from gongkai.core.units.access import sync_access
from gongkai.core.units.middleware import explain_missing_access
from gongkai.core.units.models import Appointment, Person, Role, Standing

pytestmark = pytest.mark.django_db


def test_ended_post_is_explained_with_its_date(client: Client) -> None:
    post = sign_in(client, Role.CLERK, BodyFactory(name="云岭市财政局"))
    assert client.get("/admin/").status_code == 200
    post.end = timezone.localdate() - timedelta(days=1)
    post.save()
    for page in ("/admin/", "/admin/notices/", "/admin/spreadsheets/ledger/"):
        assert client.get(page).status_code == 403, "at once, not only when the night has taken the permission"
    sync_access(post.person)
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "您在云岭市财政局的经办人任职已于" in said(answer)
    assert "退出登录" in said(answer)
    assert client.get("/admin/logout/").status_code == 403, "led there by an old address: still told"
    assert client.post("/admin/logout/").url == "/admin/login/"
    assert client.get("/admin/login/").status_code == 200, "somebody else may sign in"


def test_each_reason_of_missing_access_is_explained() -> None:
    assert "没有登记任职" in explain_missing_access(None)
    post = AppointmentFactory(role=Role.SIGNER)
    user, rows = post.person.user_id, Appointment.objects.filter(pk=post.pk)
    rows.update(start=timezone.localdate() + timedelta(days=3))
    assert "起生效" in explain_missing_access(user)
    rows.update(standing=Standing.WAITING)
    assert "等待另一人确认" in explain_missing_access(user)


def test_user_with_one_time_password_reads_only_the_handbook(client: Client) -> None:
    post = sign_in(client, Role.CLERK, BodyFactory())
    Person.objects.filter(pk=post.person_id).update(must_change_password=True)
    assert client.get("/admin/ledger/").url == "/admin/units/password/"
    assert client.get("/admin/help/start/").status_code == 200
    assert client.post("/admin/help/start/").url == "/admin/units/password/"
