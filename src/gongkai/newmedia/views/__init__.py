"""Pages of the office: the register, posts, screenings and statistics."""
