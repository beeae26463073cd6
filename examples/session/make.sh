#!/usr/bin/env bash
# Hold the example session anew through the command line, and score it.
set -euo pipefail
cd "$(dirname "$0")"
store=$(mktemp -d)/sessions.db
rmcoach practice finance-close-report --store "$store" <lines.txt >screen.txt 2>&1
name=$(rmcoach session list --store "$store" --json | head -n 1 | cut -d '"' -f 4)
rmcoach session export "$name" --store "$store" >session.json
rmcoach score session.json --json >scorecard.json
cd ../transcripts
rmcoach score claims.md launch.txt supplier-desk.jsonl --trainee Sam --json >../scorecards.jsonl
