"""Generate a gazette issue as .pdf (A4): cover, linked contents, articles by section."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gongkai.lib.writing.blocks import make_blocks
from gongkai.lib.writing.official import RED_RGB
from gongkai.lib.writing.pdf import (
    BODY_SIZE,
    LEFT,
    LINE_PITCH_MM,
    TEXT_WIDTH_MM,
    TITLE_SIZE,
    PdfSheet,
    _draw_block,
    draw_pdf,
)
from gongkai.lib.writing.wrapping import remove_forbidden_characters

#: Points of the name on the cover, and of titles of articles.
NAME_SIZE_POINTS, ARTICLE_TITLE_SIZE_POINTS = 40.0, 18.0
#: No line begins with the ones, none ends with the others.
_CLOSING_MARKS, _OPENING_MARKS = "》〉）」』】〕”’，。、；：！？…", "《〈（「『【〔“‘"


@dataclass(frozen=True)
class GazetteArticle:
    """An article of a gazette issue: section, title and cleaned HTML; `notice` is printed above it in 【】."""

    section: str
    title: str
    html: str
    notice: str = ""


@dataclass(frozen=True)
class GazetteIssue:
    """The content of a gazette issue to be typeset.

    `number` counts in the year, `total` since the first issue (总第N期); `issued_on` is a printed date.
    """

    name: str
    year: int
    number: int
    total: int | None
    issued_on: str
    publisher: str
    foreword: str
    articles: Sequence[GazetteArticle]
    source: str = ""


def render_gazette_pdf(issue: GazetteIssue) -> bytes:
    """Return an issue as .pdf.

    Raises:
        MissingFont: no Chinese face is installed.
    """
    pages = [[0] * len(issue.articles)]

    def draw(sheet: PdfSheet) -> None:
        """Draw cover, contents and articles; append the articles' first pages."""
        _draw_cover(sheet, issue)
        sheet.add_page()
        links = [sheet.add_link() for _ in issue.articles]
        _draw_contents(sheet, issue, links, pages[-1])
        pages.append(_draw_articles(sheet, issue, links))

    def draw_issue() -> bytes:
        return draw_pdf(draw, title=f"{issue.name}{issue.year}年第{issue.number}期", author=issue.publisher)

    done = draw_issue()
    # The contents were set with the pages of the drawing before: where rare characters moved one, they are set once more.
    return done if pages[-1] == pages[-2] else draw_issue()


def _draw_cover(sheet: PdfSheet, issue: GazetteIssue) -> None:
    """Draw the cover of an issue: name, year and number, date, foreword, publisher."""
    sheet.ln(LINE_PITCH_MM * 3)
    sheet.set_text_color(*RED_RGB)
    for line in _split_name(issue.name):
        sheet.set_font("sans", size=NAME_SIZE_POINTS if len(line) <= 9 else 30.0)
        sheet.cell(TEXT_WIDTH_MM, 20, line, align="C", new_x="LMARGIN", new_y="NEXT")
    sheet.set_text_color(0)
    sheet.set_draw_color(*RED_RGB)
    sheet.line(LEFT, sheet.get_y() + 4, LEFT + TEXT_WIDTH_MM, sheet.get_y() + 4)
    sheet.set_draw_color(0)
    sheet.ln(LINE_PITCH_MM)
    total = f"　总第{issue.total}期" if issue.total else ""
    sheet.write_paragraph(f"{issue.year}年第{issue.number}期{total}", size=TITLE_SIZE, face="serif", align="C")
    sheet.write_paragraph(issue.issued_on, size=BODY_SIZE, face="serif", align="C")
    if issue.foreword:
        sheet.ln(LINE_PITCH_MM * 2)
        sheet.write_paragraph(remove_forbidden_characters(issue.foreword), size=BODY_SIZE, face="serif", indent=2)
    sheet.set_y(-60)
    sheet.write_paragraph(f"主办：{issue.publisher}", size=BODY_SIZE, face="serif", align="C")
    if issue.source:
        sheet.write_paragraph(issue.source, size=9, face="serif", align="C")


def _split_name(name: str) -> list[str]:
    """Return the gazette's name on one line, or split into body and suffix if it is long."""
    head, mark, tail = name.rpartition("公报")
    return [head, f"{mark}{tail}"] if mark and len(name) > 9 else [name]


def _draw_contents(sheet: PdfSheet, issue: GazetteIssue, links: Sequence[int], pages: Sequence[int]) -> None:
    """Write the table of contents with page numbers."""
    sheet.write_paragraph("目　　录", size=TITLE_SIZE, face="sans", align="C")
    sheet.ln(LINE_PITCH_MM / 2)
    section = ""
    for article, link, page in zip(issue.articles, links, pages, strict=True):
        if article.section != section:
            section = article.section
            sheet.ln(LINE_PITCH_MM / 3)
            sheet.write_paragraph(f"【{section}】", size=BODY_SIZE, face="sans")
        # Always as wide as with three digits, so that the second setting breaks as the first.
        sheet.set_font("serif", size=BODY_SIZE)
        title_width = TEXT_WIDTH_MM - 14
        *upper_lines, last_line = break_title(
            remove_forbidden_characters(article.title), title_width, sheet.get_string_width
        )
        for line in upper_lines:
            sheet.set_x(LEFT)
            sheet.cell(TEXT_WIDTH_MM - 12, LINE_PITCH_MM, line, link=link, new_x="LMARGIN", new_y="NEXT")
        dots = "…" * max(0, int((title_width - sheet.get_string_width(last_line)) / sheet.get_string_width("…")))
        sheet.set_x(LEFT)
        sheet.cell(TEXT_WIDTH_MM - 12, LINE_PITCH_MM, last_line + dots, link=link)
        sheet.cell(12, LINE_PITCH_MM, str(page or ""), align="R", link=link, new_x="LMARGIN", new_y="NEXT")


def break_title(title: str, max_width: float, width: Callable[[str], float]) -> list[str]:
    """Break a title into lines no wider than `max_width`, as measured by `width`."""
    lines = [""]
    for sign in title:
        if lines[-1] and width(lines[-1] + sign) > max_width:
            kept = (
                lines[-1].rstrip(_OPENING_MARKS)
                if sign not in _CLOSING_MARKS
                else lines[-1][:-1].rstrip(_OPENING_MARKS)
            )
            carried = lines[-1][len(kept) :] if kept else ""
            lines[-1] = kept or lines[-1]
            lines.append(carried + sign)
        else:
            lines[-1] += sign
    return lines


def _draw_articles(sheet: PdfSheet, issue: GazetteIssue, links: Sequence[int]) -> list[int]:
    """Write the articles, each on a new page; return their page numbers."""
    pages, section = [], ""
    for article, link in zip(issue.articles, links, strict=True):
        sheet.add_page()
        sheet.set_link(link, page=sheet.page_no())
        pages.append(int(sheet.page_no()))
        if article.section != section:
            section = article.section
            sheet.set_text_color(*RED_RGB)
            sheet.write_paragraph(section, size=BODY_SIZE, face="sans", align="C")
            sheet.set_text_color(0)
            sheet.ln(LINE_PITCH_MM / 2)
        if article.notice:
            sheet.write_paragraph(f"【{article.notice}】", size=BODY_SIZE, face="sans", align="C")
        sheet.write_paragraph(
            remove_forbidden_characters(article.title), size=ARTICLE_TITLE_SIZE_POINTS, face="sans", align="C"
        )
        sheet.ln(LINE_PITCH_MM / 2)
        for block in make_blocks(article.html):
            _draw_block(sheet, block, lambda _mark: None)
    return pages
