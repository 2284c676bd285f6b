#!/bin/sh
# The whole way: check, a proposal that breaks, plan, sync, receipts. Works on a copy and needs no AWS account.
# `make demo` runs it with the right environment.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

title() {
    printf '\n--- %s\n' "$1"
}
run() {
    printf '\n$ %s\n' "$*"
    "$@"
}

# `main` of the copy stands for what is published.
cp -R "$root/contracts" "$copy/"
cp "$root/CODEOWNERS" "$copy/"
cd "$copy"
git init -q -b main
git add -A
git -c user.name=demo -c user.email=demo@example.org commit -q -m 'published contracts'

title 'The contracts of this repository'
run schemaward check

title 'A proposal: in version 4 of identity.person the age may be unknown'
sed 's/type: integer/type: [integer, "null"]/' contracts/identity/person/v3.yaml > contracts/identity/person/v4.yaml
run schemaward check --against HEAD || test $? -eq 1

title 'What changed, in both directions'
run schemaward diff identity.person@3 identity.person@4
rm contracts/identity/person/v4.yaml

title 'What a sync would do to an empty registry (an emulator that the command starts itself)'
run schemaward plan --target local

title 'The sync'
run schemaward sync --target local --receipts receipts.json

title 'What the receipts say of identity.person: the ids that applications need'
sed -n '/"identity.person"/,/^    }/p' receipts.json
