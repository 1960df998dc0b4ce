"""Reading an old platform: spreadsheets, saved pages, and a site's own pages. What they give is an `OldItem` each. Writes nothing."""

from gongkai.content.migration.sources.values import FileRef, OldItem

__all__ = ["FileRef", "OldItem"]
