"""One notice printed in many ways: other heads, other columns, other order, other containers."""
