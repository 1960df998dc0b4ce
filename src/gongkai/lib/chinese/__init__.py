"""Chinese text and numbers: the base library of all packages, without Django."""
