"""Where personal data show that must not: canaries, spellings, masks, leaks."""
