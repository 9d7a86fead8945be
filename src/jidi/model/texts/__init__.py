"""How texts are spelt, how they are made harmless, and by which chance made-up ones are drawn."""
