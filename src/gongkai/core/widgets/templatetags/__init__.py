"""Template helpers of both faces."""
