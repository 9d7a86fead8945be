"""Operations by who serves them: each a row with its path, its scope and its service."""
