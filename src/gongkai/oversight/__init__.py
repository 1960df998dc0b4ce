"""Oversight of units: site inspections, assessment, annual report, collected content."""
