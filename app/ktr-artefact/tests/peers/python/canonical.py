# Writes bundles in the canonical form of RFC 8785 with a library of that name.
# The input is a list of bundles; prints the SHA-256 of each.
import hashlib
import json
import sys

import rfc8785

for raw in json.load(sys.stdin):
    print(hashlib.sha256(rfc8785.dumps(raw)).hexdigest())
