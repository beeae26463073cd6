"""Run the command line as `python -m rmcoach_llm`."""

from rmcoach_llm.cli import main

if __name__ == "__main__":
    main()
