"""What a courier knows without a network or a database."""
