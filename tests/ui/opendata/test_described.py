"""The interface asked by its own description (schemathesis): what that allows is answered as it says, what it forbids gets a line of JSON.

A few questions of each operation here; `make faces KIND=api` asks thousands of the served sample city.
"""

from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import Client

from gongkai.content.editions.models import Column
from gongkai.ui.opendata.openapi import describe_api

pytestmark = pytest.mark.django_db


def test_it_answers_as_it_says(plans: Column, settings: Any) -> None:
    import schemathesis  # dear to read, and every worker reads all modules
    from hypothesis import HealthCheck, Phase, given
    from hypothesis import settings as bounds

    settings.GONGKAI_API_RATE = 0
    schema = schemathesis.openapi.from_dict(describe_api("", "http://testserver"))
    within = bounds(
        max_examples=2,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    app, asked = get_wsgi_application(), []

    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(app=app)
        asked.append(case.operation.label)

    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in schemathesis.GenerationMode:
            within(given(operation.as_strategy(generation_mode=mode))(ask))()
    assert len(set(asked)) == len(describe_api("", "")["paths"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", f"/api/v1/search/?q={'%F0%A0%80%80' * 300}", 400),
        ("post", "/api/v1/units/", 405),
        ("delete", "/api/v1/units/", 405),
        ("delete", "/mcp/", 405),
        ("get", "/exchange/v1/nothing/", 404),
        ("post", "/receipts/999/x/", 404),
    ],
)
def test_whoever_refuses_says_it_to_a_machine_in_one_line(plans: Column, method: str, path: str, status: int) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)(path)
    assert answer.status_code == status
    assert answer.json()["error"].endswith("。")
    assert ("Allow" in answer) == (status == 405)
