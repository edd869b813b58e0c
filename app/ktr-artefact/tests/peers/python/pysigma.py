# Judges Sigma rules with pySigma, as `sigma check` does: reads a JSON list of texts, prints a line for each, empty if nothing is wrong.
# Validators that fetch lists from the network are not asked; of the others only what they call grave counts, the rest is style.
import json
import sys

from sigma.collection import SigmaCollection
from sigma.exceptions import SigmaError
from sigma.validation import SigmaValidator
from sigma.validators.base import SigmaValidationIssueSeverity
from sigma.validators.core import validators
from yaml import YAMLError

FETCHING = {"attacktag", "d3_fendtag"}
ASKED = [validator for name, validator in validators.items() if name not in FETCHING]


def found(text):
    rules = SigmaCollection.from_yaml(text)
    # A condition is parsed when it is asked for.
    for rule in rules:
        for condition in rule.detection.parsed_condition:
            condition.parsed
    issues = SigmaValidator(ASKED).validate_rules(rules)
    return [type(issue).__name__ for issue in issues if issue.severity == SigmaValidationIssueSeverity.HIGH]


for text in json.load(sys.stdin):
    try:
        verdict = found(text)
    except (SigmaError, YAMLError) as error:
        verdict = [str(error)]
    print("; ".join(verdict).replace("\n", " "))
