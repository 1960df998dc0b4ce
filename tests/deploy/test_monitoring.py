"""The alert rules and the Grafana board use only metrics that the program exports."""

import ast
import json
import re
from pathlib import Path

import yaml

from gongkai.ops.upkeep.findings import FindingLevel

ROOT = Path(__file__).resolve().parents[2]
MONITORING = ROOT / "deploy/monitoring"
#: Suffixes that prometheus_client appends to the names of counters and histograms.
METRIC_SUFFIXES = re.compile(r"_(total|bucket|count|sum)$")


def load_rules() -> list[dict[str, str]]:
    """Return the alert rules."""
    groups = yaml.safe_load((MONITORING / "rules.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def list_expressions() -> list[str]:
    """Return the expressions of the rules and of the board's panels."""
    panels = json.loads((MONITORING / "grafana.json").read_text())["panels"]
    return [rule["expr"] for rule in load_rules()] + [one["expr"] for panel in panels for one in panel["targets"]]


def find_exported_metrics() -> set[str]:
    """Return the metric names that `ops/upkeep` writes: figures of readings, a name before `:`, and whole names."""
    parsed = [ast.parse(path.read_text()) for path in (ROOT / "src/gongkai/ops/upkeep").glob("*.py")]
    words = [node.value for tree in parsed for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    names = {word.partition(":")[0] for word in words if isinstance(word, str)}
    return {name.removeprefix("gongkai_") for name in names}


def test_every_metric_of_the_rules_and_the_board_is_exported() -> None:
    asked = {name for one in list_expressions() for name in re.findall(r"\bgongkai_(\w+)", one)}
    assert len(asked) > 8
    assert {METRIC_SUFFIXES.sub("", name) for name in asked} <= find_exported_metrics()


def test_every_level_of_a_finding_raises_an_alert() -> None:
    levels = {level for rule in load_rules() for level in re.findall(r'level=~?"([^"]+)"', rule["expr"])}
    assert {one for level in levels for one in level.split("|")} == {str(level) for level in FindingLevel}
