"""OCR text of a picture does not prove that the picture is free of personal data."""

import pytest

from gongkai.lib.fileformats.documents.model import DocumentBuilder
from gongkai.lib.privacy.files import text
from gongkai.lib.privacy.model import PrivacyError


def test_picture_with_recognised_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    builder = DocumentBuilder("picture")
    builder.lose("recognised", "全文由扫描件识别而来")
    builder.paragraph("关于印发办法的通知")
    monkeypatch.setattr(text, "read_nested_document", lambda *_: builder.document)
    with pytest.raises(PrivacyError, match="图片"):
        text.open_document(b"\x89PNG", ".png")
