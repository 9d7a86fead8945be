"""HTTP: routing, negotiation, JSON, problems. It decides nothing about parcels."""
