#!/usr/bin/env bash
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
(cd "$root" && dotnet --version) >/dev/null 2>&1 || { echo "The .NET SDK 10 is missing or too old (found: $(dotnet --version 2>/dev/null || echo none)). Install it from https://dot.net/download and run $0 again." >&2; exit 4; }
# Built apart from everything else and without analyzers, so that a target can build, analyze and report on all of it.
exec dotnet run --project "$root/build/Build.csproj" --configuration Release --verbosity quiet -p:ArtifactsPath="$root/artifacts/build" -p:RunAnalyzers=false -- "$@"
