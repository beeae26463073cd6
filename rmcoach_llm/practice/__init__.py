"""Practice: a stakeholder who hears, decides by rule what to disclose, and speaks."""
