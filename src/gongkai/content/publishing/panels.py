"""Panels of an item: its disclosure deadline, releases through other channels, and check results."""

from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet

from gongkai.content.checks.grounds import GROUNDS_BY_CODE, PROOFREADING_GROUND_LABELS, get_ground_name
from gongkai.content.checks.models import CheckState, MaskedCopy
from gongkai.content.checks.report import CheckReport, find_blocking_reasons, get_check_report
from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.gates import ItemPanel
from gongkai.content.editions.models import Document
from gongkai.content.editions.rules import check_writer
from gongkai.content.editions.sources import ensure_document, get_item_number
from gongkai.content.editions.user_scope import documents_seen
from gongkai.content.publishing import actions
from gongkai.content.publishing.forms.office import ChannelReleaseForm
from gongkai.content.publishing.models import ChannelRelease, ItemPage, SourceFile
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.core.units.object_access import register_visible_to

if TYPE_CHECKING:
    from gongkai.content.editions.frozen import FrozenContent
    from gongkai.content.publishing.models import ItemPage
    from gongkai.core.units.actors import Actor


def list_releases(document: Document) -> QuerySet[ChannelRelease]:
    """Return the releases of a document, oldest first, including withdrawn ones."""
    return document.channel_releases.select_related("proof")


@register_visible_to(ChannelRelease)
def releases_visible_to(user: object) -> QuerySet[ChannelRelease]:
    """Return the releases of documents that the user sees in the office."""
    rows = ChannelRelease.objects.filter(document__in=documents_seen(user).values("pk"))
    return rows.select_related("document", "proof")


#: Filter of releases that were earlier than the site's, or that the site does not have.
RELEASED_BEFORE_SITE = Q(document__published_at=None) | Q(document__published_at__gt=F("at"))


def disclosure_panel(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the template context of a disclosure entry."""
    return {
        "disclosure": entry.disclosure,
        "item": ItemPage.objects.filter(pk=entry.disclosure.item_id).first(),
    }


def releases_context(item: ItemPage, by: Actor, frozen: FrozenContent | None) -> dict[str, object] | None:
    """Return the template context of an item's releases; None for signers and before publication."""
    if frozen is not None:
        return None
    document = ensure_document(item)
    rows = list(list_releases(document))
    if not rows and document.published_at is None:
        return None
    since = document.published_at
    return {
        "rows": [(row, not row.dropped and (since is None or row.at < since)) for row in rows],
        "form": ChannelReleaseForm() if not actions.record_channel.why_not(document, by=by) else None,
    }


#: Remarks of one kind that a page lists; all of them can be masked or corrected together.
MAX_LISTED_REMARKS = 200


def checks_context(item: "ItemPage", by: "Actor", frozen: "FrozenContent | None" = None) -> dict[str, Any] | None:
    """Return the template context of the checks of a draft or of the text under review; None to hide it."""
    if frozen is None and item.latest_revision_id is None:
        return None
    report = get_check_report(item, frozen or item.frozen(item.latest_revision_id))
    return make_report_context(item, report, may_edit=frozen is None and not check_writer(by, item)) | {
        "signing": frozen is not None
    }


def make_report_context(item: "ItemPage", report: CheckReport, *, may_edit: bool) -> dict[str, object]:
    """Return the template context of a check report; `may_edit` shows the buttons that settle remarks."""
    open_remarks = [remark for remark in report.remarks if not remark.settled]
    privacy = [remark for remark in open_remarks if remark.family == "privacy"]
    slips = [remark for remark in open_remarks if remark.family != "privacy"]
    files = [
        file
        for file in report.files
        if file.remarks or file.must_look or file.copy or file.beyond or file.beside.pictures
    ]
    current = {remark.fingerprint for remark in (*report.remarks, *(r for f in report.files for r in f.remarks))}
    current |= {waiver.fingerprint for file in report.files for waiver in file.whole.values()}
    # A masked copy whose words can be read lists what it still shows itself; of one of pictures its record tells.
    wordless = [file.made_of for file in report.files if file.made_of and file.result.state == CheckState.UNREADABLE]
    current |= {mark for copy in wordless for mark in copy.spared or ()}
    used = {file.digest for file in report.files}
    blocking_reasons = find_blocking_reasons(report)
    return {
        "report": report,
        "reasons": blocking_reasons,
        "privacy": privacy,
        "maskable": [remark for remark in privacy if remark.can_mask],
        "slips": slips,
        "mendable": [remark for remark in slips if remark.can_mend],
        "files": files,
        "kept": [(row, get_ground_name(row.ground)) for row in report.waivers if row.fingerprint in current],
        "taken": MaskedCopy.objects.filter(source=item.stream, taken_at__isnull=False, masked__in=used),
        "sources": SourceFile.objects.filter(item_id=get_item_number(item.stream)),
        "clean": not (blocking_reasons or privacy or slips or files or report.wordless),
        "may": may_edit,
        "grounds": list(GROUNDS_BY_CODE.values()),
        "plain": list(PROOFREADING_GROUND_LABELS.items()),
        "most": MAX_LISTED_REMARKS,
    }


#: Panel of the checks of an item.
CHECKS_PANEL = ItemPanel("checks", "publishing/checks/panel.html", checks_context, 50, any_source=True)
