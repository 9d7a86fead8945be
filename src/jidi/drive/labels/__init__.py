"""Reading codes from labels that a candidate drew, in a child process of their own."""
