"""What words do, found without a model: moves, topics, measures, hidden instructions."""
