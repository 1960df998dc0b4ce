"""Templates, styles, form fields and template helpers shared by portal and back office."""
