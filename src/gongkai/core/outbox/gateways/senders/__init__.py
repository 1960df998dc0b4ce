"""Protocol implementations, without Django; one module per family."""
