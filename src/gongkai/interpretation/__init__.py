"""Interpretation (政策解读): plans with the draft, eight elements, forms, links both ways, press events, specialists."""
