"""Read tables whose columns a PDF text layer printed one after another or interleaved."""

from gongkai.lib.reading.layouts.interleaved.read import read_interleaved_blocks

__all__ = ["read_interleaved_blocks"]
