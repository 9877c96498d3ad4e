"""At home in other libraries: a file for each, skipped where it is not installed."""
