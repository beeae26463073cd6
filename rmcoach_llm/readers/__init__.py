"""Read transcripts from files: nothing in a file is trusted, nothing is guessed."""
