# Reads a bundle with python-stix2, strictly, and computes every SCO's id anew.
# Prints the number of objects, of SCOs, and of ids that came out equal.
import json
import sys

import stix2

SCOS = {
    "domain-name", "email-addr", "file", "ipv4-addr", "ipv6-addr", "mutex", "url",
    "windows-registry-key", "x509-certificate",
}

raw = json.load(sys.stdin)
bundle = stix2.parse(raw, allow_custom=False, version="2.1")
scos = [thing for thing in raw["objects"] if thing["type"] in SCOS]
equal = 0
for thing in scos:
    without = {name: value for name, value in thing.items() if name != "id"}
    equal += stix2.parse(without, version="2.1")["id"] == thing["id"]
print(len(bundle["objects"]), len(scos), equal)
