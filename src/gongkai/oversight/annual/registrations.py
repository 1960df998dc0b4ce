"""Register the app's components at start-up."""

from gongkai.content.editions.erasing import ERASURE_HANDLERS
from gongkai.content.editions.sources import register_source
from gongkai.core.acts.following import CatchUp, follow
from gongkai.core.acts.guards import insert_only
from gongkai.core.ledger import kinds
from gongkai.core.ledger.audit import register_check
from gongkai.core.ledger.desk import Block, Panel, register_block, register_panel
from gongkai.core.ledger.jobs import Job, register_job
from gongkai.core.spreadsheets import importers
from gongkai.oversight.annual import erasing, forms, listeners, page, panels
from gongkai.oversight.annual.checks import submissions_hold
from gongkai.oversight.annual.importing import FIGURES_IMPORTER
from gongkai.oversight.annual.kind import KIND, REPORT_KIND
from gongkai.oversight.annual.models import Report
from gongkai.oversight.annual.source import find


def enter() -> None:
    """Register the entry kind, forms, panels, edition source, followers and jobs."""

    insert_only("annual", "Submission", blanked_if=erasing.BLANKED_IF)
    ERASURE_HANDLERS.append(erasing.KEEPER)
    kinds.register(REPORT_KIND)
    forms.enter()
    register_source("annual", find)
    due = CatchUp("annual", "年度报告公布情况", listeners.close_published, 9)
    follow("publishing.publish", listeners.keep_published, of=Report, due=due)
    follow(("publishing.return_review", "publishing.recall"), listeners.keep_returned)
    register_job(Job("annual_reports", "布置年度报告", listeners.ask_for_reports, 31))
    register_check("annual", "年度报告报送内容", submissions_hold)
    register_panel(Panel(KIND, "annual/panel.html", panels.report, kinds={KIND}, position=120))
    importers.register(FIGURES_IMPORTER)
    register_block(
        Block(
            KIND,
            96,
            page.waiting,
            "annual/block.html",
            once=("own", "corrected"),
            parts=("unasked", "own", "corrected", "earlier"),
            needs=page.needed,
        )
    )
