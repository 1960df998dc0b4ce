"""What both faces share: base templates, styles, signs and small template helpers. Knows nothing of any room's data."""
