"""Every figure of law has dates, a source and ordered versions, and is read when it is needed, not at import."""

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from architecture.layers import PACKAGE
from gongkai.lib.law.figures import LOCAL, PROBABLE, UNVERIFIED, list_figures_with_history


@pytest.mark.parametrize("versions", list_figures_with_history({}).values(), ids=lambda versions: versions[-1].key)
def test_figure_versions_are_in_order_and_have_sources(versions):
    for earlier, later in pairwise(versions):
        assert earlier.since is None or earlier.since <= earlier.until
        assert earlier.source != later.source or earlier.sure == LOCAL
    assert len({one.unit for one in versions if one.sure in {LOCAL, UNVERIFIED}}) < 2, "an own value names no unit"
    assert versions[-1].until is None
    assert all(one.source for one in versions)
    assert all(one.transition_source for one in versions if one.transition == "open")
    assert all(one.sure != PROBABLE for one in versions[-1:])


@pytest.mark.parametrize(
    "figure", [one[-1] for one in list_figures_with_history({}).values()], ids=lambda figure: figure.key
)
def test_statutory_figure_has_start_date(figure):
    if figure.sure != LOCAL and figure.source.startswith(("条例", "行政", "国令", "规章", "信访", "民法典")):
        assert figure.since


#: Modules that read a period at import, at various depths; the last one reads it when its text is shown.
SAMPLE_MODULES = {
    "in_a_table": 'from gongkai.lib import law\nDAYS = law.get_figures_in_force()["request.reply"].count',
    "in_a_class": "from gongkai.lib.law.figures import fill_in_figures\nclass Form:\n    intro = fill_in_figures('<fault.reply>')",
    "two_calls_deep": "import gongkai.work.consultation.public as other\ndef intro():\n    return other.describe_answer_periods()\nINTRO = intro()",
    "when_shown": "from gongkai.core.widgets.fields import lazy_figures\nINTRO = lazy_figures('<fault.reply>')",
}


def test_no_module_reads_figures_at_import(tmp_path):
    """A text computed at import contains the old period until the server restarts (`lazy_figures` does not)."""
    for name, text in SAMPLE_MODULES.items():
        (tmp_path / f"{name}.py").write_text(text)
    script = Path(__file__).with_name("law_read_at_import.py")
    path = os.pathsep.join((str(PACKAGE.parent), str(tmp_path)))
    environment = {**os.environ, "PYTHONPATH": path, "GONGKAI_DATA": str(tmp_path / "data")}
    run = subprocess.run(
        [sys.executable, script, *SAMPLE_MODULES], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
    expected = [str(tmp_path / f"{name}.py") for name in sorted(SAMPLE_MODULES) if name != "when_shown"]
    assert json.loads(run.stdout.splitlines()[-1]) == expected, "use gongkai.core.widgets.fields.lazy_figures"
