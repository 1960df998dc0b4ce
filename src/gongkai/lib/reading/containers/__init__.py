"""Convert files of all formats to paragraphs and grids. The content decides the format."""

from gongkai.lib.reading.containers.sniff import load

#: Libraries that readers of files load when they need them: a template loads them once for all children (`confined`).
LOADS = (
    "lxml.etree",
    "lxml.html",
    "openpyxl",
    "pdfplumber",
    "pypdfium2",
    "olefile",
    "xlrd",
    "PIL.Image",
    "opencc",
    "gongkai.lib.reading.ready",
)

__all__ = ["LOADS", "load"]
