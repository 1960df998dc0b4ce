"""Text of a table whose columns were printed one after another, or into each other, page by page.

That is what a PDF's text layer or a bad export leaves: headings, measures and units of a page in separate runs, names
cut by line ends, pieces of one column inside the sentences of another. Nothing says which unit belongs to which
measure, so it is worked out: the lines of a page are parted into headings, measures and pieces of units (`lines`,
`headings`), the pieces are put together to names that the document prints whole elsewhere (`units`), and the names are
laid beside the measures in the way that fits best (`match`). Where another way fits nearly as well, the row is flagged.
"""

from gongkai.lib.reading.layouts.interleaved.read import interleaved_blocks

__all__ = ["interleaved_blocks"]
