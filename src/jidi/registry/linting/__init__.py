"""Rules for those who write schemas."""
