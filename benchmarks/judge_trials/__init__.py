"""The judge's prompts and rubrics, tried on careful readers: what was kept, and figures from it."""
