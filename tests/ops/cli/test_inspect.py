"""`gongkai inspect`: works without a database, prints one JSON object; invalid input gets a one-line error."""

import json
from pathlib import Path

from click.testing import CliRunner

from factories.planted_site import clean, served
from gongkai.ops.cli.inspect import inspect


def test_report_contains_the_documented_fields(tmp_path: Path) -> None:
    site = clean()
    site.change("/yw/0.html", "</article>", "<p>要认真布署。</p></article>")
    with served(site) as address:
        asked = ["--json", "--rate", "0", "--today", "2026-11-20", "--out", str(tmp_path)]
        done = CliRunner().invoke(inspect, [f"{address}/", *asked])
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert {"score", "veto", "deductions", "findings", "pages"} <= set(report)
    assert report["pages"] > 80
    (finding,) = report["findings"]
    assert {"indicator", "url", "what", "evidence"} <= set(finding)
    assert finding["url"] == f"{address}/yw/0.html"
    evidence = finding["evidence"]
    assert len(evidence["sha256"]) == 64
    assert "布署" in (tmp_path / evidence["page"]).read_text()
    assert json.loads((tmp_path / "report.json").read_text()) == report


def test_invalid_input_is_an_error_and_unreachable_site_a_finding(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("version = ")
    for arguments in (
        ["ftp://x/"],
        ["http://[::1"],
        ["http://x.cn/", "--indicators", str(tmp_path / "bad.toml")],
        ["http://x.cn/", "--today", "2026-02-30"],
        [],
    ):
        done = CliRunner().invoke(inspect, arguments)
        assert done.exit_code != 0
        assert done.output.count("\n") == 1, done.output
    done = CliRunner().invoke(inspect, ["http://127.0.0.1:9/", "--json", "--rate", "0"])
    report = json.loads(done.stdout)
    assert (report["score"], report["pages"]) == (0, 0)
    assert [one["indicator"] for one in report["veto"]] == ["veto.unreachable"]
