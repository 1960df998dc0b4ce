"""The checks. `pages` looks at each page as it comes; the others at the site once all of it was read."""
