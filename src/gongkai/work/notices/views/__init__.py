"""Pages of this room, under /admin/notices/."""
