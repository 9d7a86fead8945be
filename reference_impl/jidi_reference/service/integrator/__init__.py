"""What an integrator does between the two."""
