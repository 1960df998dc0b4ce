"""Find free Chinese fonts on the system for .pdf: serif for text, sans for headings."""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

#: Folders that are searched for fonts.
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "C:/Windows/Fonts")
#: File names by preference: 仿宋 where an office has it, then free Song faces; the sans for 黑体.
SERIF_FONT_FILES = (
    "simfang.ttf",
    "FangSong_GB2312.ttf",
    "NotoSerifCJK-Regular.ttc",
    "NotoSerifCJKsc-Regular.otf",
    "NotoSerifSC-Regular.otf",
    "SourceHanSerifSC-Regular.otf",
    "uming.ttc",
    "simsun.ttc",
    "NotoSansCJK-Regular.ttc",
    "wqy-zenhei.ttc",
)
#: As `SERIF_FONT_FILES`, for headings.
SANS_FONT_FILES = (
    "simhei.ttf",
    "NotoSansCJK-Bold.ttc",
    "NotoSansCJKsc-Bold.otf",
    "NotoSansSC-Bold.otf",
    "SourceHanSansSC-Bold.otf",
    "wqy-zenhei.ttc",
)
#: Error without any Chinese font.
NO_FONT_ERROR = "服务器没有安装中文字体，不能生成 PDF；请安装 fonts-noto-cjk（或设置 GONGKAI_FONTS 指向字体文件夹），其间可下载 .docx。"

#: Error of a font that lacks characters of the text.
MISSING_CHARACTERS_ERROR = (
    "服务器的中文字体没有“{characters}”字，不能生成 PDF；请安装含有生僻字的字体，其间可下载 .docx。"
)


class MissingFont(Exception):
    """Raised when no Chinese font is installed or it lacks a character; one Chinese line."""


@dataclass(frozen=True)
class FontFile:
    """A font file, and the index in it of the Simplified Chinese face (`number`)."""

    path: str
    number: int = 0


@lru_cache(maxsize=1)
def find_fonts() -> tuple[FontFile, FontFile]:
    """Return the fonts (serif, sans).

    Raises:
        MissingFont: there is none.
    """
    files = _list_font_files()
    serif = next((files[name] for name in SERIF_FONT_FILES if name in files), None)
    if serif is None:
        raise MissingFont(NO_FONT_ERROR)
    sans = next((files[name] for name in SANS_FONT_FILES if name in files), serif)
    return _make_font_file(serif), _make_font_file(sans)


def _list_font_files() -> dict[str, str]:
    """Return the paths of all installed font files by file name; those of GONGKAI_FONTS win."""
    own_folder = os.environ.get("GONGKAI_FONTS", "")
    font_files: dict[str, str] = {}
    for folder in filter(None, (*FONT_FOLDERS, own_folder)):
        for path in Path(folder).rglob("*.[to]t[fc]") if Path(folder).is_dir() else ():
            font_files[path.name] = str(path)
    return font_files


def _make_font_file(path: str) -> FontFile:
    """Return a font file; of a collection, the number of its Chinese face."""
    if not path.endswith(".ttc"):
        return FontFile(path)
    from fontTools.ttLib import TTCollection

    with TTCollection(path, lazy=True) as collection:
        names = [str(font["name"].getDebugName(1)) for font in collection.fonts]
    chinese = next((n for n, name in enumerate(names) if name.endswith((" SC", " GB", "SimSun"))), 0)
    return FontFile(path, chinese)
