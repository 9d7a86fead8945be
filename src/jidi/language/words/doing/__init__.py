"""Words for what a step does, and what it leaves to be looked at."""
