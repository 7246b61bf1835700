//! Words of residents: triage, near-duplicates, hot issues, mentions of places and times
