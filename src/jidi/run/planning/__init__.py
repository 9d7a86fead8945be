"""What of a profile is played, and in which order: selection, rules, plan, and what is left out."""
