"""The judge of toxicity and bias that is installed: see CARD.md."""
