"""One file per command: typed functions, no argument parsing, no printing."""
