"""Back-office pages about units and people, under /admin/units/."""
