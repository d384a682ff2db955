"""Lists of words that judges are trained and tested with."""
