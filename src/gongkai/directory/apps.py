"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """The standard catalogue at the grass roots, its coverage, templates of columns."""

    name = "gongkai.directory"
    label = "directory"
    verbose_name = "基层标准目录"

    def ready(self) -> None:
        """Enter the spreadsheet and the block of the first page."""
        from gongkai.directory import actions, panels  # noqa: F401 - actions enter themselves
        from gongkai.directory.importing import CATALOGUE
        from gongkai.ledger.desk import Block, register_block
        from gongkai.spreadsheets import importers

        importers.register(CATALOGUE)
        register_block(Block("catalogue", 216, panels.gaps, "directory/block.html"))
