"""Model files that are installed with the package, each with its licence."""
