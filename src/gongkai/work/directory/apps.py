"""The application's registration with Django."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Standard catalogues of what township and county units disclose (基层标准目录), with coverage."""

    name = "gongkai.work.directory"
    label = "directory"
    verbose_name = "基层标准目录"

    def ready(self) -> None:
        """Register this app's sources, kinds, forms, panels and importer."""
        from gongkai.content.editions.erasure import ERASURE_HANDLERS
        from gongkai.content.editions.sources import register_source
        from gongkai.core.ledger import kinds
        from gongkai.core.ledger.panels import EntryPanel, HomeBlock, register_block, register_panel
        from gongkai.core.ledger.past_records import is_always_past, register_past, states_timely_past
        from gongkai.core.spreadsheets import importers
        from gongkai.work.directory import forms, panels
        from gongkai.work.directory.catalogue_sheet import CATALOGUE_IMPORTER
        from gongkai.work.directory.models import YearlyCheck
        from gongkai.work.directory.states import FOLLOWUP_KIND, FOLLOWUP_KIND_NAME

        kinds.register_entry_kind(FOLLOWUP_KIND)
        forms.register_forms()
        register_past("followup.approve", is_always_past)  # the government's decision
        register_past("followup.issue", states_timely_past)
        register_panel(
            EntryPanel(
                FOLLOWUP_KIND_NAME,
                "directory/followup_panel.html",
                panels.make_followup_panel,
                kinds={FOLLOWUP_KIND_NAME},
                position=90,
            )
        )
        register_source(YearlyCheck.source_name, YearlyCheck.found)
        ERASURE_HANDLERS.append(panels.CHECK_ERASURE_HANDLER)
        importers.register_importer(CATALOGUE_IMPORTER)
        register_block(
            HomeBlock(
                "catalogue", 216, panels.make_gaps_block, "directory/block.html", needs=panels.list_row_conditions
            )
        )
