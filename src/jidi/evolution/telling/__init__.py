"""A difference told: to a person at a terminal, in a pull request, to machines."""
