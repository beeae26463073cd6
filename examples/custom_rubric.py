"""Score a talk by a rubric of your own, a YAML file: python examples/custom_rubric.py."""

from pathlib import Path

from rmcoach_llm import evaluate

RUBRIC = Path(__file__).parent / "rubrics" / "first-meeting.yaml"
CHAT = [
    {"role": "user", "content": "Could you walk me through the last claim, from call to payment?"},
    {"role": "assistant", "content": "A customer phones, and then it takes eleven days."},
    {"role": "user", "content": "Could we sit with two of your clerks next Tuesday at ten?"},
    {"role": "assistant", "content": "Yes, Tuesday is good."},
]

if __name__ == "__main__":
    card = evaluate(CHAT, rubrics=["persuasion", RUBRIC])  # ids of packaged rubrics beside it
    for name, rubric in card.rubrics.items():
        print(f"{name}: {rubric.score} of 5 ({rubric.reason or rubric.status})")
    for criterion in card.rubrics["first-meeting"].criteria.values():
        for finding in criterion.findings:
            print(f"  {finding.behaviour}, turn {finding.turn}: {finding.quote}")
