"""Read files inside files: attachments, entries of archives, parts of other formats."""

from gongkai.lib.fileformats.documents.model import Builder, UnreadFile

#: Files within files within files that are read.
MAX_LEVELS = 4
#: Files inside one file that are read.
MAX_FILES = 200


def read_inner(builder: Builder, name: str, data: bytes, depth: int, *, headed: bool = False) -> None:
    """Append a file inside this one; record it as a loss where it cannot be read.

    Args:
        depth: levels of files above it.
        headed: whether its name comes before it as a heading.
    """
    from gongkai.lib.fileformats.documents.door import read_any  # the door reads through all formats

    if depth >= MAX_LEVELS:
        builder.lose("attachment", f"{name}：嵌套的文件太多层，没有读取", name)
        return
    try:
        inner = read_any(data, name, depth + 1)
    except UnreadFile as error:
        builder.lose("attachment", f"{name}：{error}", name)
        if headed:
            builder.paragraph(name, 2)
        return
    if headed:
        builder.paragraph(name, 2)
    builder.include(inner, name)
