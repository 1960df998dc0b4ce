"""Read an old platform (spreadsheets, saved pages, crawls) into `OldItem` values. Writes nothing."""

from gongkai.content.migration.sources.values import FileRef, OldItem

__all__ = ["FileRef", "OldItem"]
