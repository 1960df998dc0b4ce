"""Apps for work that units owe by a date: notices, requests, consultations and others."""
