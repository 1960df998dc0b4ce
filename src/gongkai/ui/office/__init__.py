"""The back office on Wagtail's admin: home page (今天要办), menu, ledger pages and reports."""
