"""What comes to the kit: pushes that arrived, and what a driver brought about."""
