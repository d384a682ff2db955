"""The only home of Apache Beam; configuration, catalogue and the command line."""
