"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Content of other sites."""

    name = "gongkai.gathering"
    label = "gathering"
    verbose_name = "归集"

    def ready(self) -> None:
        """Enter the source, what erases it, the kind of entry, the spreadsheet, jobs and the block of the first page."""
        from gongkai.background_jobs.kinds import register_kind
        from gongkai.editions.erasing import ERASURE_HANDLERS
        from gongkai.editions.sources import register_source
        from gongkai.editions.written import WrittenKeeper
        from gongkai.gathering import actions, erasing, forms, panels, pulling  # noqa: F401 - actions enter themselves
        from gongkai.gathering.importing import ENTRIES
        from gongkai.gathering.models import Listing, ListingRevision
        from gongkai.gathering.watching import KIND, UPDATE_KIND
        from gongkai.ledger import kinds
        from gongkai.ledger.desk import Block, Panel, register_block, register_panel
        from gongkai.ledger.jobs import Job, register_job
        from gongkai.spreadsheets import importers

        register_source("listing", Listing.found)
        ERASURE_HANDLERS.append(WrittenKeeper(Listing, ListingRevision))
        ERASURE_HANDLERS.append(erasing.KEEPER)
        importers.register(ENTRIES)
        register_kind(pulling.PULLING)
        kinds.register(UPDATE_KIND)
        forms.enter()
        register_panel(Panel(KIND, "gathering/update_panel.html", panels.update, kinds={KIND}, position=90))
        register_job(Job("gathering", "收取归集来源", pulling.pull_due, 215))
        register_job(Job("gathering_looks", "核对归集内容的原文", pulling.look_due, 216))
        register_block(Block("gathering", 226, panels.waiting, "gathering/block.html", needs=panels.needed))
