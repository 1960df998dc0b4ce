"""Detection of marks on scans: pale writing counts, lines, holes and edges do not."""

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw

from gongkai.lib.fileformats.pictures import UnfitPicture, check_picture, has_marks

WIDTH, HEIGHT = 1240, 1754
Drawing = Callable[[ImageDraw.ImageDraw], object]


def strokes(draw: ImageDraw.ImageDraw, grey: int, lines: int = 20) -> None:
    """Draw lines of characters, each of three strokes."""
    for row in range(lines):
        for column in range(30):
            left, top = 150 + 30 * column, 300 + 45 * row
            for at in range(3):
                draw.rectangle((left + 8 * at, top, left + 8 * at + 2, top + 24), fill=grey)


def grid(draw: ImageDraw.ImageDraw) -> None:
    for at in range(100, 1700, 100):
        draw.line((80, at, 1160, at), fill=60, width=3)
    for at in range(80, 1161, 180):
        draw.line((at, 100, at, 1600), fill=60, width=3)


def holes(draw: ImageDraw.ImageDraw) -> None:
    for top in (600, 1100):
        draw.ellipse((90, top, 126, top + 36), fill=30)


def desk(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, 0, WIDTH, HEIGHT), fill=70)
    draw.rectangle((140, 160, 1100, 1600), fill=225)


@pytest.mark.parametrize(
    ("paper", "drawing", "marked"),
    [
        (255, lambda draw: strokes(draw, 0), True),
        (255, lambda draw: strokes(draw, 222), True),
        (190, lambda draw: strokes(draw, 120, lines=1), True),
        (255, lambda draw: draw.ellipse((700, 1200, 950, 1450), outline=120, width=6), True),
        (255, lambda draw: None, False),
        (0, lambda draw: None, False),
        (255, grid, False),
        (255, holes, False),
        (255, desk, False),
        (255, lambda draw: draw.line((0, 877, WIDTH, 880), fill=180, width=4), False),
    ],
)
def test_writing_is_distinguished_from_holes_lines_and_edges(paper: int, drawing: Drawing, marked: bool) -> None:
    picture = Image.new("L", (WIDTH, HEIGHT), paper)
    drawing(ImageDraw.Draw(picture))
    assert has_marks(picture) is marked


def ruled(draw: ImageDraw.ImageDraw) -> None:
    for at in range(150, HEIGHT - 100, 60):
        draw.line((80, at, WIDTH - 80, at), fill=120, width=2)


@pytest.mark.parametrize(("angle", "written"), [(0.4, False), (-2.8, False), (0.4, True)])
def test_rotated_ruled_paper_has_no_marks(angle: float, written: bool) -> None:
    picture = Image.new("L", (WIDTH, HEIGHT), 255)
    ruled(ImageDraw.Draw(picture))
    if written:
        strokes(ImageDraw.Draw(picture), 60, lines=2)
    assert has_marks(picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)) is written


def test_truncated_animation_is_refused() -> None:
    frames = [Image.effect_noise((120, 90), 20 * at) for at in range(1, 5)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    whole = buffer.getvalue()
    check_picture(whole)
    with pytest.raises(UnfitPicture, match="没有传完整"):
        check_picture(whole[: len(whole) // 2])
