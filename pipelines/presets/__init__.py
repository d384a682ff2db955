"""Presets: configurations with a citation, to run or to extend."""
