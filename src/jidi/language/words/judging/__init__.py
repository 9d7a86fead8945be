"""Words for what a check looks at, and by what it is measured."""
