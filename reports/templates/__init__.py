"""Templates of the report and of the dataset card."""
