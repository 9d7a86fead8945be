"""What every role owes: privacy, consent, audit, bulk operations, what it says of itself."""
