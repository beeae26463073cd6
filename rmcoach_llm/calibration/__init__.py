"""How far judgements can be relied on: agreement, and intervals by resampling."""
