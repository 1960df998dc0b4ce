"""Language of notices: numbering, units, limits, disclosure paths, duties."""
