"""What a courier does: consignments, shipments, pushes, numbers, labels."""
