"""The tables of the database, by who needs them."""
