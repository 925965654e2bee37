"""`python -m phiguard`."""

from phiguard.cli import main

if __name__ == "__main__":
    main(prog_name="phiguard")
