"""Read tables that lost their layout: tabs, bars, one cell a line, bracketed units."""
