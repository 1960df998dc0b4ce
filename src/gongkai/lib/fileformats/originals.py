"""The bare words of a PDF or a text file, read in a child (`confined`)."""

from gongkai.lib.confined import reader

MOST_PAGES = 500
MOST_CHARS = 1_000_000
_LOADS = ("pypdfium2", "charset_normalizer")


class UnreadOriginal(ValueError):
    """A file that cannot be read; the message is one Chinese line that says what to do."""


@reader(UnreadOriginal, loads=_LOADS)
def pdf_words(data: bytes) -> str:
    """Return the text layer of a PDF.

    Raises:
        UnreadOriginal: damaged, locked, or too long.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        if len(document) > MOST_PAGES:
            raise UnreadOriginal(f"超过{MOST_PAGES}页，请拆分后上传。")
        words, left = [], MOST_CHARS
        for page in document:
            words.append(page.get_textpage().get_text_range()[:left])
            left -= len(words[-1])
            page.close()
    except pypdfium2.PdfiumError as error:
        raise UnreadOriginal("PDF 打不开：已损坏或设有密码，请重新生成后上传。") from error
    return "\n".join(words)[:MOST_CHARS]


@reader(UnreadOriginal, loads=_LOADS)
def guess_text(data: bytes) -> str:
    """Return a text in whatever characters it was written.

    Raises:
        UnreadOriginal: it is none.
    """
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise UnreadOriginal("不是文本文件，请另存为 UTF-8 编码的 .txt 后上传。")
    return str(best)
