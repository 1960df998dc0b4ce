"""Forms of interpretation."""
