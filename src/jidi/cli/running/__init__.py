"""Commands that run something or judge what ran: candidates, reference partners, recordings."""
