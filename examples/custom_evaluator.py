"""Judge by an evaluator of your own: python examples/custom_evaluator.py."""

from rmcoach_llm import Scorecard, Transcript, aevaluate, evaluate


class Airtime:
    """Score besides the rules how much room the stakeholder got: 5 from half of the words on."""

    name = "airtime"
    fingerprint = "airtime-1"  # another text whenever the same talk may get another outcome

    async def evaluate(self, transcript: Transcript) -> Scorecard:
        """Give the scorecard of the rules with one more score, or as it is where nobody spoke."""
        card = (await aevaluate(transcript, evaluator="language")).model_dump()
        share = card["measures"]["trainee_share_of_words"]
        if card["status"] != "unscored" and share is not None:
            made = {"status": "scored", "score": min(5, 10 - 10 * share), "version": "1"}
            card["rubrics"]["airtime"] = made | {"criteria": {}}
        card["provenance"] |= {"evaluator": self.name, "fingerprint": self.fingerprint}
        return Scorecard.model_validate(card)


if __name__ == "__main__":
    talk = "Ada: What hurts most at the close?\nBo: Waiting for accruals, above all in March."
    print(evaluate(talk, trainee="Ada", evaluator=Airtime()).rubrics["airtime"].score)
