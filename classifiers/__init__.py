"""Learned annotators: models, their files and fingerprints."""
