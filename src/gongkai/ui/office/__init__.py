"""The back office's shell on Wagtail's admin: home (今天要办), menu, reports over all rooms."""
