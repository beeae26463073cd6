"""Score a transcript from your own program, and look at the evidence.

Run it with: python examples/embed.py
"""

from pathlib import Path

from rmcoach_llm import evaluate, read_transcripts

HERE = Path(__file__).parent


def main() -> None:
    """Print each credited behaviour with its quote."""
    for transcript in read_transcripts(HERE / "transcripts" / "claims.md", trainee="Sam"):
        card = evaluate(transcript)
        for name, rubric in card.rubrics.items():
            print(f"{name}: {rubric.score} of 5 ({rubric.status})")
            for criterion in rubric.criteria.values():
                for finding in criterion.findings:
                    if finding.verdict == "observed":
                        print(f'  turn {finding.turn}, {finding.behaviour}: "{finding.quote}"')


if __name__ == "__main__":
    main()
