"""Everything that touches the network for the kit: requests, pushes, credentials, drivers, and the journal that records them."""
