"""Office views of interpretation."""
