"""Everything that reads a finished run: ledger, report, explain, compare, dataset card."""
