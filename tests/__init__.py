"""The tests of the installed package, one concern a file."""
