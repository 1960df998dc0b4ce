"""Views of this app, under /admin/notices/."""
