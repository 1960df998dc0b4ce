"""Everything that reads in this room: `visible.visible_to` first."""
