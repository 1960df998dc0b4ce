"""Settings, the command line, the sample city, set-up and running an installation."""
