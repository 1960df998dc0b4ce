"""Internal hosts are inspected only after two persons permitted each by name."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from factories.inner_hosts import allow_inner_host
from factories.planted_site import Site, page, served
from factories.units import BodyFactory, actor
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.lib.outbound import permitted_hosts
from gongkai.oversight.inspection import actions, run_processing, visits
from gongkai.oversight.inspection.internal_hosts import (
    confirm_inner_host,
    end_inner_host,
    get_inner_hosts,
    propose_inner_host,
)
from gongkai.oversight.inspection.models import InspectedKind, RunState
from gongkai.oversight.inspection.site.evidence import take_screenshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Body:
    government = BodyFactory(government=True)
    office = BodyFactory(name="云岭市政府办公室", kind=BodyKind.GENERAL_OFFICE, parent=government)
    actor(Role.CHIEF, office)
    return office


def test_internal_host_needs_administrator_and_security_officer(office: Body) -> None:
    administrator, officer = actor(Role.ADMINISTRATOR, office), actor(Role.SECURITY, office)
    government = office.parent
    assert government is not None
    county = BodyFactory(name="青溪县人民政府", kind=BodyKind.DISTRICT, parent=government)
    rooms = BodyFactory(name="青溪县政府办公室", kind=BodyKind.GENERAL_OFFICE, parent=county)
    for other in (officer, actor(Role.CHIEF, office), actor(Role.ADMINISTRATOR, rooms), SYSTEM):
        with pytest.raises(Refused):
            propose_inner_host(government, by=other, host="10.1.2.3", why="内网门户")
    for host in ("all", "*", "http://10.1.2.3/", "10.0.0.0/8", "a b", ""):
        if host != "all":
            with pytest.raises(Refused, match="一个域名"):
                propose_inner_host(government, by=administrator, host=host, why="内网门户")
    named = propose_inner_host(government, by=administrator, host="10.1.2.3:8080", why="内网门户")
    assert get_inner_hosts() == frozenset()
    for other in (administrator, actor(Role.SECURITY, rooms), SYSTEM):
        with pytest.raises(Refused):
            confirm_inner_host(named, by=other)
    confirm_inner_host(named, by=officer)
    assert get_inner_hosts() == {"10.1.2.3:8080"}
    end_inner_host(named, by=administrator)
    assert get_inner_hosts() == frozenset()


def test_all_permits_only_public_addresses(
    office: Body, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused are an internal IP address, a name resolving to one, and one listed in the setting alone."""
    settings.FILES_ROOT = str(tmp_path)
    site = Site()
    site.put("/", page("内网", "<p>内部文件</p>"))
    with served(site) as here, permitted_hosts.resolve_to_local_port("inner.example", int(here.rpartition(":")[2])):
        settings.GONGKAI_INSPECT_HOSTS = ["all", here.partition("//")[2]]
        for what in InspectedKind.values:
            by_number = {"name": "数字", "address": f"{here}/{what}/", "what": what}
            with pytest.raises(Refused, match="内部网络地址"):
                actions.start_inspection(actions.register_site(office, by=SYSTEM, **by_number), by=SYSTEM)
            facts = {"name": "名称", "address": f"http://inner.example/{what}/", "what": what}
            by_name = actions.register_site(office, by=SYSTEM, **facts)
            run = run_processing.process_run(actions.start_inspection(by_name, by=SYSTEM), seconds=5)
            assert (run.state, "内部网络地址" in run.words) == (RunState.FAILED, True)
            with pytest.raises(Refused, match="内部网络地址"):
                actions.learn_layout(by_name, by=SYSTEM, address=f"http://inner.example/{what}/list")
        assert visits.measure_opening("http://inner.example/", 5) is None
        assert site.asked == []
        allow_inner_host(office, "http://inner.example/")
        assert visits.measure_opening("http://inner.example/", 5) is not None
        assert site.asked == ["/"]


@pytest.mark.skipif(not shutil.which("chromium"), reason="pictures are taken where a browser is installed")
@pytest.mark.parametrize("way", ['<iframe src="{0}"></iframe>', '<meta http-equiv="refresh" content="0;url={0}">'])
def test_screenshot_of_foreign_page_shows_no_local_file(tmp_path: Path, way: str) -> None:
    ours, foreign, out = tmp_path / "ours.html", tmp_path / "foreign.html", tmp_path / "out.png"
    ours.write_text('<body style="background: #f00">')
    foreign.write_text(f'<body style="background: #0f0">{way.format(ours.as_uri())}')
    assert take_screenshot(str(shutil.which("chromium")), foreign, out)
    with Image.open(out) as drawn:
        colours = {colour for _, colour in drawn.convert("RGB").getcolors(100_000)}
    assert (0, 255, 0) in colours
    assert (255, 0, 0) not in colours
    assert {one.name for one in tmp_path.iterdir()} == {"ours.html", "foreign.html", "out.png"}
