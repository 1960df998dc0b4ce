"""Checks of sites, scoring of units, the annual report, content of other sites."""
