# Judges patterns with PyPI's stix2-patterns: reads a JSON list of texts, prints one letter for each.
# G is good, B is bad, C means that the validator itself fell over.
import json
import sys

from stix2patterns.validator import run_validator

verdicts = []
for pattern in json.load(sys.stdin):
    try:
        verdicts.append("B" if run_validator(pattern, "2.1") else "G")
    except Exception:
        verdicts.append("C")
print("".join(verdicts))
