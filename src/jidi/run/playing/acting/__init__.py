"""What the kit does by name: actions for which no request of one step would do."""
