"""Registration of this app's kinds, forms, panels and jobs at start-up."""

from gongkai.core.intake.encryption_job import register_title
from gongkai.core.intake.forms import register_public_form
from gongkai.core.intake.matters import register_matter
from gongkai.core.ledger import kinds
from gongkai.core.ledger.desk import Block, Panel, register_block, register_panel
from gongkai.core.ledger.jobs import Job, register_job
from gongkai.core.ledger.scoring import in_time, register_score
from gongkai.core.spreadsheets import importers
from gongkai.work.requests import home_page, panels, past
from gongkai.work.requests.actions.registration import current_request_title
from gongkai.work.requests.applicant_matter import REQUEST_MATTER
from gongkai.work.requests.complaints.actions import current_complaint_title
from gongkai.work.requests.complaints.kind import COMPLAINT_KIND
from gongkai.work.requests.complaints.public import COMPLAINT_FORM, COMPLAINT_MATTER
from gongkai.work.requests.consultation_matter import CONSULTATION_MATTER
from gongkai.work.requests.forms import acts
from gongkai.work.requests.importers import REQUEST_IMPORTER
from gongkai.work.requests.kind import REQUEST_KIND
from gongkai.work.requests.letter_signing import sign_pending_letters
from gongkai.work.requests.models import Complaint, Request
from gongkai.work.requests.public import REQUEST_FORM


def register_all() -> None:
    """Register the kinds of entries, forms, panels and the spreadsheet."""
    kinds.register(REQUEST_KIND)
    past.register_past_acts()
    acts.register_act_forms()
    register_matter(REQUEST_MATTER)
    register_title(Request, current_request_title)
    register_title(Complaint, current_complaint_title)
    register_matter(CONSULTATION_MATTER)
    register_public_form(REQUEST_FORM)
    only = {"request"}
    register_panel(Panel("request", "requests/facts.html", panels.request_panel, kinds=only, position=150))
    register_panel(
        Panel(
            "request_handling",
            "requests/handling.html",
            panels.handling_panel,
            kinds=only,
            position=160,
            acting="requests/to_read.html",
        )
    )
    register_panel(Panel("request_steps", "requests/steps.html", panels.next_steps_panel, kinds=only, position=155))
    register_panel(
        Panel(
            "request_like",
            "requests/like.html",
            panels.similar_requests_panel,
            kinds=only,
            position=157,
            acting="requests/like.html",
            during={"request.propose", "request.decide"},
        )
    )
    register_block(
        Block("requests", 92, home_page.pending_request_lists, "requests/block.html", needs=home_page.required_rows)
    )
    importers.register(REQUEST_IMPORTER)
    register_job(Job("sign_letters", "签名文书", sign_pending_letters, position=64))
    register_score(in_time("request", "依申请公开按期答复"))
    _register_complaints()


def _register_complaints() -> None:
    kinds.register(COMPLAINT_KIND)
    register_matter(COMPLAINT_MATTER)
    register_public_form(COMPLAINT_FORM)
    register_panel(
        Panel(
            "complaint",
            "requests/complaint_panel.html",
            panels.complaint_panel,
            kinds={"complaint"},
            position=150,
        )
    )
