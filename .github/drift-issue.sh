#!/bin/sh
# Keeps one issue for a drifted registry. TARGET names it, DRIFT is true or false, drift.md holds the report.
set -eu

title="The registry of target $TARGET has drifted from main"
number=$(gh issue list --state open --search "in:title \"$title\"" --json number,title \
  --jq "[.[] | select(.title == \"$title\")][0].number // empty")
run="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"

if [ "$DRIFT" = false ]; then
  if [ -n "$number" ]; then
    gh issue close "$number" --comment "The drift is gone: $run"
  fi
  exit 0
fi

# An issue takes 65,536 characters.
{ head -c 60000 drift.md; printf '\n\nFound by %s\n' "$run"; } > issue.md
if [ -n "$number" ]; then
  gh issue edit "$number" --body-file issue.md
else
  gh issue create --title "$title" --body-file issue.md
fi
