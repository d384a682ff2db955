"""Word lists that come with the package, each with its licence in its first lines."""
