"""What the promises rest on, each a command: python -m tests.evidence runs all of them."""
