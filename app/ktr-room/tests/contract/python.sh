#!/bin/sh
# A homeserver's Python, for the tests of doctor: what it answers lies beside the link by which it is called.
case "$2" in
*secure_delete*) cat "$0.wipes" ;;
*) cat "$0.version" ;;
esac
