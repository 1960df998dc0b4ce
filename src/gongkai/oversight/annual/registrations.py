"""Register the app's components at start-up."""

from gongkai.content.editions.erasing import ERASURE_HANDLERS
from gongkai.content.editions.models import Document
from gongkai.content.editions.sources import register_source
from gongkai.content.publishing.source_desk import desk_of
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.following import CatchUp, follow
from gongkai.core.acts.guards import insert_only
from gongkai.core.ledger import kinds
from gongkai.core.ledger.audit import register_check
from gongkai.core.ledger.desk import Block, Panel, register_block, register_panel
from gongkai.core.ledger.jobs import Job, register_job
from gongkai.core.ledger.kinds import url_of
from gongkai.core.ledger.models import Entry
from gongkai.core.spreadsheets import importers
from gongkai.core.units.actors import Actor
from gongkai.oversight.annual import erasing, forms, listeners, page
from gongkai.oversight.annual.actions.filling import find_open_problems
from gongkai.oversight.annual.checks import submissions_hold
from gongkai.oversight.annual.importing import FIGURES_IMPORTER
from gongkai.oversight.annual.kind import EDITABLE_STATES, KIND, REPORT_KIND
from gongkai.oversight.annual.models import Report
from gongkai.oversight.annual.queries import reports_visible_to
from gongkai.oversight.annual.queries.area import changed_since
from gongkai.oversight.annual.source import find

MAX_SHOWN = 10


def report(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return the panel with problems, submissions, review and public address; None if the report is hidden."""
    own = reports_visible_to(by).filter(pk=entry.pk).first()
    if own is None:  # all staff may see the entry, not the report's pages
        return None
    still = find_open_problems(own) if entry.state in EDITABLE_STATES else []
    document = Document.objects.filter(source=own.stream).first()
    address = document.addresses.filter(current=True).first() if document and document.published_at else None
    return {
        "report": own,
        "open": entry.state in EDITABLE_STATES,
        "problems": still[:MAX_SHOWN],
        "more": max(len(still) - MAX_SHOWN, 0),
        "submissions": list(own.submissions.all()),
        "corrections": list(own.corrections.all()),
        "changed_since": [] if entry.state in EDITABLE_STATES else changed_since(own),
        "review": Review.objects.filter(source=own.stream).order_by("-pk").first(),
        "address": address,
        "desk": desk_of(own, by, back=url_of(entry), own_ways=True) if own.submissions.exists() else None,
    }


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
    register_panel(Panel(KIND, "annual/panel.html", report, kinds={KIND}, position=120))
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
