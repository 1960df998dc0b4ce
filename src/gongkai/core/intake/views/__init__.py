"""Pages of the office: reading a party in the clear, opening a file."""
