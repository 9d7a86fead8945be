"""What must hold over the whole of a run, a room for each matter; pure, from the journal alone."""
