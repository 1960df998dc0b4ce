"""Moving in from an old platform, and edition packages between two networks."""
