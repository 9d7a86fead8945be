"""Documents and records read with their places."""
