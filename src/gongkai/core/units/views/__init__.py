"""Pages of the office about units and people, under /admin/units/."""
