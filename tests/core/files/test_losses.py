"""Losses of a converted file are stored with the text and confirmed once."""

import pytest

from gongkai.core.acts.action import Refused
from gongkai.core.files.losses import confirm_losses, find_losses, record_losses

pytestmark = pytest.mark.django_db


def test_losses_are_confirmed_once_for_each_file() -> None:
    confirm_losses("item/1", "甲", confirmed=False)  # nothing is lost
    record_losses("item/1", "正文.docx", ["公式（1处）可能不完整。"])
    with pytest.raises(Refused, match="已对照原文件核对"):
        confirm_losses("item/1", "甲", confirmed=False)
    confirm_losses("item/1", "甲", confirmed=True)
    confirm_losses("item/1", "乙", confirmed=False)
    assert find_losses("item/1").seen_by == "甲"
    record_losses("item/1", "另一个.docx", ["图片（1处）没有读入正文。"])
    assert find_losses("item/1").seen_by == ""
    record_losses("item/1", "没有的.docx", [])
    assert find_losses("item/1") is None
