"""Those who speak to the services: one module for each family of formats. Nothing here knows Django."""
