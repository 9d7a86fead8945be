"""How texts are spelt, and how they are made harmless."""
