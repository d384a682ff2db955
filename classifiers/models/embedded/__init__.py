"""The judge of toxicity and bias that is installed with the package; CARD.md says how far to trust it."""
