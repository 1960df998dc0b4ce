"""Read tables whose columns a PDF text layer printed one after another or interleaved."""

from gongkai.lib.reading.layouts.interleaved.read import interleaved_blocks

__all__ = ["interleaved_blocks"]
