"""App configuration: registrations at start-up."""

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.db.models.signals import post_save, pre_delete

if TYPE_CHECKING:
    from gongkai.content.editions.erasure import ErasureHandler


class Config(AppConfig):
    """Configuration of the publishing app."""

    name = "gongkai.content.publishing"
    label = "publishing"
    verbose_name = "信息发布"

    def ready(self) -> None:
        """Register the editor, gates, panels, erasure handlers and signal receivers."""
        from django.contrib.auth.signals import user_logged_in

        from gongkai.content.editions.gates import ItemPanel, PublicationGate, register_gate, register_item_panel
        from gongkai.content.editions.rules import check_library_kind, check_publishing_unit
        from gongkai.content.editions.sources import register_source
        from gongkai.content.publishing import editor, page_permissions, panels, withdrawals
        from gongkai.content.publishing.clock import DISCLOSURE_KIND, disclosures, update_all_disclosures
        from gongkai.content.publishing.erasure import DraftErasureHandler
        from gongkai.content.publishing.models import ItemPage, filter_item_numbers, find_item, lock_item
        from gongkai.content.publishing.panels import disclosure_panel
        from gongkai.content.reviewing import cases
        from gongkai.core.acts.following import CatchUpJob, follow_actions
        from gongkai.core.ledger import kinds
        from gongkai.core.ledger.jobs import PeriodicJob, register_job
        from gongkai.core.ledger.panels import EntryPanel, register_panel
        from gongkai.core.units.models import Appointment, Person

        _refuse_deletion_of_submitted_items()
        register_source("item", find_item, find_existing=filter_item_numbers, find_locked=lock_item)
        _register_erasure(DraftErasureHandler())
        editor.install_editor()
        post_save.connect(
            page_permissions.sync_after_appointment, sender=Appointment, dispatch_uid="gongkai.publishing.posts"
        )
        post_save.connect(page_permissions.sync_after_person, sender=Person, dispatch_uid="gongkai.publishing.people")
        user_logged_in.connect(page_permissions.sync_after_sign_in, dispatch_uid="gongkai.publishing.login")
        register_job(PeriodicJob("desks", "同步编辑权限", page_permissions.sync_all_groups, 6))
        follow_actions(("units.merge", "units.restore"), page_permissions.sync_after_merger)
        register_gate(PublicationGate("publishers", 15, check_publishing_unit, True, "columns"))
        register_gate(PublicationGate("kinds", 16, check_library_kind, True, "columns"))
        register_gate(PublicationGate("voices", 30, cases.check_opinions))
        register_item_panel(ItemPanel("voices", "publishing/voices.html", cases.make_coordination_context, 150))
        kinds.register_entry_kind(DISCLOSURE_KIND)
        due = CatchUpJob("disclosure", "主动公开时限", update_all_disclosures, 8)
        follow_actions("publishing.publish", disclosures.update_after_publication, target_classes=ItemPage, due=due)
        follow_actions(("publishing.draft", "publishing.revise"), disclosures.update_after_save)
        follow_actions("publishing.withdraw", disclosures.update_after_withdrawal)
        follow_actions("publishing.withdraw", withdrawals.notify_writers)
        follow_actions("publishing.erase", disclosures.update_after_erasure)
        register_panel(EntryPanel("disclosure", "publishing/clock.html", disclosure_panel, kinds={"disclosure"}))
        register_item_panel(ItemPanel("channels", "publishing/channels.html", panels.releases_context, 400))
        _register_checks()
        _register_scores()


def _register_checks() -> None:
    """Register the check panels, the check after each save, and the disclosure clock for signers."""
    from wagtail.models import Revision

    from gongkai.content.editions.gates import register_item_panel
    from gongkai.content.publishing import panels, save_checks
    from gongkai.content.publishing.clock.timeliness import find_promptness
    from gongkai.content.reviewing.views.review_texts import CLOCK_FINDERS

    register_item_panel(panels.CHECKS_PANEL)
    CLOCK_FINDERS.append(find_promptness)
    post_save.connect(save_checks.check_after_revision, sender=Revision, dispatch_uid="gongkai.publishing.checks")


def _register_erasure(keeper: "ErasureHandler") -> None:
    """Register the erasure handler, its home-page block, and the check of columns when a post ends."""
    from gongkai.content.editions.erasure import ERASURE_HANDLERS
    from gongkai.content.publishing.erasure import erasure_requests_block, list_erasure_conditions
    from gongkai.content.publishing.page_permissions import describe_columns_of_post
    from gongkai.core.ledger.panels import HomeBlock, register_block
    from gongkai.core.units.pending_work import PENDING_WORK_COUNTERS

    ERASURE_HANDLERS.append(keeper)
    PENDING_WORK_COUNTERS.append(describe_columns_of_post)
    register_block(
        HomeBlock(
            "erasures", 92, erasure_requests_block, "publishing/erasures_block.html", needs=list_erasure_conditions
        )
    )


def _register_scores() -> None:
    """Register the timeliness score, and home page blocks of returned items and words awaiting confirmation."""
    from gongkai.content.publishing import item_list
    from gongkai.content.publishing.views.words import list_pending_words_conditions, proposed_words_block
    from gongkai.core.ledger.figures import make_timeliness_source, register_score
    from gongkai.core.ledger.panels import HomeBlock, register_block

    register_block(
        HomeBlock(
            "returned",
            24,
            item_list.make_returned_items_block,
            "publishing/returned_block.html",
            needs=item_list.list_returned_review_conditions,
        )
    )
    register_block(
        HomeBlock("words", 92, proposed_words_block, "publishing/words_block.html", needs=list_pending_words_conditions)
    )
    register_score(make_timeliness_source("disclosure", "主动公开按期公开"))


def _refuse_deletion_of_submitted_items() -> None:
    """Refuse to delete items that are submitted."""
    from gongkai.content.publishing.actions.items import refuse_deleting_reviewed_item
    from gongkai.content.publishing.models import ItemPage

    pre_delete.connect(refuse_deleting_reviewed_item, sender=ItemPage, dispatch_uid="gongkai.publishing.records")
