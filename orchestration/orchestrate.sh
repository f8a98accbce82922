#!/bin/sh
# A thin launcher for the same verbs: orchestration/orchestrate.sh deploy = orchestra deploy.
# This repository is Orchestra itself, so it runs the one that is built here, on the Node that npm ci brought along.
set -eu
cd "$(dirname "$0")/.."
if [ ! -f dist/main.js ]; then
	echo 'Orchestra is not built here yet: npm ci' >&2
	exit 127
fi
PATH="$PWD/node_modules/.bin:$PATH"
exec node bin/orchestra.js "$@"
