"""A browser without windows for the pages of identity servers: it keeps cookies, follows, and fills in the one form of a page."""

import os
from pathlib import Path
from urllib.parse import urljoin

import requests
from lxml import html

#: Where `make identity` puts the servers of the tests.
SERVERS = Path(os.environ.get("GONGKAI_IDENTITY_SERVERS", "build/identity")).resolve()


class Browser(requests.Session):
    """`page` is what it shows now."""

    def visit(self, address: str) -> requests.Response:
        self.page = self.get(address, timeout=20)
        return self.page

    def fill_in(self, **values: str) -> requests.Response:
        """Send the page's form with these values beside those that stand in it."""
        form = html.fromstring(self.page.content, base_url=self.page.url).xpath("//form")[0]
        there = {name: value or "" for name, value in form.form_values()}
        action = urljoin(self.page.url, form.get("action") or self.page.url)
        self.page = self.request(form.method, action, data={**there, **values}, timeout=20)
        return self.page

    def post_here(self, address: str) -> requests.Response:
        """Send an empty form of ours."""
        token = next(cookie.value for cookie in self.cookies if "csrftoken" in cookie.name)
        headers = {"Referer": address, "X-CSRFToken": token}
        self.page = self.post(address, headers=headers, timeout=20)
        return self.page
