"""App configuration: registrations at start-up."""

from django.apps import AppConfig


class Config(AppConfig):
    """Configuration of the gazette app."""

    name = "gongkai.content.gazette"
    label = "gazette"
    verbose_name = "政府公报"

    def ready(self) -> None:
        """Register the source, erasure, import, the home-page block, and what follows publication."""
        from gongkai.content.editions.erasure import ERASURE_HANDLERS
        from gongkai.content.editions.parts import DocumentRelation, register_related
        from gongkai.content.editions.sources import register_source
        from gongkai.content.gazette import issue_publication
        from gongkai.content.gazette.desk import list_unfinished_issue_conditions, make_unfinished_block
        from gongkai.content.gazette.issue_publication import record_all_printed, record_published
        from gongkai.content.gazette.models import Issue
        from gongkai.content.gazette.past_issue_sheet import PAST_ISSUE_IMPORTER
        from gongkai.content.gazette.queries import list_printing_issues
        from gongkai.core.acts.following import CatchUpJob, follow_actions
        from gongkai.core.ledger.panels import HomeBlock, register_block
        from gongkai.core.spreadsheets import importers

        register_source("gazette", Issue.found)
        ERASURE_HANDLERS.append(issue_publication.ISSUE_ERASURE_HANDLER)
        importers.register_importer(PAST_ISSUE_IMPORTER)
        register_related(DocumentRelation("gazette", "刊登本文件的公报", 40, list_printing_issues))
        register_block(
            HomeBlock(
                "gazette", 220, make_unfinished_block, "gazette/block.html", needs=list_unfinished_issue_conditions
            )
        )
        due = CatchUpJob("gazette", "公报刊登登记", record_all_printed, 22)
        follow_actions("publishing.publish", record_published, target_classes=Issue, due=due)
