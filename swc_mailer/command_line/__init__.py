"""The command line's side of `commands/`: for each command its arguments, and a function that prints and gives the exit code.

Such a function takes the parsed arguments, calls one function of `commands/` and puts its result into words. Imports stand in
the functions, so that a command loads only what it needs.
"""
