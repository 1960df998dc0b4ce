"""The sample city 云岭市 (invented): made around today's date through the same actions that people use."""
