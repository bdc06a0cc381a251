"""One outside thing a file; translates values and errors, and nothing else."""
