"""Everything that reads in this room: cases, promises."""
