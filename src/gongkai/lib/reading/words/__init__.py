"""Words of the genre: numbering, units, limits, disclosure paths, duties."""
