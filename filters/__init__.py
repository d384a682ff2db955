"""Pure functions on Arrow batches: cutting, signals, cleaners, rules, decisions. No I/O, no paths."""
