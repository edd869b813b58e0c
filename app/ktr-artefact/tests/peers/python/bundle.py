# Reads bundles with python-stix2, strictly, and computes every SCO's id anew.
# The input is a list of bundles; prints for each the number of its objects, of those that were read, of SCOs, and of ids that came out equal.
import json
import sys

import stix2

SCOS = {
    "domain-name", "email-addr", "file", "ipv4-addr", "ipv6-addr", "mutex", "url",
    "windows-registry-key", "x509-certificate",
}

for raw in json.load(sys.stdin):
    bundle = stix2.parse(raw, allow_custom=False, version="2.1")
    scos = [thing for thing in raw["objects"] if thing["type"] in SCOS]
    equal = 0
    for thing in scos:
        without = {name: value for name, value in thing.items() if name != "id"}
        equal += stix2.parse(without, version="2.1")["id"] == thing["id"]
    print(len(raw["objects"]), len(bundle["objects"]), len(scos), equal)
