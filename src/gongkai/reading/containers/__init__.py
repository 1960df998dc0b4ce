"""Files in every format → paragraphs and grids. What a file is, its content tells, never its suffix."""

from gongkai.reading.containers.sniff import load

__all__ = ["load"]
