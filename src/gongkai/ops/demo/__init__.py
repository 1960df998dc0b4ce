"""Build the fictitious sample city 云岭市 around today's date, by the actions of users."""
