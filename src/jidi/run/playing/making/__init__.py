"""What a step sends: persons and values that are made up, and expressions filled in."""
