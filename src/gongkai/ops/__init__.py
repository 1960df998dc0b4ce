"""Settings, command line, sample city, set-up and operation of an installation."""
