# Imports bundles into MISP events with misp-stix, as a feed of somebody else.
# The input is a list of bundles; prints for each the number of indicators in its reports, of those that an event of that report has for
# detection, and of all attributes for detection.
import contextlib
import io
import json
import re
import sys

import stix2
from misp_stix_converter import ExternalSTIX2toMISPParser


def value(indicator):
    if indicator["pattern_type"] != "stix":
        # MISP takes the last newline of a text away.
        return indicator["pattern"].strip()
    quoted = re.fullmatch(r"\[.* = '(.*)'\]", indicator["pattern"], re.DOTALL)
    return re.sub(r"\\(.)", r"\1", quoted.group(1))


def detected(event):
    attributes = list(event.attributes)
    for thing in event.objects:
        attributes.extend(thing.attributes)
    return [attribute.value for attribute in attributes if attribute.to_ids]


for raw in json.load(sys.stdin):
    parser = ExternalSTIX2toMISPParser()
    with contextlib.redirect_stdout(io.StringIO()):
        parser.load_stix_bundle(stix2.parse(raw, allow_custom=False, version="2.1"))
        parser.parse_stix_bundle()
    events = parser.misp_events
    # Of one report there is one event, and no list.
    events = [(event.info, detected(event)) for event in (events if isinstance(events, list) else [events])]
    objects = {thing["id"]: thing for thing in raw["objects"]}
    asked = kept = 0
    for report in (thing for thing in raw["objects"] if thing["type"] == "report"):
        held = [values for info, values in events if info == report["name"]]
        for reference in report["object_refs"]:
            if reference.startswith("indicator--"):
                asked += 1
                kept += any(value(objects[reference]) in values for values in held)
    print(asked, kept, sum(len(values) for _, values in events))
