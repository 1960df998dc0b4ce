"""A headless browser for identity server pages: keeps cookies, follows redirects, fills in the form of a page."""

import os
from pathlib import Path
from urllib.parse import urljoin

import requests
from lxml import html

#: Folder into which `make identity` installs the test servers.
SERVERS = Path(os.environ.get("GONGKAI_IDENTITY_SERVERS", "build/identity")).resolve()


class Browser(requests.Session):
    """`page` is the current page."""

    def visit(self, address: str) -> requests.Response:
        self.page = self.get(address, timeout=20)
        return self.page

    def fill_in(self, **values: str) -> requests.Response:
        """Submit the page's form with these values added to its own."""
        form = html.fromstring(self.page.content, base_url=self.page.url).xpath("//form")[0]
        there = {name: value or "" for name, value in form.form_values()}
        action = urljoin(self.page.url, form.get("action") or self.page.url)
        self.page = self.request(form.method, action, data={**there, **values}, timeout=20)
        return self.page

    def post_here(self, address: str) -> requests.Response:
        """Submit an empty form of this application."""
        token = next(cookie.value for cookie in self.cookies if "csrftoken" in cookie.name)
        headers = {"Referer": address, "X-CSRFToken": token}
        self.page = self.post(address, headers=headers, timeout=20)
        return self.page
