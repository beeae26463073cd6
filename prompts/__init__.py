"""The packaged library: prompts, rubrics and scenarios, all of them text files."""
