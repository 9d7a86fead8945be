"""What the partner does: one transaction each, rules from the domain, statements from storage."""
