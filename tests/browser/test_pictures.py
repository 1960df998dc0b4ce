"""The handbook's pictures can be taken from the sample city; `make handbook-pictures` stores them."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error

from browser.conftest import sign_in
from browser.pictures import SCALE, ElementNotFound, take_picture
from gongkai.ui.handbook.pictures import PICTURES_FOLDER, load_pictures

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_every_picture_can_be_taken(city: str, browser: Browser, tmp_path: Path) -> None:
    folder = PICTURES_FOLDER if os.environ.get("GONGKAI_KEEP_PICTURES") else tmp_path
    only = os.environ.get("GONGKAI_PICTURES", "").split()
    wrong = []
    folder.mkdir(parents=True, exist_ok=True)
    for login in sorted({picture.login for picture in load_pictures().values()}):
        context = browser.new_context(
            locale="zh-CN", timezone_id="Asia/Shanghai", device_scale_factor=SCALE, bypass_csp=True
        )
        page = context.new_page()
        todo = [p for p in load_pictures().values() if p.login == login and (not only or p.name in only)]
        if login and todo:
            sign_in(page, city, login)
        for picture in todo:
            for phone in (False, True):
                try:
                    data = take_picture(page, city, picture, phone=phone)
                except (ElementNotFound, Error) as error:
                    wrong.append(f"{picture.name}: {error}")
                else:
                    (folder / picture.file(phone=phone).name).write_bytes(data)
        context.close()
    assert not wrong, "\n".join(wrong)
    if folder == PICTURES_FOLDER and not only:
        names = {picture.file(phone=phone).name for picture in load_pictures().values() for phone in (False, True)}
        for file in PICTURES_FOLDER.iterdir():
            if file.name not in names:
                file.unlink()
